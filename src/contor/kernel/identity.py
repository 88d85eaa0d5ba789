"""Who is asking: access tokens checked by every service itself, and the policies endpoints name."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import jwt
from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2PasswordBearer

from contor.kernel.errors import Problem, raises
from contor.kernel.telemetry import log

ISSUER = "contor"
AUDIENCE = "contor"
ALGORITHM = "EdDSA"
TOKEN_LIFETIME = 600
"""Seconds an access token may live; a revocation needs remembering no longer than that."""
CLAIMS = ["iss", "aud", "sub", "typ", "jti", "sid", "role", "exp", "iat"]
CACHE_SIZE = 20_000
REFETCH_SECONDS = 5.0
REFRESH_SECONDS = 20.0

Role = Literal["client", "admin"]


class NotAuthenticated(Problem):
    status = 401
    code = "not_authenticated"
    detail = "Sign in: this needs a valid access token in `Authorization: Bearer …`."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class TokenExpired(NotAuthenticated):
    code = "token_expired"
    detail = "The access token is past its life; refresh it."


class SessionRevoked(NotAuthenticated):
    code = "session_revoked"
    detail = "This session was ended; sign in again."


class KeysUnavailable(Problem):
    """Nobody is signed out because the signer does not answer for a moment."""

    status = 503
    code = "unavailable"
    detail = "Tokens cannot be checked right now; try again in a moment."


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    detail = "This is for administrators."


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind a verified token. `expires_at` is epoch seconds."""

    id: UUID
    role: Role
    session_id: UUID
    expires_at: float
    token: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class Trust:
    """What a verifier needs from whoever signs: public keys (a JWK set) and sessions ended lately."""

    jwks: dict[str, Any]
    revoked: list[UUID]


class Verifier:
    """Checks access tokens against the signer's public keys and the sessions it ended.

    Keys and ended sessions are fetched when first needed and whenever a token names an unknown key, at most
    once in five seconds. Ended sessions also arrive at once by `revoke`.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Trust]]) -> None:
        self._fetch = fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._revoked: dict[UUID, float] = {}
        self._known: dict[str, Identity] = {}
        self._fetched_at = -REFETCH_SECONDS
        self._fetching = asyncio.Lock()

    async def verify(self, token: str) -> Identity:
        """The identity in `token`; raises `NotAuthenticated`, `TokenExpired` or `SessionRevoked`."""
        identity = self._known.get(token) or await self._decode(token)
        if identity.expires_at <= time.time():
            self._known.pop(token, None)
            raise TokenExpired
        if identity.session_id in self._revoked:
            raise SessionRevoked
        return identity

    def revoke(self, sessions: Iterable[UUID]) -> None:
        """Refuse every token of these sessions from now on."""
        now = time.time()
        self._revoked = {sid: until for sid, until in self._revoked.items() if until > now}
        self._revoked.update(dict.fromkeys(sessions, now + TOKEN_LIFETIME))

    async def keep_fresh(self) -> None:
        """Fetch again every now and then, for ever: what was said while this process was cut off is made up for."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            async with self._fetching:
                with contextlib.suppress(KeysUnavailable):  # said in the log; the next time will do
                    await self._refresh()

    async def _decode(self, token: str) -> Identity:
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self._key(str(kid))
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": CLAIMS},
            )
            if claims["typ"] != "access" or claims["role"] not in ("client", "admin"):
                raise NotAuthenticated
            identity = Identity(
                UUID(claims["sub"]), claims["role"], UUID(str(claims["sid"])), float(claims["exp"]), token
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired from error
        except (jwt.PyJWTError, ValueError, KeyError) as error:
            raise NotAuthenticated from error
        if len(self._known) >= CACHE_SIZE:
            self._known.clear()
        self._known[token] = identity
        return identity

    async def _key(self, kid: str) -> jwt.PyJWK:
        if kid not in self._keys:
            async with self._fetching:
                if kid not in self._keys and time.monotonic() - self._fetched_at >= REFETCH_SECONDS:
                    await self._refresh()
        return self._keys[kid]

    async def _refresh(self) -> None:
        try:
            trust = await self._fetch()
        except Exception as error:
            log.warning("keys_unavailable", error=repr(error))
            raise KeysUnavailable(headers={"Retry-After": "1"}) from error
        self._fetched_at = time.monotonic()
        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM) for key in trust.jwks["keys"]}
        self.revoke(trust.revoked)


bearer = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)


@raises(NotAuthenticated, TokenExpired, SessionRevoked, KeysUnavailable)
async def current_user(connection: HTTPConnection, token: Annotated[str | None, Depends(bearer)]) -> Identity:
    """The person behind the request; 401 without a valid token."""
    if token is None:
        raise NotAuthenticated
    verifier: Verifier = connection.app.state.context.verifier
    return await verifier.verify(token)


CurrentUser = Annotated[Identity, Depends(current_user)]
"""Policy: anyone signed in; the rules then keep to what is theirs."""


@raises(Forbidden)
async def administrator(identity: CurrentUser) -> Identity:
    """The administrator behind the request; 403 for anyone else signed in."""
    if not identity.is_admin:
        raise Forbidden
    return identity


AdminOnly = Annotated[Identity, Depends(administrator)]
"""Policy: administrators only."""


async def anyone() -> None:
    """Stands in a route's dependencies to say that it is public on purpose."""


Public = Depends(anyone)
"""Policy: no identity needed. `@router.get(…, dependencies=[Public])`."""

POLICIES = (current_user, administrator, anyone)
"""A route depends on one of these, directly or through another; a test holds every route to that."""
