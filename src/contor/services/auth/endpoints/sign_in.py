"""Registering, signing in, staying signed in, signing out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from contor.kernel import http
from contor.kernel.errors import Problem, problem_response
from contor.kernel.http import ServiceContext
from contor.kernel.identity import Public
from contor.services.auth.endpoints.dependencies import (
    DEVICE_COOKIE,
    REFRESH_COOKIE,
    MaybeUser,
    Ready,
    SameOrigin,
    Sessions,
    give_cookies,
    mark_device,
    origin_of,
    take_cookie,
)
from contor.services.auth.schemas import Account, LoginRequest, RegisterRequest, Session
from contor.services.auth.service.registration import register_client
from contor.services.auth.service.sessions import SignedIn, Tools

router = APIRouter()


@router.post("/register", status_code=201, response_model=Account, dependencies=[Public])
async def register(body: RegisterRequest, request: Request, session: http.Session, tools: Ready) -> Any:
    """Open an account as a client."""
    async with tools.passwords.slot():
        outcome = await register_client(session, tools.settings, body, origin_of(request))
    return problem_response(outcome) if isinstance(outcome, Problem) else outcome


@router.post("/login", response_model=Session, dependencies=[Public, SameOrigin])
async def login(
    body: LoginRequest, request: Request, response: Response, sessions: Sessions, tools: Ready, here: ServiceContext
) -> Any:
    """Sign in; the refresh token comes as a cookie."""
    async with tools.passwords.slot():
        outcome = await sessions.sign_in(body.username, body.password, marker=request.cookies.get(DEVICE_COOKIE))
    if isinstance(outcome, Problem):
        return problem_response(outcome)
    give_cookies(response, request, here, outcome)
    mark_device(response, request, here, outcome.account)
    return answer(outcome, tools)


@router.post("/token", response_model=Session, dependencies=[Public])
async def token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    response: Response,
    sessions: Sessions,
    tools: Ready,
    here: ServiceContext,
) -> Any:
    """Sign in by OAuth2's password form, for scripts and the documents' page: no cookie, no refreshing."""
    async with tools.passwords.slot():
        outcome = await sessions.sign_in(form.username, form.password, lasting=False)
    if isinstance(outcome, Problem):
        return problem_response(outcome)
    response.headers["Cache-Control"] = "no-store"
    return answer(outcome, tools)


@router.post("/refresh", response_model=Session, dependencies=[Public, SameOrigin])
async def refresh(request: Request, response: Response, sessions: Sessions, tools: Ready, here: ServiceContext) -> Any:
    """A new access token for the cookie; the cookie is replaced by its successor."""
    outcome = await sessions.refresh(request.cookies.get(REFRESH_COOKIE))
    if isinstance(outcome, Problem):
        refusal = problem_response(outcome)
        take_cookie(refusal)
        return refusal
    give_cookies(response, request, here, outcome)
    return answer(outcome, tools)


@router.post("/logout", status_code=204, dependencies=[Public, SameOrigin])
async def logout(request: Request, response: Response, sessions: Sessions, identity: MaybeUser) -> None:
    """End the session of the cookie and of the access token; 204 also when there is none."""
    await sessions.sign_out(request.cookies.get(REFRESH_COOKIE), identity)
    take_cookie(response)


def answer(signed_in: SignedIn, tools: Tools) -> Session:
    return Session(
        access_token=signed_in.access_token,
        expires_in=tools.settings.token_lifetime,
        user=Account.model_validate(signed_in.account),
    )
