"""Lists of users: paging, sorting, search, filters."""

from typing import Any

import pytest

from contor.contracts.accounts import AccountChanged
from tests.integration.services.user.conftest import Users

PEOPLE = [
    ("zoe", "Ana Zamfir"),
    ("Bob", None),
    ("ana", "Ștefan Ilie"),
    ("stan", "ana zamfir"),
    ("bobby", "Bob"),
    ("dan", None),
    ("ion", "Țuca"),
]


def sort_key(user: dict[str, Any], sort: str) -> tuple[str, str]:
    plain = str.maketrans("șț", "st")
    key = user["full_name"] or user["username"] if sort == "full_name" else user[sort]
    return (key.lower().translate(plain) if sort != "created_at" else key, user["id"])


@pytest.mark.parametrize("sort", ["username", "-username", "full_name", "-full_name", "created_at", "-created_at"])
async def test_pages_contain_every_user_once_in_order(users: Users, sort: str) -> None:
    created = {str(await users.create(username, full_name=name)) for username, name in PEOPLE}
    whole = (await users.request("GET", params={"sort": sort}))["items"]
    assert {user["id"] for user in whole} == created
    assert whole == sorted(whole, key=lambda user: sort_key(user, sort.strip("-")), reverse=sort.startswith("-"))
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"sort": sort, "limit": 2}
    while query.get("cursor", "first") is not None:
        page = await users.request("GET", params=query)
        seen += page["items"]
        query["cursor"] = page["next_cursor"]
    assert seen == whole


async def test_paging_misses_and_repeats_no_user_while_users_are_added(users: Users) -> None:
    existing = {str(await users.create(f"p{n:02}")) for n in range(0, 20, 2)}
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    for n in range(20):
        page = await users.request("GET", params=query)
        seen += [user["id"] for user in page["items"]]
        if page["next_cursor"] is None:
            break
        await users.create(f"p{n:02}x")
        await users.create(f"p{19 - n:02}x")
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen))
    assert existing <= set(seen)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ZOE", ["zoe"]),
        ("stefan", ["ana"]),
        ("ȘTEFAN", ["ana"]),
        ("amf", ["stan", "zoe"]),
        ("Example.RO", ["dan"]),
        ("_", []),
        ("ana stefan", []),
        ("", ["ana", "Bob", "bobby", "dan", "ion", "stan", "zoe"]),
    ],
)
async def test_search_finds_username_name_and_email_in_any_case_without_diacritics(
    users: Users, q: str, found: list[str]
) -> None:
    for username, name in PEOPLE:
        email = "d@example.ro" if username == "dan" else None
        await users.create(username, full_name=name, email=email)
    assert await users.usernames(q=q) == found


async def test_filters_combine(users: Users) -> None:
    ana = await users.create("ana")
    await users.create("admin", "admin")
    await users.create("dan")
    await users.running.publish(AccountChanged(account_id=ana, version=2, role="client", disabled=True))
    assert await users.usernames(role="client") == ["ana", "dan"]
    assert await users.usernames(role="admin") == ["admin"]
    assert await users.usernames(disabled="true") == ["ana"]
    assert await users.usernames(disabled="false", role="client") == ["dan"]
    assert await users.usernames(disabled="true", q="dan") == []
