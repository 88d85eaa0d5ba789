"""`/auth/accounts` and `/auth/audit`: for administrators."""

from uuid import UUID

from fastapi import APIRouter, Request

from contor.contracts.accounts import LastAdministrator, UsernameTaken, WeakPassword
from contor.kernel.errors import raises
from contor.kernel.http import Cursor, Limit, Session
from contor.kernel.identity import AdminOnly
from contor.kernel.pagination import Page
from contor.services.auth.endpoints.dependencies import AuthDeps, origin_of
from contor.services.auth.schemas import Account, AccountChanges, AuditEntry, NewAccount
from contor.services.auth.service.accounts import AccountService
from contor.services.auth.service.audit import audit_page
from contor.services.auth.service.passwords import Overloaded

router = APIRouter()


@router.post("/accounts", status_code=201)
@raises(UsernameTaken, WeakPassword, Overloaded)
async def create_account(
    body: NewAccount, request: Request, identity: AdminOnly, session: Session, auth: AuthDeps
) -> Account:
    """Create an account with a role, for administrators.

    Prefer `POST /users`, which also stores the profile; a profile is created from this account within seconds if it
    does not exist.
    """
    async with auth.passwords.slot():
        account = await AccountService(session, origin_of(request, identity)).create(body, body.role)
    if account is None:
        raise UsernameTaken
    return Account.model_validate(account)


@router.patch("/accounts/{id}")
@raises(LastAdministrator, WeakPassword, Overloaded)
async def change_account(
    id: UUID, body: AccountChanges, request: Request, identity: AdminOnly, session: Session, auth: AuthDeps
) -> Account:
    """Change the role, the password, or whether the account is disabled, for administrators.

    Omitted fields keep their value. The account's sessions end within a second in every service; when administrators
    change their own password, the session in use stays.
    """
    async with auth.passwords.slot():
        service = AccountService(session, origin_of(request, identity))
        account = await service.change(id, body, own_session=identity.session_id)
    return Account.model_validate(account)


@router.get("/audit")
async def list_audit_entries(
    _: AdminOnly, session: Session, limit: Limit = 50, cursor: Cursor = None
) -> Page[AuditEntry]:
    """List security-relevant actions, the newest first, for administrators.

    Sign-ins and failed sign-ins, sign-outs, ended sessions, changes of passwords and roles, created and deleted
    accounts. Entries about deleted accounts have no username.
    """
    return await audit_page(session, cursor, limit)
