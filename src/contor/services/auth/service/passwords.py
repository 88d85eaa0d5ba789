"""Passwords: which are accepted, and how they are hashed without holding anybody else up."""

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

SHORTEST, LONGEST = 8, 128
SHORTEST_NAME_TO_LOOK_FOR = 4
"""A name of three letters is inside many a good password by accident."""

# OWASP's second choice for argon2id: 19 MiB, two passes, one lane; about 40 ms here.
HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


class Overloaded(Problem):
    status = 503
    code = "overloaded"
    detail = "Too many sign-ins are in progress; try again in a few seconds."


def refuse_weak(password: str, username: str = "") -> None:
    """Raise `WeakPassword` unless people may rely on this password."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < SHORTEST:
        raise WeakPassword(f"A password needs at least {SHORTEST} characters.", "too_short")
    if len(plain) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.", "too_long")
    name = username.lower().split("@")[0]
    if len(name) >= SHORTEST_NAME_TO_LOOK_FOR and name in plain.lower():
        raise WeakPassword("The password contains the username.", "contains_username")
    if is_common(plain):
        raise WeakPassword("This password is known from data breaches.", "too_common")


def is_common(password: str) -> bool:
    """Whether the password is on the list of breached ones, or one character over and over."""
    lowered = password.strip().lower()
    return len(set(lowered)) == 1 or f"\n{lowered}\n".encode(errors="surrogatepass") in _common()


@cache
def _common() -> bytes:
    """The list as one text of lines, 160 KB: a search takes a few microseconds, a set of it ten times the memory."""
    packed = resources.files("contor.services.auth") / "common_passwords.txt.gz"
    return gzip.decompress(packed.read_bytes())


class Passwords:
    """Hashes in threads, a few at a time. Take a `slot` first, before the first statement of the transaction:

    then whoever waits for a thread holds no connection, and no two guesses slip past the throttle together.
    """

    def __init__(self, threads: int, queue: int, nobody: str) -> None:
        self._threads = asyncio.Semaphore(threads)
        self._room = queue
        self._nobody = nobody

    @classmethod
    async def ready(cls, threads: int, queue: int) -> Self:
        """With the hash at hand that stands in for accounts which do not exist."""
        return cls(threads, queue, await asyncio.to_thread(HASHER.hash, os.urandom(16)))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A turn to hash; raises `Overloaded` when too many wait already."""
        if self._room <= 0:
            raise Overloaded(headers={"Retry-After": "1"})
        self._room -= 1
        try:
            async with self._threads:
                yield
        finally:
            self._room += 1

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether the password has this hash; without a hash, no, after the same work."""
        compared = await asyncio.to_thread(HASHER.verify, _encoded(password), password_hash or self._nobody)
        return compared and password_hash is not None


async def hashed(password: str) -> str:
    """The password's argon2id hash, made in a thread; hold a slot of `Passwords` in a request."""
    return await asyncio.to_thread(HASHER.hash, _encoded(password))


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.current_hasher.check_needs_rehash(password_hash)


def _encoded(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
