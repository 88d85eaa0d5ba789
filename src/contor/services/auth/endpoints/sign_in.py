"""Registration, sign-in, refresh and sign-out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from contor.contracts.accounts import UsernameTaken, WeakPassword
from contor.kernel import http
from contor.kernel.errors import Problem, problem_response, raises
from contor.kernel.http import ServiceContext
from contor.kernel.identity import NotAuthenticated, Public, SessionRevoked
from contor.services.auth.endpoints.dependencies import (
    DEVICE_COOKIE,
    REFRESH_COOKIE,
    AuthDeps,
    MaybeUser,
    SameOrigin,
    Sessions,
    clear_refresh_cookie,
    mark_device,
    origin_of,
    set_refresh_cookie,
)
from contor.services.auth.schemas import Account, LoginRequest, RegisterRequest, Session
from contor.services.auth.service.accounts import RegistrationClosed, register_client
from contor.services.auth.service.passwords import Overloaded
from contor.services.auth.service.sessions import AccountDisabled, AuthServices, InvalidCredentials, SignedIn
from contor.services.auth.service.throttle import TooManyAttempts

router = APIRouter()


@router.post("/register", status_code=201, response_model=Account, dependencies=[Public])
@raises(RegistrationClosed, UsernameTaken, WeakPassword, TooManyAttempts, Overloaded)
async def register(body: RegisterRequest, request: Request, session: http.Session, auth: AuthDeps) -> Any:
    """Create an account with the role `client`, where registration is open.

    Passwords have 8 to 128 characters; those known from data breaches, or that contain the username, are refused.
    """
    async with auth.passwords.slot():
        outcome = await register_client(session, auth.settings, body, origin_of(request))
    return problem_response(outcome) if isinstance(outcome, Problem) else outcome


@router.post("/login", response_model=Session, dependencies=[Public, SameOrigin])
@raises(InvalidCredentials, AccountDisabled, TooManyAttempts, Overloaded)
async def login(
    body: LoginRequest, request: Request, response: Response, sessions: Sessions, auth: AuthDeps, here: ServiceContext
) -> Any:
    """Sign in from a browser: an access token in the body, a refresh token in an HttpOnly cookie.

    After five failed attempts for a username from an address, each further one doubles the wait (`Retry-After`).
    """
    async with auth.passwords.slot():
        outcome = await sessions.sign_in(body.username, body.password, marker=request.cookies.get(DEVICE_COOKIE))
    if isinstance(outcome, Problem):
        return problem_response(outcome)
    set_refresh_cookie(response, request, here, outcome)
    mark_device(response, request, here, outcome.account)
    return _session_of(outcome, auth)


@router.post("/token", response_model=Session, dependencies=[Public])
@raises(InvalidCredentials, AccountDisabled, TooManyAttempts, Overloaded)
async def create_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response, sessions: Sessions, auth: AuthDeps
) -> Any:
    """Sign in from a script by the OAuth 2.0 password form: an access token, no cookie and no refresh token."""
    async with auth.passwords.slot():
        outcome = await sessions.sign_in(form.username, form.password, refreshable=False)
    if isinstance(outcome, Problem):
        return problem_response(outcome)
    response.headers["Cache-Control"] = "no-store"
    return _session_of(outcome, auth)


@router.post("/refresh", response_model=Session, dependencies=[Public, SameOrigin])
@raises(NotAuthenticated, SessionRevoked)
async def refresh(
    request: Request, response: Response, sessions: Sessions, auth: AuthDeps, here: ServiceContext
) -> Any:
    """Exchange the refresh cookie for a new access token; the cookie is replaced.

    A refresh token that was already used ends its session, unless it was replaced within the last ten seconds.
    """
    outcome = await sessions.refresh(request.cookies.get(REFRESH_COOKIE))
    if isinstance(outcome, Problem):
        refusal = problem_response(outcome)
        clear_refresh_cookie(refusal)
        return refusal
    set_refresh_cookie(response, request, here, outcome)
    return _session_of(outcome, auth)


@router.post("/logout", status_code=204, dependencies=[Public, SameOrigin], response_class=Response)
async def logout(request: Request, response: Response, sessions: Sessions, identity: MaybeUser) -> None:
    """Sign out: end the sessions of the cookie and of the access token. Without a session the answer is the same."""
    await sessions.sign_out(request.cookies.get(REFRESH_COOKIE), identity)
    clear_refresh_cookie(response)


def _session_of(signed_in: SignedIn, auth: AuthServices) -> Session:
    return Session(
        access_token=signed_in.access_token,
        expires_in=auth.settings.token_lifetime,
        user=Account.model_validate(signed_in.account),
    )
