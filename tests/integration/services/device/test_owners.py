"""Assigning devices to users; devices after their owner changes or is deleted."""

import asyncio
from functools import partial
from uuid import uuid4

from sqlalchemy import text
from uuid_utils.compat import uuid7

from contor.contracts.accounts import UserDeleted
from contor.services.device.repository import OwnerRepository
from tests.integration.services.device.conftest import Devices, user_changed
from tests.waiting import until


async def test_an_assignment_is_published_with_both_owners(devices: Devices) -> None:
    ana, dan = await devices.create_owner("ana", "Ana Pop"), await devices.create_owner("dan")
    device = await devices.create(owner_id=str(ana))
    assert device["owner"] == {"id": str(ana), "username": "ana", "full_name": "Ana Pop"}
    assert (await devices.changed_message(device["id"], 1)).owner_id == ana
    moved = await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": str(dan)})
    assert moved["owner_id"] == str(dan)
    assert moved["owner"]["username"] == "dan"
    message = await devices.changed_message(device["id"], 2)
    assert (message.owner_id, message.previous_owner_id) == (dan, ana)


async def test_null_removes_the_owner(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create(owner_id=str(ana))
    unassigned = await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": None})
    assert (unassigned["owner_id"], unassigned["owner"]) == (None, None)
    message = await devices.changed_message(device["id"], 2)
    assert (message.owner_id, message.previous_owner_id) == (None, ana)


async def test_a_missing_owner_id_is_refused(devices: Devices) -> None:
    device = await devices.create(owner_id=str(await devices.create_owner()))
    refused = await devices.request("PUT", f"/{device['id']}/owner", json={}, expect=422)
    assert refused["errors"][0]["field"] == "owner_id"
    assert refused["errors"][0]["code"] == "missing"


async def test_patch_assigns_and_removes_the_owner_too(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create()
    path = f"/{device['id']}"
    assert (await devices.request("PATCH", path, json={"owner_id": str(ana)}))["owner"]["username"] == "ana"
    assert (await devices.request("PATCH", path, json={"name": "Kept owner"}))["owner_id"] == str(ana)
    assert (await devices.request("PATCH", path, json={"owner_id": None}))["owner_id"] is None


async def test_assigning_the_same_owner_changes_nothing(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create(owner_id=str(ana))
    assert await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": str(ana)}) == device


async def owners_were_queried(devices: Devices) -> bool:
    query = text(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND query LIKE '%FROM owners%'"
    )
    async with devices.running.context.database.transaction() as session:
        return bool(await session.scalar(query))


async def test_the_request_waits_for_an_owner_created_just_before(devices: Devices) -> None:
    ana = uuid7()
    creating = asyncio.create_task(devices.create(owner_id=str(ana)))
    queried: bool = await until(partial(owners_were_queried, devices))
    assert queried
    await devices.running.publish(user_changed(ana, 1, "ana"))
    assert (await creating)["owner"]["username"] == "ana"


async def test_an_unknown_owner_is_refused(devices: Devices) -> None:
    refused = await devices.request(
        "POST", json={"name": "x", "max_hourly_consumption_kwh": 1, "owner_id": str(uuid4())}, expect=422
    )
    assert refused["code"] == "unknown_owner"
    assert refused["errors"][0]["field"] == "owner_id"
    assert await devices.names() == []


async def test_a_deleted_owner_is_refused_at_once(devices: Devices) -> None:
    ana = await devices.create_owner()
    await devices.running.publish(UserDeleted(user_id=ana))
    device = await devices.create()
    refused = await devices.request("PUT", f"/{device['id']}/owner", json={"owner_id": str(ana)}, expect=422)
    assert refused["code"] == "unknown_owner"


async def test_deleting_a_user_unassigns_their_devices(devices: Devices) -> None:
    ana, dan = await devices.create_owner("ana"), await devices.create_owner("dan")
    hers = [await devices.create(f"A{n}", owner_id=str(ana)) for n in range(3)]
    his = await devices.create("D", owner_id=str(dan))
    await devices.running.publish(UserDeleted(user_id=ana))
    assert await devices.names(unassigned="true") == ["A0", "A1", "A2"]
    assert await devices.request("GET", f"/{his['id']}") == his
    for device in hers:
        message = await devices.changed_message(device["id"], 2)
        assert (message.owner_id, message.previous_owner_id, message.deleted) == (None, ana, False)


async def test_a_repeated_deletion_changes_nothing(devices: Devices) -> None:
    ana = await devices.create_owner()
    device = await devices.create(owner_id=str(ana))
    await devices.running.publish(UserDeleted(user_id=ana))
    unassigned = await devices.request("GET", f"/{device['id']}")
    await devices.running.publish(UserDeleted(user_id=ana))
    assert await devices.request("GET", f"/{device['id']}") == unassigned


async def test_an_older_name_of_the_owner_is_ignored(devices: Devices) -> None:
    ana = await devices.create_owner("ana")
    device = await devices.create(owner_id=str(ana))
    await devices.running.publish(user_changed(ana, 3, "ana", "Ana Ionescu"))
    await devices.running.publish(user_changed(ana, 2, "ana", "Ana Pop"))
    await devices.running.publish(user_changed(ana, 3, "ana", "Not again"))
    assert (await devices.request("GET", f"/{device['id']}"))["owner"]["full_name"] == "Ana Ionescu"
    assert (await devices.names(q="ionescu"), await devices.names(q="pop")) == (["Meter"], [])


async def test_a_deleted_owner_is_not_restored_by_a_late_message(devices: Devices) -> None:
    unknown, known = uuid7(), await devices.create_owner("dan", "Dan Popa")
    for user_id in (unknown, known):
        await devices.running.publish(UserDeleted(user_id=user_id))
        await devices.running.publish(user_changed(user_id, 99, "late", "Late"))
        async with devices.running.context.database.transaction() as session:
            stored = await OwnerRepository(session).get(user_id)
        assert stored is not None
        assert (stored.deleted, stored.username, stored.full_name) == (True, "", None)


async def test_concurrent_assignment_and_deletion_leave_no_device_with_a_deleted_owner(devices: Devices) -> None:
    for _ in range(5):
        ana = await devices.create_owner()
        created = [await devices.create() for _ in range(4)]

        async def assign(device_id: str, owner: object = ana) -> None:
            headers = devices.running.admin()
            path = f"/devices/{device_id}/owner"
            answer = await devices.running.client.put(path, headers=headers, json={"owner_id": str(owner)})
            assert answer.status_code in (200, 422)

        await asyncio.gather(
            *(assign(d["id"]) for d in created[:2]),
            devices.running.publish(UserDeleted(user_id=ana)),
            *(assign(d["id"]) for d in created[2:]),
        )
        assert await devices.names(owner_id=str(ana)) == []
