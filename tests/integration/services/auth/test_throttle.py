"""Password guessing is throttled; an attacker cannot lock the owner out."""

from tests.integration.services.auth.conftest import Auth


async def guess(auth: Auth, times: int, *, username: str = "maria", address: str = "198.51.100.7") -> list[int]:
    browser = auth.browser(address)
    return [(await browser.sign_in(username, "a wrong guess")).status_code for _ in range(times)]


async def test_a_sign_in_after_five_failures_has_to_wait(auth: Auth) -> None:
    await auth.register("maria")
    assert await guess(auth, 5) == [401] * 5
    refused = await auth.browser("198.51.100.7").sign_in("maria")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) >= 1


async def test_unknown_usernames_are_throttled_alike(auth: Auth) -> None:
    assert await guess(auth, 6, username="unknown") == [401] * 5 + [429]


async def test_failures_from_one_address_do_not_affect_others(auth: Auth) -> None:
    await auth.register("maria")
    await guess(auth, 6)
    assert (await auth.browser("203.0.113.50").sign_in("maria")).status_code == 200


async def test_a_known_browser_signs_in_from_a_throttled_address(auth: Auth) -> None:
    await auth.register("maria")
    known = auth.browser("198.51.100.7")
    await known.sign_in("maria")
    await known.send("POST", "/auth/logout")
    await guess(auth, 6)
    assert (await known.sign_in("maria")).status_code == 200
    assert [(await known.sign_in("maria", "wrong one")).status_code for _ in range(6)] == [401] * 5 + [429]


async def test_failures_of_one_address_count_for_all_usernames(auth: Auth) -> None:
    auth.set(address_attempts_free=3)
    tried = [(await guess(auth, 1, username=f"name{n}"))[0] for n in range(4)]
    assert tried == [401, 401, 401, 429]


async def test_an_ipv6_network_of_64_bits_counts_as_one_address(auth: Auth) -> None:
    auth.set(attempts_free=2)
    tried = [(await guess(auth, 1, address=f"2001:db8:1:2::{n}"))[0] for n in range(1, 4)]
    assert tried == [401, 401, 429]
    assert await guess(auth, 1, address="2001:db8:1:3::1") == [401]


async def test_attempts_succeed_after_the_wait(auth: Auth) -> None:
    auth.set(attempts_max_wait=0)
    assert await guess(auth, 8) == [401] * 8


async def test_signing_in_resets_the_failures_of_the_username(auth: Auth) -> None:
    await auth.register("maria")
    await guess(auth, 4)
    assert (await auth.browser("198.51.100.7").sign_in("maria")).status_code == 200
    assert await guess(auth, 5) == [401] * 5


async def test_right_passwords_are_never_throttled(auth: Auth) -> None:
    await auth.register("maria")
    auth.set(attempts_free=1, address_attempts_free=1)
    assert [(await auth.browser().sign_in("maria")).status_code for _ in range(4)] == [200] * 4


async def test_registrations_from_one_address_are_throttled(auth: Auth) -> None:
    auth.set(registrations_free=2)
    assert [(await auth.register(f"name{n}")).status_code for n in range(3)] == [201, 201, 429]
