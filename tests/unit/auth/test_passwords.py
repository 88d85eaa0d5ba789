"""The rules for new passwords, and hashing."""

import pytest

from contor.contracts.accounts import WeakPassword
from contor.services.auth.service.passwords import HASHER, Overloaded, Passwords, hash_password, require_strong


@pytest.mark.parametrize(
    ("password", "username", "code"),
    [
        ("1234567", "", "too_short"),
        ("a" * 129, "", "too_long"),
        ("12345678", "", "too_common"),
        ("QWERTYUIOP", "", "too_common"),
        (" iloveyou1 ", "", "too_common"),
        ("zzzzzzzzz", "", "too_common"),
        ("\uff30\uff21SSWORD", "", "too_common"),  # full-width letters
        ("maria.pop", "maria.pop", "contains_username"),
        ("xx-MARIA-xx", "maria@example.com", "contains_username"),
    ],
)
def test_a_weak_password_is_refused(password: str, username: str, code: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        require_strong(password, username)
    assert refused.value.errors is not None
    assert refused.value.errors[0]["code"] == code


@pytest.mark.parametrize(
    ("password", "username"),
    [
        ("correct horse battery", "maria"),
        ("a" * 64 + "b" * 64, "maria"),
        ("fara nicio cifra", "maria"),
        ("pensionar fericit", "ion"),
        ("parolă lungă", "@@@@@"),
    ],
)
def test_a_long_password_needs_no_mixture_of_characters(password: str, username: str) -> None:
    require_strong(password, username)


async def test_hashes_are_argon2id_with_at_least_19_mib() -> None:
    password_hash = await hash_password("correct horse battery")
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert HASHER.verify("correct horse battery", password_hash)


async def test_no_password_matches_without_a_hash() -> None:
    passwords = await Passwords.create(threads=1, queue=1)
    assert await passwords.verify("right", await hash_password("right"))
    assert not await passwords.verify("wrong", await hash_password("right"))
    assert not await passwords.verify("right", None)


async def test_a_full_hashing_queue_refuses_further_requests() -> None:
    passwords = await Passwords.create(threads=1, queue=1)
    async with passwords.slot():
        with pytest.raises(Overloaded):
            async with passwords.slot():
                pass
    async with passwords.slot():
        pass
