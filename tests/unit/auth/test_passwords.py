"""Which passwords are good enough, and what a hash costs."""

import pytest

from contor.contracts.accounts import WeakPassword
from contor.services.auth.service.passwords import HASHER, Overloaded, Passwords, hashed, refuse_weak


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
        refuse_weak(password, username)
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
def test_length_is_enough_and_no_composition_is_asked_for(password: str, username: str) -> None:
    refuse_weak(password, username)


async def test_hashes_are_argon2id_with_at_least_19_mib() -> None:
    made = await hashed("correct horse battery")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert HASHER.verify("correct horse battery", made)


async def test_an_account_that_does_not_exist_has_no_password() -> None:
    passwords = await Passwords.ready(threads=1, queue=1)
    assert await passwords.matches("right", await hashed("right"))
    assert not await passwords.matches("wrong", await hashed("right"))
    assert not await passwords.matches("right", None)


async def test_no_more_may_wait_for_a_hashing_thread_than_the_queue_takes() -> None:
    passwords = await Passwords.ready(threads=1, queue=1)
    async with passwords.slot():
        with pytest.raises(Overloaded):
            async with passwords.slot():
                pass
    async with passwords.slot():
        pass
