"""Signing keys of access tokens, and their rotation with overlap."""

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
from contor.services.auth.repository import MaintenanceRepository, SigningKeyRepository
from contor.services.auth.schemas import Jwk, Jwks
from contor.services.auth.service.derived_keys import KeyCipher

# A verifier fetches keys at most every `REFETCH_SECONDS`, so a new key is published before it signs.
PUBLISHED_BEFORE_USE = timedelta(seconds=2 * REFETCH_SECONDS)
PUBLISHED_AFTER_USE = timedelta(seconds=TOKEN_LIFETIME + 60)
ROTATION_LOCK = 7_301_951
"""Key of the advisory lock that serialises rotations."""


class Keyring:
    """Signs access tokens; caches decrypted private keys."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = KeyCipher(secret)
        self._private_keys: dict[str, Ed25519PrivateKey] = {}

    async def sign(
        self, session: AsyncSession, *, account_id: UUID, session_id: UUID, role: Role, lifetime: int
    ) -> str:
        """An access token that expires after `lifetime` seconds."""
        key = signing_key(await SigningKeyRepository(session).all(), now())
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
        return jwt.encode(claims, self._private_key(key), algorithm=ALGORITHM, headers={"kid": key.kid})

    async def create_key(self, session: AsyncSession) -> SigningKey:
        """Store a new key; it is published at once and signs after `PUBLISHED_BEFORE_USE`."""
        kid = uuid7().hex
        private = Ed25519PrivateKey.generate()
        sealed = self._cipher.encrypt(private.private_bytes_raw(), kid)
        key = SigningKey(
            kid=kid, public_key=private.public_key().public_bytes_raw(), sealed_key=sealed, created_at=now()
        )
        await SigningKeyRepository(session).add(key)
        return key

    async def rotate_if_due(self, session: AsyncSession, max_age: timedelta) -> None:
        """Create a key if there is none or the newest is older than `max_age`; delete keys that are not published.

        Raises `WrongSecret` if the newest key cannot be decrypted.
        """
        await MaintenanceRepository(session).advisory_lock(ROTATION_LOCK)
        keys = await SigningKeyRepository(session).all()
        if not keys or now() - keys[-1].created_at > max_age:
            await self.create_key(session)
        else:
            self._private_key(keys[-1])
        published = {key.kid for key in published_keys(keys, now())}
        await SigningKeyRepository(session).delete([key.kid for key in keys if key.kid not in published])

    def _private_key(self, key: SigningKey) -> Ed25519PrivateKey:
        if key.kid not in self._private_keys:
            private = self._cipher.decrypt(key.sealed_key, key.kid)
            self._private_keys[key.kid] = Ed25519PrivateKey.from_private_bytes(private)
        return self._private_keys[key.kid]


def signing_key(keys: Sequence[SigningKey], moment: datetime) -> SigningKey:
    """The newest key published for at least `PUBLISHED_BEFORE_USE`, else the oldest; `keys` are oldest first."""
    usable = [key for key in keys if moment - key.created_at >= PUBLISHED_BEFORE_USE]
    return usable[-1] if usable else keys[0]


def published_keys(keys: Sequence[SigningKey], moment: datetime) -> list[SigningKey]:
    """The keys whose tokens may not have expired, and the next key; `keys` are oldest first."""
    retired_at = [newer.created_at + PUBLISHED_BEFORE_USE for newer in keys[1:]]
    older = [key for key, end in zip(keys, retired_at, strict=False) if moment - end < PUBLISHED_AFTER_USE]
    return [*older, *keys[-1:]]


async def public_keys(session: AsyncSession) -> Jwks:
    return Jwks(keys=[_jwk(key) for key in published_keys(await SigningKeyRepository(session).all(), now())])


def _jwk(key: SigningKey) -> Jwk:
    return Jwk(kid=key.kid, x=base64.urlsafe_b64encode(key.public_key).decode().rstrip("="))
