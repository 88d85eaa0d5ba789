"""`/users`: people for administrators, one's own profile for everyone."""

from uuid import UUID

from fastapi import APIRouter

from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser, Role
from contor.kernel.pagination import Page
from contor.services.user.models import Profile
from contor.services.user.schemas import NewUser, Query, Sort, User, UserChanges
from contor.services.user.service import UserService

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
    """People whose username, name or e-mail contains `q`."""
    return await UserService(session).page(q=q, role=role, disabled=disabled, sort=sort, cursor=cursor, limit=limit)


@router.post("", status_code=201, response_model=User)
async def create_user(new: NewUser, identity: AdminOnly, session: Session, here: ServiceContext) -> Profile:
    """A new person, who can sign in at once."""
    return await UserService(session).create(new, identity, here.peers)


@router.get("/{user_id}", response_model=User)
async def read_user(user_id: UUID, identity: CurrentUser, session: Session) -> Profile:
    return await UserService(session).get(user_id, identity)


@router.patch("/{user_id}", response_model=User)
async def change_user(
    user_id: UUID, changes: UserChanges, identity: CurrentUser, session: Session, here: ServiceContext
) -> Profile:
    """One's own profile; role, disabled and password by administrators only."""
    return await UserService(session).change(user_id, changes, identity, here.peers)


@router.delete("/{user_id}", status_code=204)
async def delete_user(user_id: UUID, _: AdminOnly, session: Session) -> None:
    """The person, the account, and what belongs to them in every service."""
    await UserService(session).delete(user_id)
