"""The socket is a hint, the services hold the truth: what is heard, by whom, and how a cut is filled in."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.system.people import Json, People, Person
from tests.system.sockets import LiveSocket, live
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("steady_hour")


def reading(device: Json, kwh: float, ago: timedelta = timedelta()) -> Json:
    at = datetime.now(UTC) - ago
    return {"device_id": device["id"], "timestamp": at.isoformat(), "measurement_value": kwh}


def hours_ago(device: Json, hours: int, kwh: float) -> Json:
    return reading(device, kwh, timedelta(hours=hours))


async def test_live_values_come_of_watched_devices_and_of_no_others(people: People, admin: Person) -> None:
    owner = await people.client()
    watched, ignored = [await people.device(admin, owner) for _ in range(2)]
    async with live(owner) as socket:
        await socket.say(type="watch", device_id=watched["id"])
        await socket.is_level()
        await owner.send("POST", "/monitoring/readings", [reading(ignored, 0.1), reading(watched, 0.25)])
        frame = await socket.hears("consumption.updated", device_id=watched["id"], measurement_value=0.25)
        assert frame["data"]["hour"]["energy_kwh"] == 0.25
        await socket.say(type="unwatch", device_id=watched["id"])
        await socket.say(type="watch", device_id=ignored["id"])
        await socket.is_level()
        heard = len(socket.of("consumption.updated", device_id=watched["id"]))
        await owner.send("POST", "/monitoring/readings", [reading(watched, 0.1), reading(ignored, 0.5)])
        await socket.hears("consumption.updated", device_id=ignored["id"], measurement_value=0.5)
        assert len(socket.of("consumption.updated", device_id=watched["id"])) == heard
        assert not socket.of("consumption.updated", device_id=ignored["id"], measurement_value=0.1)


async def test_watching_somebody_elses_device_brings_nothing_and_an_administrator_may_watch_all(
    people: People, admin: Person
) -> None:
    owner, other = await people.client(), await people.client()
    device = await people.device(admin, owner)
    async with live(other) as overhears, live(admin) as overlooks:
        for socket in (overhears, overlooks):
            await socket.say(type="watch", device_id=device["id"])
            await socket.is_level()
        await owner.send("POST", "/monitoring/readings", reading(device, 0.3))
        await overlooks.hears("consumption.updated", device_id=device["id"])
        await overhears.is_level()
        assert not overhears.of("consumption.updated")


async def test_a_device_that_changes_hands_is_told_to_both(people: People, admin: Person) -> None:
    former, latter = await people.client(), await people.client()
    device = await people.device(admin, former)
    async with live(former) as before, live(latter) as after:
        await after.say(type="watch", device_id=device["id"])
        await admin.send("PUT", f"/devices/{device['id']}/owner", {"owner_id": latter.id})
        won = await after.hears("device.changed", device_id=device["id"])
        lost = await before.hears("device.changed", device_id=device["id"], lost=True)
        assert (won["data"]["owner_id"], won["data"]["lost"], won["data"]["deleted"]) == (latter.id, False, False)
        assert lost["id"] == won["id"]
        assert (await former.ask("GET", f"/devices/{device['id']}")).status_code == 404
        await admin.send("POST", "/monitoring/readings", reading(device, 2.0))
        await after.hears("alert.raised", device_id=device["id"])
        await after.hears("consumption.updated", device_id=device["id"])
        await before.is_level()
        assert not before.of("alert.raised")
        await admin.send("DELETE", f"/devices/{device['id']}")
        await after.hears("device.changed", device_id=device["id"], deleted=True)


async def test_after_a_cut_rest_fills_in_what_the_socket_missed_and_nothing_comes_twice(
    people: People, admin: Person
) -> None:
    owner = await people.client()
    device = await people.device(admin, owner, limit=0.5)
    shown: list[str] = []
    async with live(owner) as socket:
        await owner.send("POST", "/monitoring/readings", hours_ago(device, 5, 1.0))
        await socket.hears("alert.raised", device_id=device["id"])
        shown += alerts_of(socket)
    await owner.send("POST", "/monitoring/readings", [hours_ago(device, 4, 1.0), hours_ago(device, 3, 1.0)])
    async with live(owner) as socket:
        shown += [alert["id"] for alert in await owner.all("/monitoring/alerts") if alert["id"] not in shown]
        await owner.send("POST", "/monitoring/readings", hours_ago(device, 2, 1.0))
        # What was raised during the cut may still be told here: the fourth is waited for, not just any.
        await until(lambda: len({*shown, *alerts_of(socket)}) == 4, what="the alert of the last reading")
        shown += [alert for alert in alerts_of(socket) if alert not in shown]
    assert sorted(shown) == sorted(alert["id"] for alert in await owner.all("/monitoring/alerts"))


async def test_corrected_readings_clear_the_alert_and_say_so(people: People, admin: Person) -> None:
    owner = await people.client()
    device = await people.device(admin, owner, limit=0.5)
    wrong = hours_ago(device, 3, 5.0)
    async with live(owner) as socket:
        await owner.send("POST", "/monitoring/readings", wrong)
        raised = await socket.hears("alert.raised", device_id=device["id"])
        await owner.send("POST", "/monitoring/readings", wrong | {"measurement_value": 0.2})
        await socket.hears("alert.cleared", id=raised["data"]["id"], state="cleared")
    (alert,) = await owner.all("/monitoring/alerts")
    assert (alert["state"], alert["energy_kwh"]) == ("cleared", 0.2)


def alerts_of(socket: LiveSocket) -> list[str]:
    return [frame["data"]["id"] for frame in socket.of("alert.raised")]
