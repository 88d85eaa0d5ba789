"""`/users`: all users for administrators, their own profile for clients."""

from uuid import UUID

from fastapi import APIRouter, Response

from contor.contracts.accounts import LastAdministrator, UsernameTaken, WeakPassword
from contor.kernel.errors import raises
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser, Role
from contor.kernel.pagination import Page
from contor.kernel.peers import PeerUnavailable
from contor.services.user.models import Profile
from contor.services.user.schemas import NewUser, Query, Sort, User, UserChanges
from contor.services.user.service import AdministratorsOnly, UserService

router = APIRouter()


@router.get("")
async def list_users(
    _: AdminOnly,
    session: Session,
    q: Query | None = None,
    role: Role | None = None,
    disabled: bool | None = None,
    sort: Sort = "username",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[User]:
    """List users, for administrators.

    `q` is part of a username, name or e-mail, in any case and without diacritics; `role` and `disabled` filter by
    account; `sort` with a leading `-` is descending.
    """
    return await UserService(session).page(q=q, role=role, disabled=disabled, sort=sort, cursor=cursor, limit=limit)


@router.post("", status_code=201, response_model=User)
@raises(UsernameTaken, WeakPassword, PeerUnavailable)
async def create_user(new: NewUser, identity: AdminOnly, session: Session, here: ServiceContext) -> Profile:
    """Create a user with an account, for administrators. The user can sign in at once."""
    return await UserService(session).create(new, identity, here.peers)


@router.get("/{user_id}", response_model=User)
async def read_user(user_id: UUID, identity: CurrentUser, session: Session) -> Profile:
    """Return a profile, for its user and administrators."""
    return await UserService(session).get(user_id, identity)


@router.patch("/{user_id}", response_model=User)
@raises(AdministratorsOnly, LastAdministrator, WeakPassword, PeerUnavailable)
async def change_user(
    user_id: UUID, changes: UserChanges, identity: CurrentUser, session: Session, here: ServiceContext
) -> Profile:
    """Change a profile: your own, or as an administrator any. Omitted fields keep their value, `null` clears a field.

    Only administrators may set `role`, `disabled` and `password`; your own password changes at `PUT /auth/password`.
    """
    return await UserService(session).change(user_id, changes, identity, here.peers)


@router.delete("/{user_id}", status_code=204, response_class=Response)
@raises(LastAdministrator)
async def delete_user(user_id: UUID, _: AdminOnly, session: Session) -> None:
    """Delete a user in every service, for administrators. This cannot be undone.

    The account and its sessions end, devices are left without an owner, alerts are deleted, chat messages stay without
    the author's name.
    """
    await UserService(session).delete(user_id)
