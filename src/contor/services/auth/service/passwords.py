"""The rules for new passwords, and password hashing in threads."""

import asyncio
import gzip
import os
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import resources
from typing import Self

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from contor.contracts.accounts import WeakPassword
from contor.kernel.errors import Problem

MIN_LENGTH, MAX_LENGTH = 8, 128
MIN_USERNAME_LENGTH = 4
"""Shorter usernames may occur in a password by chance."""

# The OWASP Password Storage Cheat Sheet's argon2id with 19 MiB, two passes, one lane; about 40 ms.
HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


class Overloaded(Problem):
    status = 503
    code = "overloaded"
    detail = "Too many sign-ins are in progress; try again in a few seconds."


def require_strong(password: str, username: str = "") -> None:
    """Raises `WeakPassword`."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < MIN_LENGTH:
        raise WeakPassword(f"A password needs at least {MIN_LENGTH} characters.", "too_short")
    if len(plain) > MAX_LENGTH:
        raise WeakPassword(f"A password has at most {MAX_LENGTH} characters.", "too_long")
    name = username.lower().split("@")[0]
    if len(name) >= MIN_USERNAME_LENGTH and name in plain.lower():
        raise WeakPassword("The password contains the username.", "contains_username")
    if is_common(plain):
        raise WeakPassword("This password is known from data breaches.", "too_common")


def is_common(password: str) -> bool:
    """Whether the password is on the list of breached ones, or repeats a single character."""
    lowered = password.strip().lower()
    return len(set(lowered)) == 1 or f"\n{lowered}\n".encode(errors="surrogatepass") in _common_passwords()


@cache
def _common_passwords() -> bytes:
    """One password a line: searching the 160 KB takes microseconds, a set would need ten times the memory."""
    packed = resources.files("contor.services.auth") / "common_passwords.txt.gz"
    return gzip.decompress(packed.read_bytes())


class Passwords:
    """Limits how many requests hash at once. Callers take a `slot` before the first statement of their transaction.

    So a waiting request holds no database connection, and concurrent guesses cannot pass the throttle together.
    """

    def __init__(self, threads: int, queue: int, dummy_hash: str) -> None:
        self._threads = asyncio.Semaphore(threads)
        self._free_places = queue
        self._dummy_hash = dummy_hash

    @classmethod
    async def create(cls, threads: int, queue: int) -> Self:
        """With a dummy hash, which is verified for unknown usernames so that the response takes as long."""
        return cls(threads, queue, await asyncio.to_thread(HASHER.hash, os.urandom(16)))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a hashing thread. Raises `Overloaded` when the queue is full."""
        if self._free_places <= 0:
            raise Overloaded(headers={"Retry-After": "1"})
        self._free_places -= 1
        try:
            async with self._threads:
                yield
        finally:
            self._free_places += 1

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """False without a hash, after the same work."""
        matches = await asyncio.to_thread(HASHER.verify, _encoded(password), password_hash or self._dummy_hash)
        return matches and password_hash is not None


async def hash_password(password: str) -> str:
    """Hash with argon2id in a thread; requests hold a `Passwords.slot`."""
    return await asyncio.to_thread(HASHER.hash, _encoded(password))


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash has other parameters than `HASHER`."""
    return HASHER.current_hasher.check_needs_rehash(password_hash)


def _encoded(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
