"""Guessing is slowed down; nobody can be locked out by a stranger."""

from tests.integration.services.auth.conftest import Auth


async def guess(auth: Auth, times: int, *, username: str = "maria", address: str = "198.51.100.7") -> list[int]:
    browser = auth.browser(address)
    return [(await browser.sign_in(username, "a wrong guess")).status_code for _ in range(times)]


async def test_after_some_wrong_guesses_answers_have_to_be_waited_for(auth: Auth) -> None:
    await auth.register("maria")
    assert await guess(auth, 5) == [401] * 5
    refused = await auth.browser("198.51.100.7").sign_in("maria")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) >= 1


async def test_a_name_nobody_has_is_throttled_alike(auth: Auth) -> None:
    assert await guess(auth, 6, username="nobody") == [401] * 5 + [429]


async def test_a_stranger_locks_nobody_out(auth: Auth) -> None:
    await auth.register("maria")
    await guess(auth, 6)
    assert (await auth.browser("203.0.113.50").sign_in("maria")).status_code == 200


async def test_a_browser_that_signed_in_before_gets_in_even_from_the_address_of_the_guesser(auth: Auth) -> None:
    await auth.register("maria")
    known = auth.browser("198.51.100.7")
    await known.sign_in("maria")
    await known.send("POST", "/auth/logout")
    await guess(auth, 6)
    assert (await known.sign_in("maria")).status_code == 200
    assert [(await known.sign_in("maria", "wrong one")).status_code for _ in range(6)] == [401] * 5 + [429]


async def test_one_address_cannot_try_name_after_name(auth: Auth) -> None:
    auth.set(address_attempts_free=3)
    tried = [(await guess(auth, 1, username=f"name{n}"))[0] for n in range(4)]
    assert tried == [401, 401, 401, 429]


async def test_the_addresses_of_one_ipv6_customer_are_one(auth: Auth) -> None:
    auth.set(attempts_free=2)
    tried = [(await guess(auth, 1, address=f"2001:db8:1:2::{n}"))[0] for n in range(1, 4)]
    assert tried == [401, 401, 429]
    assert await guess(auth, 1, address="2001:db8:1:3::1") == [401]


async def test_the_wait_ends(auth: Auth) -> None:
    auth.set(attempts_max_wait=0)
    assert await guess(auth, 8) == [401] * 8


async def test_signing_in_forgives_the_wrong_guesses_before(auth: Auth) -> None:
    await auth.register("maria")
    await guess(auth, 4)
    assert (await auth.browser("198.51.100.7").sign_in("maria")).status_code == 200
    assert await guess(auth, 5) == [401] * 5


async def test_right_passwords_are_never_throttled(auth: Auth) -> None:
    await auth.register("maria")
    auth.set(attempts_free=1, address_attempts_free=1)
    assert [(await auth.browser().sign_in("maria")).status_code for _ in range(4)] == [200] * 4


async def test_registrations_of_one_address_have_an_end(auth: Auth) -> None:
    auth.set(registrations_free=2)
    assert [(await auth.register(f"name{n}")).status_code for n in range(3)] == [201, 201, 429]
