"""Access tokens, which every service verifies itself, and the policies of endpoints."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import jwt
from fastapi import Depends
from fastapi.requests import HTTPConnection
from fastapi.security import OAuth2PasswordBearer

from contor.kernel.errors import Problem, Unavailable, raises
from contor.kernel.telemetry import log

ISSUER = "contor"
AUDIENCE = "contor"
ALGORITHM = "EdDSA"
TOKEN_LIFETIME = 600
"""Seconds. A revocation is stored for no longer than that."""
CLAIMS = ["iss", "aud", "sub", "typ", "jti", "sid", "role", "exp", "iat"]
CACHE_SIZE = 20_000
REFETCH_SECONDS = 5.0
REFRESH_SECONDS = 20.0
"""Interval of `Verifier.refresh` in a process that may miss broadcasts of revocations."""

Role = Literal["client", "admin"]


class NotAuthenticated(Problem):
    status = 401
    code = "not_authenticated"
    detail = "Sign in: this needs a valid access token in `Authorization: Bearer …`."
    headers: Mapping[str, str] | None = {"WWW-Authenticate": "Bearer"}


class TokenExpired(NotAuthenticated):
    code = "token_expired"
    detail = "The access token has expired; refresh it."


class SessionRevoked(NotAuthenticated):
    code = "session_revoked"
    detail = "This session was ended; sign in again."


class KeysUnavailable(Unavailable):
    """Not a 401, so that no client signs out while auth is unavailable."""

    detail = "Access tokens cannot be verified because auth is unavailable; retry later."


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    detail = "Only administrators may do this."


@dataclass(frozen=True, slots=True)
class Identity:
    """The user of a verified access token. `expires_at` is epoch seconds."""

    id: UUID
    role: Role
    session_id: UUID
    expires_at: float
    token: str

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


@dataclass(frozen=True, slots=True)
class IssuerState:
    """What a verifier needs from auth: its public keys (a JWK set) and the sessions revoked within a token lifetime."""

    jwks: dict[str, Any]
    revoked: list[UUID]


class Verifier:
    """Verifies access tokens against the issuer's public keys and revoked sessions.

    Both are fetched at the first token and when a token names an unknown key, at most every `REFETCH_SECONDS`.
    Revocations also arrive by `revoke`.
    """

    def __init__(self, fetch: Callable[[], Awaitable[IssuerState]]) -> None:
        self._fetch = fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._revoked: dict[UUID, float] = {}
        self._verified: dict[str, Identity] = {}
        self._fetched_at = -REFETCH_SECONDS
        self._fetching = asyncio.Lock()

    async def verify(self, token: str) -> Identity:
        """Raises `NotAuthenticated`, `TokenExpired`, `SessionRevoked` or `KeysUnavailable`."""
        identity = self._verified.get(token) or await self._decode(token)
        if identity.expires_at <= time.time():
            self._verified.pop(token, None)
            raise TokenExpired
        if identity.session_id in self._revoked:
            raise SessionRevoked
        return identity

    def revoke(self, sessions: Iterable[UUID]) -> None:
        """Reject every token of these sessions from now on."""
        now = time.time()
        self._revoked = {sid: until for sid, until in self._revoked.items() if until > now}
        self._revoked.update(dict.fromkeys(sessions, now + TOKEN_LIFETIME))

    async def refresh(self) -> None:
        """Fetch keys and revoked sessions. Raises `KeysUnavailable`."""
        async with self._fetching:
            await self._fetch_state()

    async def _decode(self, token: str) -> Identity:
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid")))
            claims = jwt.decode(token, key, [ALGORITHM], {"require": CLAIMS}, audience=AUDIENCE, issuer=ISSUER)
            if claims["typ"] != "access" or claims["role"] not in ("client", "admin"):
                raise NotAuthenticated
            user, session = UUID(claims["sub"]), UUID(str(claims["sid"]))
            identity = Identity(user, claims["role"], session, float(claims["exp"]), token)
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired from error
        except (jwt.PyJWTError, ValueError, KeyError) as error:
            raise NotAuthenticated from error
        if len(self._verified) >= CACHE_SIZE:
            self._verified.clear()
        self._verified[token] = identity
        return identity

    async def _key(self, kid: str) -> jwt.PyJWK:
        if kid not in self._keys:
            async with self._fetching:
                if kid not in self._keys and time.monotonic() - self._fetched_at >= REFETCH_SECONDS:
                    await self._fetch_state()
        return self._keys[kid]

    async def _fetch_state(self) -> None:
        try:
            state = await self._fetch()
        except Exception as error:
            log.warning("keys_fetch_failed", error=repr(error))
            raise KeysUnavailable from error
        self._fetched_at = time.monotonic()
        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM) for key in state.jwks["keys"]}
        self.revoke(state.revoked)


bearer = OAuth2PasswordBearer(tokenUrl="/auth/token", auto_error=False)


@raises(NotAuthenticated, TokenExpired, SessionRevoked, KeysUnavailable)
async def current_user(connection: HTTPConnection, token: Annotated[str | None, Depends(bearer)]) -> Identity:
    """The user of the request; 401 without a valid token."""
    if token is None:
        raise NotAuthenticated
    verifier: Verifier = connection.app.state.context.verifier
    return await verifier.verify(token)


CurrentUser = Annotated[Identity, Depends(current_user)]
"""Policy: every signed-in user; the service's rules restrict them to their own data."""


@raises(Forbidden)
async def administrator(identity: CurrentUser) -> Identity:
    """The administrator of the request; 403 for other users."""
    if not identity.is_admin:
        raise Forbidden
    return identity


AdminOnly = Annotated[Identity, Depends(administrator)]
"""Policy: administrators only."""


async def anonymous() -> None:
    """A dependency that marks a route as public on purpose."""


Public = Depends(anonymous)
"""Policy: no identity needed. `@router.get(…, dependencies=[Public])`."""

POLICIES = (current_user, administrator, anonymous)
"""Every route depends on one of these, directly or through another dependency; a test enforces it."""
