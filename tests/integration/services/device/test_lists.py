"""Lists of devices: paging, sorting, search, filters."""

from itertools import count

import pytest

from tests.integration.services.device.conftest import Devices


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at", "owner", "-owner"])
async def test_pages_contain_every_device_once_in_order(devices: Devices, sort: str) -> None:
    owners = [await devices.create_owner("zoe", "Ana Zamfir"), await devices.create_owner("bob"), None]
    created = [
        await devices.create(name, owner_id=owner and str(owner))
        for name, owner in zip(["b", "A", "b", "Č", "a", "B", "c"], owners * 3, strict=False)
    ]
    whole = (await devices.request("GET", params={"sort": sort}))["items"]
    assert sorted(d["id"] for d in whole) == sorted(d["id"] for d in created)
    assert whole == sorted(whole, key=lambda d: sort_key(d, sort.removeprefix("-")), reverse=sort.startswith("-"))
    assert await all_ids(devices, sort, limit=2) == [d["id"] for d in whole]


def sort_key(device: dict[str, str], sort: str) -> tuple[str, str]:
    owner: dict[str, str] = device["owner"] or {}  # type: ignore[assignment]
    keys = {
        "name": device["name"].lower().replace("č", "c"),
        "created_at": device["created_at"],
        "owner": (owner.get("full_name") or owner.get("username") or "").lower(),
    }
    return (keys[sort], device["id"])


async def all_ids(devices: Devices, sort: str, limit: int) -> list[str]:
    seen: list[str] = []
    query: dict[str, str | int] = {"sort": sort, "limit": limit}
    for _ in count():
        page = await devices.request("GET", params=query)
        seen += [device["id"] for device in page["items"]]
        if page["next_cursor"] is None:
            return seen
        assert len(page["items"]) == limit
        query["cursor"] = page["next_cursor"]
    raise AssertionError


async def test_paging_misses_and_repeats_nothing_while_devices_are_added(devices: Devices) -> None:
    existing = [await devices.create(f"m{n:02}") for n in range(0, 20, 2)]
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 3}
    for n in count():
        page = await devices.request("GET", params=query)
        seen += [device["id"] for device in page["items"]]
        await devices.create(f"m{n:02}x")
        await devices.create(f"m{19 - n}x")
        if page["next_cursor"] is None or n > 20:
            break
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen))
    assert {device["id"] for device in existing} <= set(seen)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("KITCHEN", ["Kitchen"]),
        ("tefan", ["Kitchen"]),
        ("stefan", ["Kitchen"]),
        ("ȘTEFAN", ["Kitchen"]),
        ("basement", ["Garage"]),
        ("georgescu", ["Garage"]),
        ("mari", ["Garage"]),
        ("%", ["100% solar_roof"]),
        ("r_r", ["100% solar_roof"]),
        ("\\", []),
        ("kitchen str", []),
        ("e", ["Garage", "Kitchen"]),
        ("   ", ["100% solar_roof", "Garage", "Kitchen"]),
    ],
)
async def test_search_finds_any_part_in_any_case_without_diacritics(devices: Devices, q: str, found: list[str]) -> None:
    maria = await devices.create_owner("maria", "Ioana Georgescu")
    await devices.create("Kitchen", address="Str. Ștefan cel Mare 12")
    await devices.create("Garage", description="in the basement", owner_id=str(maria))
    await devices.create("100% solar_roof")
    assert await devices.names(q=q) == found


async def test_filters_combine(devices: Devices) -> None:
    ana = await devices.create_owner("ana")
    await devices.create("Hers", owner_id=str(ana))
    await devices.create("Unassigned")
    assert await devices.names(owner_id=str(ana)) == ["Hers"]
    assert await devices.names(unassigned="true") == ["Unassigned"]
    assert await devices.names(unassigned="true", q="hers") == []
    assert await devices.names(unassigned="false") == ["Hers", "Unassigned"]
    assert await devices.names(q="er", owner_id=str(ana), sort="-owner") == ["Hers"]


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "WyJhIl0", "WyJhIiwiYiJd", "%00", "é"])
async def test_an_invalid_cursor_is_refused(devices: Devices, cursor: str) -> None:
    refused = await devices.request("GET", params={"cursor": cursor}, expect=422)
    assert "cursor" in refused["detail"]


async def test_a_cursor_of_another_sort_order_is_refused(devices: Devices) -> None:
    for name in "ab":
        await devices.create(name)
    cursor = (await devices.request("GET", params={"limit": 1}))["next_cursor"]
    await devices.request("GET", params={"cursor": cursor, "sort": "created_at"}, expect=422)
