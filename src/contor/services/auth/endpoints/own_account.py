"""The signed-in user's own account: identity, password, sessions."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from contor.contracts.accounts import WeakPassword
from contor.kernel.errors import problem_response, raises
from contor.kernel.http import Session
from contor.kernel.identity import CurrentUser
from contor.services.auth.endpoints.dependencies import AuthDeps, Sessions, origin_of
from contor.services.auth.schemas import Account, PasswordChange, SessionInfo
from contor.services.auth.service.passwords import Overloaded
from contor.services.auth.service.sessions import SessionService, WrongPassword
from contor.services.auth.service.throttle import TooManyAttempts

router = APIRouter()


@router.get("/me")
async def read_own_account(identity: CurrentUser, sessions: Sessions) -> Account:
    """Return the account of the access token: id, username, role."""
    return Account.model_validate(await sessions.account(identity))


@router.put("/password", status_code=204, response_class=Response)
@raises(WrongPassword, WeakPassword, TooManyAttempts, Overloaded)
async def change_own_password(
    body: PasswordChange, request: Request, identity: CurrentUser, session: Session, auth: AuthDeps
) -> Response:
    """Change your own password. Every other session of the account ends; the one in use stays.

    Wrong current passwords are throttled like failed sign-ins.
    """
    service = SessionService(session, auth, origin_of(request, identity))
    async with auth.passwords.slot():
        problem = await service.change_password(identity, body.current_password, body.new_password)
    return problem_response(problem) if problem else Response(status_code=204)


@router.get("/sessions")
async def list_own_sessions(identity: CurrentUser, sessions: Sessions) -> list[SessionInfo]:
    """List where you are signed in, the most recently used first, at most 200."""
    return await sessions.list(identity)


@router.delete("/sessions/{id}", status_code=204, response_class=Response)
async def end_own_session(id: UUID, identity: CurrentUser, session: Session, auth: AuthDeps, request: Request) -> None:
    """End one of your own sessions: its access tokens are refused by every service within a second."""
    await SessionService(session, auth, origin_of(request, identity)).end(identity, id)
