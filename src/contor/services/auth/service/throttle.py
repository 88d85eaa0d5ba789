"""Throttling of failed sign-ins and registrations by the address they come from.

Failures are counted in buckets: one for (username, address), one for the address with any username. After a number of
free failures each further one doubles the wait, up to a maximum; an hour without failures resets a bucket. Because no
bucket counts a username from all addresses, an attacker cannot lock the owner out. A browser that signed in to the
account before has a marker cookie and its own bucket, so it is not affected by failures from its address.
Counts are stored in the database, shared by all replicas. A row has 60 bytes and is deleted after the hour.
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
from contor.services.auth.repository import AttemptRepository
from contor.services.auth.service.derived_keys import derive_key
from contor.services.auth.settings import AuthSettings


class TooManyAttempts(Problem):
    status = 429
    code = "too_many_attempts"
    detail = "Too many attempts; try again after the seconds in Retry-After."

    def __init__(self, wait: float) -> None:
        super().__init__(headers={"Retry-After": str(math.ceil(wait))})


@dataclass(frozen=True, slots=True)
class Bucket:
    """A counter of failures: `free` failures cause no wait; `max_wait` is in seconds."""

    key: bytes
    free: int
    max_wait: float

    def wait(self, failures: int, since_last: float) -> float:
        """Remaining seconds to wait: 1, 2, 4 … up to `max_wait`, less the seconds since the last failure."""
        if failures < max(self.free, 1):
            return 0.0
        # 2**20 s exceeds any `max_wait`; a much larger power would overflow.
        return min(2.0 ** min(failures - max(self.free, 1), 20), self.max_wait) - since_last


class Throttle:
    """Counts failures in the transaction of the attempt, which must commit even if it fails."""

    def __init__(self, session: AsyncSession, settings: AuthSettings) -> None:
        self._attempts = AttemptRepository(session)
        self._settings = settings

    def sign_in_buckets(self, username: str, address: str, device: str | None) -> list[Bucket]:
        """`device` is the marker of a known device, which has its own bucket."""
        settings = self._settings
        if device is not None:
            return [Bucket(_key("device", device), settings.attempts_free, settings.attempts_max_wait)]
        name = Bucket(
            _key("name", username.lower(), _network(address)), settings.attempts_free, settings.attempts_max_wait
        )
        return [name, self._address(address)]

    def registration_buckets(self, address: str) -> list[Bucket]:
        """Every registration counts, not only failures."""
        key = _key("registration", _network(address))
        return [Bucket(key, self._settings.registrations_free, self._settings.address_max_wait)]

    async def check(self, buckets: list[Bucket]) -> None:
        """Raises `TooManyAttempts` while a bucket has to wait."""
        counts = await self._attempts.counts([bucket.key for bucket in buckets])
        waits = [
            bucket.wait(*counts[bucket.key])
            for bucket in buckets
            if bucket.key in counts and counts[bucket.key][1] < self._settings.attempts_window
        ]
        if (wait := max(waits, default=0.0)) > 0:
            raise TooManyAttempts(wait)

    async def add_failure(self, buckets: list[Bucket]) -> None:
        window = timedelta(seconds=self._settings.attempts_window)
        await self._attempts.add_failure([bucket.key for bucket in buckets], window)

    async def reset(self, buckets: list[Bucket]) -> None:
        """Reset the bucket of the username or device, but not the address's: an attacker's own sign-in must not."""
        await self._attempts.delete([buckets[0].key])

    def _address(self, address: str) -> Bucket:
        key = _key("address", _network(address))
        return Bucket(key, self._settings.address_attempts_free, self._settings.address_max_wait)


class KnownDevices:
    """Markers of browsers that signed in to an account: `nonce | HMAC tag over nonce and account id`, base64url."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive_key(secret, "known device")

    def create_marker(self, account_id: UUID) -> str:
        nonce = os.urandom(16)
        return base64.urlsafe_b64encode(nonce + self._tag(nonce, account_id)).decode().rstrip("=")

    def is_known(self, marker: str, account_id: UUID) -> bool:
        """Whether this is a marker of this account."""
        try:
            raw = base64.urlsafe_b64decode(marker + "=" * (-len(marker) % 4))
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(self._tag(raw[:16], account_id), raw[16:])

    def _tag(self, nonce: bytes, account_id: UUID) -> bytes:
        return hmac.digest(self._key, nonce + account_id.bytes, "sha256")


def _key(*parts: str) -> bytes:
    """A hash has a fixed length, and the table contains no usernames or addresses."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).digest()


def _network(address: str) -> str:
    """The IPv4 address, or the IPv6 /64, which is usually one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed.packed, 64), strict=False))
    return address
