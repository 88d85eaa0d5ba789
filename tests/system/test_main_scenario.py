"""The main scenario through the public API: from registration to an acknowledged alert."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.system.live_socket import open_socket
from tests.system.users import User, UserFactory
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("stable_hour")


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


async def test_from_registration_to_an_acknowledged_alert(users: UserFactory, admin: User) -> None:
    maria = users.new_browser("maria")
    account = await maria.register(full_name="Maria Pop", email="maria@example.com")
    assert (account["role"], account["disabled"]) == ("client", False)
    assert (await maria.sign_in()).json()["user"]["id"] == account["id"]

    wanted = {"name": "Kitchen", "address": "Strada Horea 4", "max_hourly_consumption_kwh": 0.3, "unit": "kWh"}
    device = await admin.send("POST", "/devices", wanted)
    assert device["owner_id"] is None
    async with open_socket(maria) as socket:
        owned = await admin.send("PUT", f"/devices/{device['id']}/owner", {"owner_id": maria.id})
        assert owned["owner"]["username"] == "maria"
        await socket.wait_for("device.changed", device_id=device["id"], owner_id=maria.id, lost=False)
        assert [d["id"] for d in await maria.get_all("/devices")] == [device["id"]]

        async def is_in_monitoring() -> bool:
            return (await maria.request("GET", f"/monitoring/devices/{device['id']}/summary")).status_code == 200

        await until(is_in_monitoring, what="the device in monitoring")
        begin = this_hour() - timedelta(hours=1)
        readings = [
            {"timestamp": (begin + timedelta(minutes=10 * n)).isoformat(), "measurement_value": 0.1} for n in (1, 2, 3)
        ]
        batch = {"device_id": device["id"], "readings": readings}
        assert await maria.send("POST", "/monitoring/readings", batch) == {
            "accepted": 3,
            "duplicates": 0,
            "rejected": [],
        }
        assert await maria.get("/monitoring/alerts") == {"items": [], "next_cursor": None}
        late = {"device_id": device["id"], "timestamp": int(begin.timestamp() * 1000) + 1, "measurement_value": 0.001}
        assert (await maria.send("POST", "/monitoring/readings", late))["accepted"] == 1
        raised = (await socket.wait_for("alert.raised", device_id=device["id"]))["data"]
        assert (raised["energy_kwh"], raised["limit_kwh"], raised["state"]) == (0.301, 0.3, "active")

        hours = await maria.get(
            f"/monitoring/devices/{device['id']}/consumption",
            **{"from": begin.isoformat(), "to": this_hour().isoformat(), "resolution": "hour"},
        )
        assert [(p["energy_kwh"], p["limit_kwh"]) for p in hours["points"]] == [(0.301, 0.3)]
        assert hours["total_kwh"] == 0.301

        (alert,) = (await maria.get("/monitoring/alerts"))["items"]
        assert (alert["id"], alert["acknowledged_at"]) == (raised["id"], None)
        assert datetime.fromisoformat(alert["hour_start"]) == begin
        acknowledged = await maria.send("POST", f"/monitoring/alerts/{alert['id']}/acknowledge")
        assert acknowledged["acknowledged_by"] == maria.id
        await socket.wait_for("alert.acknowledged", id=alert["id"], acknowledged_by=maria.id)
        assert await maria.get("/monitoring/alerts/count", acknowledged="false", past="false") == {"count": 0}


async def test_another_client_cannot_see_the_device_or_its_alert(users: UserFactory, admin: User) -> None:
    owner, other = await users.create_client(), await users.create_client()
    device = await users.create_device(admin, owner, limit=0.1)
    reading = {"device_id": device["id"], "timestamp": this_hour().isoformat(), "measurement_value": 0.2}
    async with open_socket(other) as socket:
        await socket.send(type="watch", device_id=device["id"])
        await owner.send("POST", "/monitoring/readings", reading)
        (alert,) = (await owner.get("/monitoring/alerts"))["items"]
        for method, path in (
            ("GET", f"/users/{owner.id}"),
            ("GET", f"/devices/{device['id']}"),
            ("GET", f"/monitoring/devices/{device['id']}/readings"),
            ("GET", f"/monitoring/devices/{device['id']}/consumption"),
            ("GET", f"/monitoring/devices/{device['id']}/summary"),
            ("POST", f"/monitoring/alerts/{alert['id']}/acknowledge"),
        ):
            response = await other.request(method, path)
            assert (response.status_code, response.json()["code"]) == (404, "not_found"), path
        receipt = await other.send("POST", "/monitoring/readings", reading)
        assert (receipt["accepted"], receipt["rejected"][0]["code"]) == (0, "unknown_device")
        for path in ("/devices", "/monitoring/summaries", "/monitoring/alerts"):
            assert await other.get_all(path) == []
        await socket.sync()
        assert {frame["type"] for frame in socket.frames} <= {"ready", "pong", "user.changed"}


async def test_a_refresh_continues_the_session_and_signing_out_ends_it(users: UserFactory) -> None:
    user = await users.create_client()
    before = user.token
    assert (await user.refresh()).status_code == 200
    assert user.token != before
    assert (await user.get("/auth/me"))["id"] == user.id
    assert (await user.request("POST", "/auth/logout")).status_code == 204

    async def is_rejected() -> bool:
        answer = await user.request("GET", "/auth/me")
        return answer.status_code == 401 and answer.json()["code"] == "session_revoked"

    await until(is_rejected, seconds=1, what="rejection of the access token")
    assert (await user.refresh()).status_code == 401
