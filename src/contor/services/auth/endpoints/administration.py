"""What administrators do to accounts, and what was done."""

from uuid import UUID

from fastapi import APIRouter, Request

from contor.kernel.http import Cursor, Limit, Session
from contor.kernel.identity import AdminOnly
from contor.kernel.pagination import Page
from contor.services.auth.endpoints.dependencies import Ready, origin_of
from contor.services.auth.schemas import Account, AccountChanges, AuditEntry, NewAccount
from contor.services.auth.service.accounts import AccountService, UsernameTaken
from contor.services.auth.service.audit import read

router = APIRouter()


@router.post("/accounts", status_code=201)
async def open_account(
    body: NewAccount, request: Request, identity: AdminOnly, session: Session, tools: Ready
) -> Account:
    """Open an account for somebody."""
    async with tools.passwords.slot():
        account = await AccountService(session, origin_of(request, identity)).open(body, body.role)
    if account is None:
        raise UsernameTaken
    return Account.model_validate(account)


@router.patch("/accounts/{id}")
async def change_account(
    id: UUID, body: AccountChanges, request: Request, identity: AdminOnly, session: Session, tools: Ready
) -> Account:
    """Change a role, a standing or a password; that person's sessions end."""
    async with tools.passwords.slot():
        service = AccountService(session, origin_of(request, identity))
        account = await service.change(id, body, own_session=identity.session_id)
    return Account.model_validate(account)


@router.get("/audit")
async def audit_log(_: AdminOnly, session: Session, limit: Limit = 50, cursor: Cursor = None) -> Page[AuditEntry]:
    """Security-relevant acts, newest first."""
    return await read(session, cursor, limit)
