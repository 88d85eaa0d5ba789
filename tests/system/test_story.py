"""The main job, by the public interface alone: from an account to an acknowledged alert."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.system.people import People, Person
from tests.system.sockets import live
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("steady_hour")


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


async def test_from_registration_to_an_acknowledged_alert(people: People, admin: Person) -> None:
    maria = people.somebody("maria")
    account = await maria.register(full_name="Maria Pop", email="maria@example.com")
    assert (account["role"], account["disabled"]) == ("client", False)
    assert (await maria.sign_in()).json()["user"]["id"] == account["id"]

    wanted = {"name": "Kitchen", "address": "Strada Horea 4", "max_hourly_consumption_kwh": 0.3, "unit": "kWh"}
    device = await admin.send("POST", "/devices", wanted)
    assert device["owner_id"] is None
    async with live(maria) as socket:
        owned = await admin.send("PUT", f"/devices/{device['id']}/owner", {"owner_id": maria.id})
        assert owned["owner"]["username"] == "maria"
        await socket.hears("device.changed", device_id=device["id"], owner_id=maria.id, lost=False)
        assert [d["id"] for d in await maria.all("/devices")] == [device["id"]]

        async def is_hers() -> bool:
            return (await maria.ask("GET", f"/monitoring/devices/{device['id']}/summary")).status_code == 200

        await until(is_hers, what="monitoring following the owner")
        begin = this_hour() - timedelta(hours=1)
        readings = [
            {"timestamp": (begin + timedelta(minutes=10 * n)).isoformat(), "measurement_value": 0.1} for n in (1, 2, 3)
        ]
        pack = {"device_id": device["id"], "readings": readings}
        assert await maria.send("POST", "/monitoring/readings", pack) == {
            "accepted": 3,
            "duplicates": 0,
            "rejected": [],
        }
        assert await maria.get("/monitoring/alerts") == {"items": [], "next_cursor": None}
        late = {"device_id": device["id"], "timestamp": int(begin.timestamp() * 1000) + 1, "measurement_value": 0.001}
        assert (await maria.send("POST", "/monitoring/readings", late))["accepted"] == 1
        raised = (await socket.hears("alert.raised", device_id=device["id"]))["data"]
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
        taken = await maria.send("POST", f"/monitoring/alerts/{alert['id']}/acknowledge")
        assert taken["acknowledged_by"] == maria.id
        await socket.hears("alert.acknowledged", id=alert["id"], acknowledged_by=maria.id)
        assert await maria.get("/monitoring/alerts/unacknowledged") == {"count": 0}


async def test_somebody_else_finds_nothing_of_it(people: People, admin: Person) -> None:
    owner, other = await people.client(), await people.client()
    device = await people.device(admin, owner, limit=0.1)
    reading = {"device_id": device["id"], "timestamp": this_hour().isoformat(), "measurement_value": 0.2}
    async with live(other) as overheard:
        await overheard.say(type="watch", device_id=device["id"])
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
            refused = await other.ask(method, path)
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), path
        receipt = await other.send("POST", "/monitoring/readings", reading)
        assert (receipt["accepted"], receipt["rejected"][0]["code"]) == (0, "unknown_device")
        for path in ("/devices", "/monitoring/summaries", "/monitoring/alerts"):
            assert await other.all(path) == []
        await overheard.is_level()
        assert {frame["type"] for frame in overheard.frames} <= {"ready", "pong", "user.changed"}


async def test_a_refresh_carries_the_session_on_and_signing_out_ends_it(people: People) -> None:
    person = await people.client()
    before = person.token
    assert (await person.refresh()).status_code == 200
    assert person.token != before
    assert (await person.get("/auth/me"))["id"] == person.id
    assert (await person.ask("POST", "/auth/logout")).status_code == 204

    async def refused() -> bool:
        answer = await person.ask("GET", "/auth/me")
        return answer.status_code == 401 and answer.json()["code"] == "session_revoked"

    await until(refused, seconds=1, what="the access token refused")
    assert (await person.refresh()).status_code == 401
