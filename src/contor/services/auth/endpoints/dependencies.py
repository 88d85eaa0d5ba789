"""Who asks and from where; the cookies they bring and take."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import OAuth2PasswordBearer

from contor.kernel.http import ServiceContext, Session
from contor.kernel.identity import Forbidden, Identity, NotAuthenticated
from contor.kernel.service import Context
from contor.services.auth.models import Account
from contor.services.auth.service.audit import Origin
from contor.services.auth.service.sessions import SessionService, SignedIn, Tools

REFRESH_COOKIE = "contor_refresh"
DEVICE_COOKIE = "contor_device"
DEVICE_SECONDS = 365 * 24 * 3600
USER_AGENT_LENGTH = 300

_bearer = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)


def origin_of(request: Request, identity: Identity | None = None) -> Origin:
    """Where the request came from, and who acts in it."""
    return Origin(
        ip_address=request.client.host if request.client else None,
        user_agent=request.headers.get("user-agent", "")[:USER_AGENT_LENGTH] or None,
        actor_id=identity.id if identity else None,
    )


async def tools_of(here: ServiceContext) -> Tools:
    return here.resource(Tools)


Ready = Annotated[Tools, Depends(tools_of)]
"""The tools of signing in."""


async def sessions_of(session: Session, tools: Ready, request: Request) -> SessionService:
    return SessionService(session, tools, origin_of(request))


Sessions = Annotated[SessionService, Depends(sessions_of)]


async def maybe_identity(here: ServiceContext, token: Annotated[str | None, Depends(_bearer)]) -> Identity | None:
    """The person behind the access token, if there is one and it is valid."""
    if token is None:
        return None
    try:
        return await here.verifier.verify(token)
    except NotAuthenticated:
        return None


MaybeUser = Annotated[Identity | None, Depends(maybe_identity)]


async def same_origin(request: Request, here: ServiceContext) -> None:
    """Refuse a page of another site that makes a browser send its cookie here."""
    origin = request.headers.get("origin")
    if origin is None or origin in here.settings.allowed_origins:
        return
    if origin.partition("://")[2] != request.headers.get("host"):
        raise Forbidden("This page's address is not one that Contor is served from (CONTOR_ALLOWED_ORIGINS).")


SameOrigin = Depends(same_origin)


def give_cookies(response: Response, request: Request, here: Context, signed_in: SignedIn) -> None:
    """The refresh token, out of reach of scripts, and nothing kept of the answer."""
    response.headers["Cache-Control"] = "no-store"
    if signed_in.refresh_token is not None:
        seconds = int(signed_in.lifetime.total_seconds())
        _set(response, request, here, REFRESH_COOKIE, signed_in.refresh_token.text, seconds)


def mark_device(response: Response, request: Request, here: Context, account: Account) -> None:
    """Remember that this browser signed in to this account, for the throttle."""
    marker = request.cookies.get(DEVICE_COOKIE)
    devices = here.resource(Tools).devices
    if marker is None or not devices.recognises(marker, account.id):
        _set(response, request, here, DEVICE_COOKIE, devices.mark(account.id), DEVICE_SECONDS)


def take_cookie(response: Response) -> None:
    """The browser forgets its refresh token."""
    response.delete_cookie(REFRESH_COOKIE, path="/auth", httponly=True, samesite="strict")


def _set(response: Response, request: Request, here: Context, name: str, value: str, seconds: int) -> None:
    secure = here.settings.secure_cookies or request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path="/auth", secure=secure, httponly=True, samesite="strict")
