"""Signing keys: made, sealed, rotated with overlap, and used to sign access tokens."""

import base64
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from contor.kernel.clock import now
from contor.kernel.identity import ALGORITHM, AUDIENCE, ISSUER, REFETCH_SECONDS, TOKEN_LIFETIME, Role
from contor.services.auth.models import SigningKey
from contor.services.auth.repository import Housekeeping, SigningKeys
from contor.services.auth.schemas import Jwk, Jwks
from contor.services.auth.service.derived_keys import Seal

# A verifier that was asked about a strange key a moment ago will not fetch again at once, so a new key
# is published before it is used.
PUBLISHED_BEFORE_USE = timedelta(seconds=2 * REFETCH_SECONDS)
PUBLISHED_AFTER_USE = timedelta(seconds=TOKEN_LIFETIME + 60)
ROTATING = 7_301_951
"""Any constant: two processes that would make a key wait for each other on it."""


class Keyring:
    """The process's hold on the signing keys: opened ones stay in memory."""

    def __init__(self, secret: bytes) -> None:
        self._seal = Seal(secret)
        self._opened: dict[str, Ed25519PrivateKey] = {}

    async def sign(
        self, session: AsyncSession, *, account_id: UUID, session_id: UUID, role: Role, lifetime: int
    ) -> str:
        """An access token that lives `lifetime` seconds."""
        key = signing(await SigningKeys(session).all(), now())
        issued_at = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(account_id),
            "typ": "access",
            "jti": uuid7().hex,
            "sid": str(session_id),
            "role": role,
            "iat": issued_at,
            "exp": issued_at + lifetime,
        }
        return jwt.encode(claims, self._open(key), algorithm=ALGORITHM, headers={"kid": key.kid})

    async def rotate(self, session: AsyncSession) -> SigningKey:
        """Make a new key; it is published at once and signs after `PUBLISHED_BEFORE_USE`."""
        kid = uuid7().hex
        private = Ed25519PrivateKey.generate()
        sealed = self._seal.close(private.private_bytes_raw(), kid)
        key = SigningKey(
            kid=kid, public_key=private.public_key().public_bytes_raw(), sealed_key=sealed, created_at=now()
        )
        await SigningKeys(session).add(key)
        return key

    async def keep_fresh(self, session: AsyncSession, max_age: timedelta) -> None:
        """Make a key when there is none or the newest is older than `max_age`; drop those no token needs.

        Raises `SealBroken` when the newest was sealed with another secret.
        """
        await Housekeeping(session).alone(ROTATING)
        keys = await SigningKeys(session).all()
        if not keys or now() - keys[-1].created_at > max_age:
            await self.rotate(session)
        else:
            self._open(keys[-1])
        needed = {key.kid for key in published(keys, now())}
        await SigningKeys(session).drop([key.kid for key in keys if key.kid not in needed])

    def _open(self, key: SigningKey) -> Ed25519PrivateKey:
        if key.kid not in self._opened:
            self._opened[key.kid] = Ed25519PrivateKey.from_private_bytes(self._seal.open(key.sealed_key, key.kid))
        return self._opened[key.kid]


def signing(keys: Sequence[SigningKey], moment: datetime) -> SigningKey:
    """The key that signs: the newest that has been published long enough, else the oldest there is."""
    ripe = [key for key in keys if moment - key.created_at >= PUBLISHED_BEFORE_USE]
    return ripe[-1] if ripe else keys[0]


def published(keys: Sequence[SigningKey], moment: datetime) -> list[SigningKey]:
    """The keys whose tokens may be alive, and the next one; `keys` are oldest first."""
    retired_at = [newer.created_at + PUBLISHED_BEFORE_USE for newer in keys[1:]]
    older = [key for key, end in zip(keys, retired_at, strict=False) if moment - end < PUBLISHED_AFTER_USE]
    return [*older, *keys[-1:]]


async def public_keys(session: AsyncSession) -> Jwks:
    """What verifiers check access tokens with."""
    return Jwks(keys=[_jwk(key) for key in published(await SigningKeys(session).all(), now())])


def _jwk(key: SigningKey) -> Jwk:
    return Jwk(kid=key.kid, x=base64.urlsafe_b64encode(key.public_key).decode().rstrip("="))
