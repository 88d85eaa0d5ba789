"""Attempts are slowed down by where they come from, never by whom they are aimed at.

Failures are counted in buckets: one for (username, address), one for the address whatever the username. Past a
number of free failures each further one doubles the wait, up to a cap; after a quiet hour a bucket starts anew.
A stranger fills only buckets of their own address, so the owner signs in from anywhere else as ever. A browser
that once signed in to the account holds a marker cookie and has a bucket of its own: it gets in even from behind
the same address. Counts are stored in the database, shared by all replicas; a row is 60 bytes, is made only by a
failure that was let through, and is dropped after the quiet hour.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
import os
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.errors import Problem
from contor.services.auth.repository import Throttled
from contor.services.auth.service.derived_keys import derive
from contor.services.auth.settings import AuthSettings


class TooManyAttempts(Problem):
    status = 429
    code = "too_many_attempts"
    detail = "Too many attempts; wait a little and try again."

    def __init__(self, wait: float) -> None:
        super().__init__(headers={"Retry-After": str(math.ceil(wait))})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where failures are counted: how many are free and the longest wait, in seconds."""

    key: bytes
    free: int
    max_wait: float

    def wait(self, failures: int, since_last: float) -> float:
        """Seconds to wait yet, after so many failures and so long since the last: 1, 2, 4 … up to the cap."""
        if failures < max(self.free, 1):
            return 0.0
        # 2**20 s is far over any cap; a larger power would only overflow.
        return min(2.0 ** min(failures - max(self.free, 1), 20), self.max_wait) - since_last


class Throttle:
    """Counts failures in the transaction of the attempt, which therefore commits even when it refuses."""

    def __init__(self, session: AsyncSession, settings: AuthSettings) -> None:
        self._counts = Throttled(session)
        self._settings = settings

    def signing_in(self, username: str, address: str, device: str | None) -> list[Bucket]:
        """The buckets of a sign-in; those of a known `device` are its own."""
        settings = self._settings
        if device is not None:
            return [Bucket(_key("device", device), settings.attempts_free, settings.attempts_max_wait)]
        name = Bucket(
            _key("name", username.lower(), _network(address)), settings.attempts_free, settings.attempts_max_wait
        )
        return [name, self._address(address)]

    def registering(self, address: str) -> list[Bucket]:
        """The bucket of registrations, where each one counts."""
        key = _key("registration", _network(address))
        return [Bucket(key, self._settings.registrations_free, self._settings.address_max_wait)]

    async def check(self, buckets: list[Bucket]) -> None:
        """Raise `TooManyAttempts` while one of the buckets has to wait."""
        counts = await self._counts.counts([bucket.key for bucket in buckets])
        waits = [
            bucket.wait(*counts[bucket.key])
            for bucket in buckets
            if bucket.key in counts and counts[bucket.key][1] < self._settings.attempts_window
        ]
        if (wait := max(waits, default=0.0)) > 0:
            raise TooManyAttempts(wait)

    async def count(self, buckets: list[Bucket]) -> None:
        window = timedelta(seconds=self._settings.attempts_window)
        await self._counts.count([bucket.key for bucket in buckets], window)

    async def forgive(self, buckets: list[Bucket]) -> None:
        """Forget the failures of this name or device; those of the address stay, or one good account would free it."""
        await self._counts.forget([buckets[0].key])

    def _address(self, address: str) -> Bucket:
        key = _key("address", _network(address))
        return Bucket(key, self._settings.address_attempts_free, self._settings.address_max_wait)


class KnownDevices:
    """The marker a browser keeps after a sign-in: `nonce | tag`, the tag bound to the account."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "known device")

    def mark(self, account_id: UUID) -> str:
        nonce = os.urandom(16)
        return base64.urlsafe_b64encode(nonce + self._tag(nonce, account_id)).decode().rstrip("=")

    def recognises(self, marker: str, account_id: UUID) -> bool:
        """Whether we gave this marker after a sign-in to this account."""
        try:
            raw = base64.urlsafe_b64decode(marker + "=" * (-len(marker) % 4))
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(self._tag(raw[:16], account_id), raw[16:])

    def _tag(self, nonce: bytes, account_id: UUID) -> bytes:
        return hmac.digest(self._key, nonce + account_id.bytes, "sha256")


def _key(*parts: str) -> bytes:
    """Hashed: bounded whatever was typed, and nobody reads usernames or addresses out of the counts."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).digest()


def _network(address: str) -> str:
    """The address, or the /64 that one customer of an IPv6 provider has to themselves."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed.packed, 64), strict=False))
    return address
