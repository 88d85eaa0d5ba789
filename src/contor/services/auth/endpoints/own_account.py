"""One's own account: who one is, one's password, where one is signed in."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from contor.kernel.errors import problem_response
from contor.kernel.http import Session
from contor.kernel.identity import CurrentUser
from contor.services.auth.endpoints.dependencies import Ready, Sessions, origin_of
from contor.services.auth.schemas import Account, PasswordChange, SessionInfo
from contor.services.auth.service.sessions import SessionService

router = APIRouter()


@router.get("/me")
async def me(identity: CurrentUser, sessions: Sessions) -> Account:
    """The account behind the access token."""
    return Account.model_validate(await sessions.account(identity))


@router.put("/password", status_code=204, response_model=None)
async def change_password(
    body: PasswordChange, request: Request, identity: CurrentUser, session: Session, tools: Ready
) -> Any:
    """Change one's own password; every other session of this account ends."""
    service = SessionService(session, tools, origin_of(request, identity))
    async with tools.passwords.slot():
        refusal = await service.change_password(identity, body.current_password, body.new_password)
    return problem_response(refusal) if refusal else Response(status_code=204)


@router.get("/sessions")
async def sessions_of_mine(identity: CurrentUser, sessions: Sessions) -> list[SessionInfo]:
    """Where one is signed in, the latest used first."""
    return await sessions.list(identity)


@router.delete("/sessions/{id}", status_code=204)
async def end_session(id: UUID, identity: CurrentUser, session: Session, tools: Ready, request: Request) -> None:
    """End one of one's own sessions."""
    await SessionService(session, tools, origin_of(request, identity)).end(identity, id)
