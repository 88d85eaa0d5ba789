"""Live frames: who receives them, and how a client catches up after a disconnection."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.system.live_socket import LiveSocket, open_socket
from tests.system.users import Json, User, UserFactory
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("stable_hour")


def reading(device: Json, kwh: float, ago: timedelta = timedelta()) -> Json:
    at = datetime.now(UTC) - ago
    return {"device_id": device["id"], "timestamp": at.isoformat(), "measurement_value": kwh}


def hours_ago(device: Json, hours: int, kwh: float) -> Json:
    return reading(device, kwh, timedelta(hours=hours))


async def test_live_values_arrive_for_watched_devices_only(users: UserFactory, admin: User) -> None:
    owner = await users.create_client()
    watched, ignored = [await users.create_device(admin, owner) for _ in range(2)]
    async with open_socket(owner) as socket:
        await socket.send(type="watch", device_id=watched["id"])
        await socket.sync()
        await owner.send("POST", "/monitoring/readings", [reading(ignored, 0.1), reading(watched, 0.25)])
        frame = await socket.wait_for("consumption.updated", device_id=watched["id"], measurement_value=0.25)
        assert frame["data"]["hour"]["energy_kwh"] == 0.25
        await socket.send(type="unwatch", device_id=watched["id"])
        await socket.send(type="watch", device_id=ignored["id"])
        await socket.sync()
        received = len(socket.frames_of("consumption.updated", device_id=watched["id"]))
        await owner.send("POST", "/monitoring/readings", [reading(watched, 0.1), reading(ignored, 0.5)])
        await socket.wait_for("consumption.updated", device_id=ignored["id"], measurement_value=0.5)
        assert len(socket.frames_of("consumption.updated", device_id=watched["id"])) == received
        assert not socket.frames_of("consumption.updated", device_id=ignored["id"], measurement_value=0.1)


async def test_clients_receive_live_values_of_their_own_devices_and_administrators_of_all(
    users: UserFactory, admin: User
) -> None:
    owner, other = await users.create_client(), await users.create_client()
    device = await users.create_device(admin, owner)
    async with open_socket(other) as others, open_socket(admin) as admins:
        for socket in (others, admins):
            await socket.send(type="watch", device_id=device["id"])
            await socket.sync()
        await owner.send("POST", "/monitoring/readings", reading(device, 0.3))
        await admins.wait_for("consumption.updated", device_id=device["id"])
        await others.sync()
        assert not others.frames_of("consumption.updated")


async def test_both_the_old_and_the_new_owner_receive_a_change_of_ownership(users: UserFactory, admin: User) -> None:
    former, latter = await users.create_client(), await users.create_client()
    device = await users.create_device(admin, former)
    async with open_socket(former) as before, open_socket(latter) as after:
        await after.send(type="watch", device_id=device["id"])
        await admin.send("PUT", f"/devices/{device['id']}/owner", {"owner_id": latter.id})
        gained = await after.wait_for("device.changed", device_id=device["id"])
        lost = await before.wait_for("device.changed", device_id=device["id"], lost=True)
        assert (gained["data"]["owner_id"], gained["data"]["lost"], gained["data"]["deleted"]) == (
            latter.id,
            False,
            False,
        )
        assert lost["id"] == gained["id"]
        assert (await former.request("GET", f"/devices/{device['id']}")).status_code == 404
        await admin.send("POST", "/monitoring/readings", reading(device, 2.0))
        await after.wait_for("alert.raised", device_id=device["id"])
        await after.wait_for("consumption.updated", device_id=device["id"])
        await before.sync()
        assert not before.frames_of("alert.raised")
        await admin.send("DELETE", f"/devices/{device['id']}")
        await after.wait_for("device.changed", device_id=device["id"], deleted=True)


async def test_after_a_reconnection_every_alert_is_known_once(users: UserFactory, admin: User) -> None:
    owner = await users.create_client()
    device, other = [await users.create_device(admin, owner, limit=0.5) for _ in range(2)]
    shown: list[str] = []
    async with open_socket(owner) as socket:
        await owner.send("POST", "/monitoring/readings", hours_ago(device, 2, 1.0))
        await socket.wait_for("alert.raised", device_id=device["id"])
        shown += alert_ids(socket)
    await owner.send("POST", "/monitoring/readings", [hours_ago(device, 1, 1.0), hours_ago(other, 1, 1.0)])
    async with open_socket(owner) as socket:
        shown += [alert["id"] for alert in await owner.get_all("/monitoring/alerts") if alert["id"] not in shown]
        await owner.send("POST", "/monitoring/readings", hours_ago(other, 2, 1.0))
        # Alerts raised while disconnected may still arrive here, so wait for the fourth, not for any.
        await until(lambda: len({*shown, *alert_ids(socket)}) == 4, what="the alert of the last reading")
        shown += [alert for alert in alert_ids(socket) if alert not in shown]
    assert sorted(shown) == sorted(alert["id"] for alert in await owner.get_all("/monitoring/alerts"))


async def test_a_corrected_reading_clears_the_alert_and_sends_a_frame(users: UserFactory, admin: User) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.5)
    wrong = hours_ago(device, 1, 5.0)
    async with open_socket(owner) as socket:
        await owner.send("POST", "/monitoring/readings", wrong)
        raised = await socket.wait_for("alert.raised", device_id=device["id"])
        await owner.send("POST", "/monitoring/readings", wrong | {"measurement_value": 0.2})
        await socket.wait_for("alert.cleared", id=raised["data"]["id"], state="cleared")
    (alert,) = await owner.get_all("/monitoring/alerts")
    assert (alert["state"], alert["energy_kwh"]) == ("cleared", 0.2)


def alert_ids(socket: LiveSocket) -> list[str]:
    return list(dict.fromkeys(frame["data"]["id"] for frame in socket.frames_of("alert.raised")))
