"""Assigning meters to people, and what happens to meters when people change or go."""

import asyncio
from functools import partial
from uuid import uuid4

from sqlalchemy import text
from uuid_utils.compat import uuid7

from contor.contracts.accounts import UserDeleted
from contor.services.device.repository import OwnerRepository
from tests.integration.services.device.conftest import Devices, person_changed
from tests.waiting import until


async def test_assigning_shows_the_owner_and_says_both_owners(devices: Devices) -> None:
    ana, dan = await devices.person("ana", "Ana Pop"), await devices.person("dan")
    device = await devices.create(owner_id=str(ana))
    assert device["owner"] == {"id": str(ana), "username": "ana", "full_name": "Ana Pop"}
    assert (await devices.said(device["id"], 1)).owner_id == ana
    moved = await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": str(dan)})
    assert moved["owner_id"] == str(dan)
    assert moved["owner"]["username"] == "dan"
    said = await devices.said(device["id"], 2)
    assert (said.owner_id, said.previous_owner_id) == (dan, ana)


async def test_an_explicit_null_frees_the_device(devices: Devices) -> None:
    ana = await devices.person()
    device = await devices.create(owner_id=str(ana))
    freed = await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": None})
    assert (freed["owner_id"], freed["owner"]) == (None, None)
    said = await devices.said(device["id"], 2)
    assert (said.owner_id, said.previous_owner_id) == (None, ana)


async def test_a_missing_owner_id_is_refused_not_taken_for_null(devices: Devices) -> None:
    device = await devices.create(owner_id=str(await devices.person()))
    refused = await devices.request("PUT", f"/{device['id']}/owner", json={}, expect=422)
    assert refused["errors"][0]["field"] == "owner_id"
    assert refused["errors"][0]["code"] == "missing"


async def test_patch_assigns_and_frees_too(devices: Devices) -> None:
    ana = await devices.person()
    device = await devices.create()
    path = f"/{device['id']}"
    assert (await devices.request("PATCH", path, json={"owner_id": str(ana)}))["owner"]["username"] == "ana"
    assert (await devices.request("PATCH", path, json={"name": "Kept owner"}))["owner_id"] == str(ana)
    assert (await devices.request("PATCH", path, json={"owner_id": None}))["owner_id"] is None


async def test_assigning_again_to_the_same_person_says_nothing(devices: Devices) -> None:
    ana = await devices.person()
    device = await devices.create(owner_id=str(ana))
    assert await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": str(ana)}) == device


async def somebody_looked_for_owners(devices: Devices) -> bool:
    looked = text(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND query LIKE '%FROM owners%'"
    )
    async with devices.running.context.database.transaction() as session:
        return bool(await session.scalar(looked))


async def test_an_owner_who_is_heard_of_a_moment_later_is_waited_for(devices: Devices) -> None:
    ana = uuid7()
    creating = asyncio.create_task(devices.create(owner_id=str(ana)))
    looked: bool = await until(partial(somebody_looked_for_owners, devices))
    assert looked
    await devices.running.publish(person_changed(ana, 1, "ana"))
    assert (await creating)["owner"]["username"] == "ana"


async def test_an_owner_nobody_hears_of_is_refused(devices: Devices) -> None:
    refused = await devices.request(
        "POST", json={"name": "x", "max_hourly_consumption_kwh": 1, "owner_id": str(uuid4())}, expect=422
    )
    assert refused["code"] == "unknown_owner"
    assert refused["errors"][0]["field"] == "owner_id"
    assert await devices.names() == []


async def test_a_deleted_owner_is_refused_at_once(devices: Devices) -> None:
    ana = await devices.person()
    await devices.running.publish(UserDeleted(user_id=ana))
    device = await devices.create()
    refused = await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": str(ana)}, expect=422)
    assert refused["code"] == "unknown_owner"


async def test_deleting_a_person_frees_each_of_their_devices(devices: Devices) -> None:
    ana, dan = await devices.person("ana"), await devices.person("dan")
    hers = [await devices.create(f"A{n}", owner_id=str(ana)) for n in range(3)]
    his = await devices.create("D", owner_id=str(dan))
    await devices.running.publish(UserDeleted(user_id=ana))
    assert await devices.names(unassigned="true") == ["A0", "A1", "A2"]
    assert await devices.request("GET", f"/{his['id']}") == his
    for device in hers:
        said = await devices.said(device["id"], 2)
        assert (said.owner_id, said.previous_owner_id, said.deleted) == (None, ana, False)


async def test_a_repeated_deletion_changes_nothing_more(devices: Devices) -> None:
    ana = await devices.person()
    device = await devices.create(owner_id=str(ana))
    await devices.running.publish(UserDeleted(user_id=ana))
    freed = await devices.request("GET", f"/{device['id']}")
    await devices.running.publish(UserDeleted(user_id=ana))
    assert await devices.request("GET", f"/{device['id']}") == freed


async def test_a_newer_name_is_shown_and_an_older_one_ignored(devices: Devices) -> None:
    ana = await devices.person("ana")
    device = await devices.create(owner_id=str(ana))
    await devices.running.publish(person_changed(ana, 3, "ana", "Ana Ionescu"))
    await devices.running.publish(person_changed(ana, 2, "ana", "Ana Pop"))
    await devices.running.publish(person_changed(ana, 3, "ana", "Not again"))
    assert (await devices.request("GET", f"/{device['id']}"))["owner"]["full_name"] == "Ana Ionescu"
    assert (await devices.names(q="ionescu"), await devices.names(q="pop")) == (["Meter"], [])


async def test_a_deleted_person_is_not_brought_back_by_a_late_message(devices: Devices) -> None:
    never_heard_of, known = uuid7(), await devices.person("dan", "Dan Popa")
    for person in (never_heard_of, known):
        await devices.running.publish(UserDeleted(user_id=person))
        await devices.running.publish(person_changed(person, 99, "late", "Late"))
        async with devices.running.context.database.transaction() as session:
            kept = await OwnerRepository(session).get(person)
        assert kept is not None
        assert (kept.deleted, kept.username, kept.full_name) == (True, "", None)


async def test_assigning_while_the_person_is_deleted_never_leaves_a_device_with_the_dead(devices: Devices) -> None:
    for _ in range(5):
        ana = await devices.person()
        made = [await devices.create() for _ in range(4)]

        async def assign(device_id: str, owner: object = ana) -> None:
            headers = devices.running.admin()
            path = f"/devices/{device_id}/owner"
            answer = await devices.running.client.put(path, headers=headers, json={"owner_id": str(owner)})
            assert answer.status_code in (200, 422)

        await asyncio.gather(
            *(assign(d["id"]) for d in made[:2]),
            devices.running.publish(UserDeleted(user_id=ana)),
            *(assign(d["id"]) for d in made[2:]),
        )
        assert await devices.names(owner_id=str(ana)) == []
