"""Dependencies of the endpoints: services, the request's origin, cookies."""

from typing import Annotated

from fastapi import Depends, Request, Response

from contor.kernel.errors import raises
from contor.kernel.http import ServiceContext, Session
from contor.kernel.identity import Forbidden, Identity, NotAuthenticated, bearer
from contor.kernel.service import Context
from contor.services.auth.models import Account
from contor.services.auth.service.audit import Origin
from contor.services.auth.service.sessions import AuthServices, SessionService, SignedIn

REFRESH_COOKIE = "contor_refresh"
DEVICE_COOKIE = "contor_device"
DEVICE_SECONDS = 365 * 24 * 3600
USER_AGENT_LENGTH = 300


def origin_of(request: Request, identity: Identity | None = None) -> Origin:
    return Origin(
        ip_address=request.client.host if request.client else None,
        user_agent=request.headers.get("user-agent", "")[:USER_AGENT_LENGTH] or None,
        actor_id=identity.id if identity else None,
    )


async def auth_services(here: ServiceContext) -> AuthServices:
    return here.resource(AuthServices)


AuthDeps = Annotated[AuthServices, Depends(auth_services)]


async def sessions_of(session: Session, auth: AuthDeps, request: Request) -> SessionService:
    return SessionService(session, auth, origin_of(request))


Sessions = Annotated[SessionService, Depends(sessions_of)]


async def maybe_identity(here: ServiceContext, token: Annotated[str | None, Depends(bearer)]) -> Identity | None:
    """The identity of a valid access token, else None."""
    if token is None:
        return None
    try:
        return await here.verifier.verify(token)
    except NotAuthenticated:
        return None


MaybeUser = Annotated[Identity | None, Depends(maybe_identity)]


@raises(Forbidden)
async def same_origin(request: Request, here: ServiceContext) -> None:
    """Refuse requests that a page of another site makes a browser send with its cookie (CSRF)."""
    origin = request.headers.get("origin")
    if origin is None or origin in here.settings.allowed_origins:
        return
    if origin.partition("://")[2] != request.headers.get("host"):
        raise Forbidden(
            "The page that sent this is not served by Contor. Open Contor at its own address, "
            "or add the page's origin to CONTOR_ALLOWED_ORIGINS."
        )


SameOrigin = Depends(same_origin)


def set_refresh_cookie(response: Response, request: Request, here: Context, signed_in: SignedIn) -> None:
    """Set the refresh token as an HttpOnly cookie, and forbid caching the response."""
    response.headers["Cache-Control"] = "no-store"
    if signed_in.refresh_token is not None:
        seconds = int(signed_in.lifetime.total_seconds())
        _set(response, request, here, REFRESH_COOKIE, signed_in.refresh_token.text, seconds)


def mark_device(response: Response, request: Request, here: Context, account: Account) -> None:
    """Set the cookie by which the throttle recognises a browser that signed in to this account before."""
    marker = request.cookies.get(DEVICE_COOKIE)
    devices = here.resource(AuthServices).devices
    if marker is None or not devices.is_known(marker, account.id):
        _set(response, request, here, DEVICE_COOKIE, devices.create_marker(account.id), DEVICE_SECONDS)


def clear_refresh_cookie(response: Response) -> None:
    response.delete_cookie(REFRESH_COOKIE, path="/auth", httponly=True, samesite="strict")


def _set(response: Response, request: Request, here: Context, name: str, value: str, seconds: int) -> None:
    secure = here.settings.secure_cookies or request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path="/auth", secure=secure, httponly=True, samesite="strict")
