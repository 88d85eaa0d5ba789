"""Who hears what."""

from uuid import uuid4

from contor.contracts.accounts import UserChanged, UserDeleted
from contor.contracts.alerts import AlertAcknowledged, HourlyLimitRestored
from contor.contracts.frames import SERVER_FRAME
from contor.kernel.clock import now
from tests.integration.services.communication.serving import (
    Served,
    close_code,
    consumption,
    device_changed,
    hear,
    in_force,
    limit_exceeded,
    say,
    updated,
)


async def test_an_alert_reaches_its_owner_and_administrators_as_one_frame_and_nobody_else(served: Served) -> None:
    owner = uuid4()
    message = limit_exceeded(owner)
    async with (
        served.signed_in(owner) as phone,
        served.signed_in(owner) as desk,
        served.signed_in(role="admin") as admin,
        served.signed_in() as other,
    ):
        await served.tell(message)
        heard = [await hear(opened) for opened in (phone, desk, admin)]
        assert await in_force(other) == []

    assert heard[0] == heard[1] == heard[2]
    assert heard[0]["id"] == str(message.id)
    assert heard[0]["type"] == "alert.raised"
    assert heard[0]["data"]["energy_kwh"] == 5.000001
    assert heard[0]["data"]["state"] == "active"
    SERVER_FRAME.validate_python(heard[0])


async def test_an_alert_of_a_meter_without_owner_reaches_administrators(served: Served) -> None:
    async with served.signed_in() as client, served.signed_in(role="admin") as admin:
        await served.tell(limit_exceeded(None))
        assert (await hear(admin))["type"] == "alert.raised"
        assert await in_force(client) == []


async def test_an_administrator_who_owns_the_meter_hears_once(served: Served) -> None:
    person = uuid4()
    async with served.signed_in(person, "admin") as opened:
        await served.tell(limit_exceeded(person))
        assert [frame["type"] for frame in await in_force(opened)] == ["alert.raised"]


async def test_a_cleared_and_an_acknowledged_alert_are_told_like_a_raised_one(served: Served) -> None:
    owner, raised = uuid4(), limit_exceeded(uuid4())
    restored = HourlyLimitRestored(**raised.model_dump(exclude={"id", "occurred_at", "owner_id"}), owner_id=owner)
    noted = AlertAcknowledged(
        alert_id=raised.alert_id,
        device_id=raised.device_id,
        owner_id=owner,
        acknowledged_at=now(),
        acknowledged_by=owner,
    )
    async with served.signed_in(owner) as phone, served.signed_in(role="admin") as admin, served.signed_in() as other:
        await served.tell(restored)
        await served.tell(noted)
        of_owner, of_admin = await in_force(phone), await in_force(admin)
        assert await in_force(other) == []

    assert of_owner == of_admin
    assert [frame["type"] for frame in of_owner] == ["alert.cleared", "alert.acknowledged"]
    assert of_owner[0]["data"]["state"] == "cleared"
    assert of_owner[1]["data"]["id"] == str(raised.alert_id)


async def test_live_values_reach_watchers_who_may_see_the_meter_and_nobody_else(served: Served) -> None:
    owner, mine = uuid4(), uuid4()
    async with (
        served.signed_in(owner, watching=(mine,)) as watching,
        served.signed_in(owner) as not_watching,
        served.signed_in(role="admin", watching=(mine,)) as admin,
        served.signed_in(role="admin") as idle_admin,
        served.signed_in(watching=(mine,)) as stranger,
    ):
        await served.tell(updated(consumption(mine, owner), consumption(uuid4(), owner)))
        frame = await hear(watching)
        assert frame == await hear(admin)
        for opened in (watching, admin, not_watching, idle_admin, stranger):
            assert await in_force(opened) == []

    assert frame["type"] == "consumption.updated"
    assert frame["data"]["device_id"] == str(mine)
    assert frame["data"]["hour"]["energy_kwh"] == 1.25
    SERVER_FRAME.validate_python(frame)


async def test_live_values_of_two_meters_in_one_message_have_ids_of_their_own(served: Served) -> None:
    owner, first, second = uuid4(), uuid4(), uuid4()
    async with served.signed_in(owner, watching=(first, second)) as opened:
        await served.tell(updated(consumption(first, owner), consumption(second, owner)))
        frames = await in_force(opened)

    assert {frame["data"]["device_id"] for frame in frames} == {str(first), str(second)}
    assert frames[0]["id"] != frames[1]["id"]


async def test_a_former_owner_who_still_watches_hears_no_more_values(served: Served) -> None:
    former, device_id = uuid4(), uuid4()
    async with served.signed_in(former, watching=(device_id,)) as opened:
        await served.tell(updated(consumption(device_id, former)))
        await served.tell(updated(consumption(device_id, uuid4())))
        assert len(await in_force(opened)) == 1


async def test_after_unwatch_there_are_no_more_values(served: Served) -> None:
    owner, device_id = uuid4(), uuid4()
    async with served.signed_in(owner, watching=(device_id,)) as opened:
        await say(opened, type="unwatch", device_id=str(device_id))
        await say(opened, type="unwatch", device_id=str(uuid4()))
        await in_force(opened)
        await served.tell(updated(consumption(device_id, owner)))
        assert await in_force(opened) == []


async def test_a_meter_that_changes_hands_is_told_to_both_and_to_administrators(served: Served) -> None:
    new, former = uuid4(), uuid4()
    message = device_changed(new, former)
    async with (
        served.signed_in(new) as gains,
        served.signed_in(former) as loses,
        served.signed_in(role="admin") as admin,
        served.signed_in() as other,
    ):
        await served.tell(message)
        gained, lost, seen = await hear(gains), await hear(loses), await hear(admin)
        for opened in (gains, loses, admin, other):
            assert await in_force(opened) == []

    assert {frame["id"] for frame in (gained, lost, seen)} == {str(message.id)}
    assert gained == seen
    assert (gained["data"]["lost"], lost["data"]["lost"]) == (False, True)


async def test_a_meter_that_stays_with_its_owner_is_not_lost(served: Served) -> None:
    owner = uuid4()
    async with served.signed_in(owner) as opened:
        await served.tell(device_changed(owner, owner, name="Attic"))
        await served.tell(device_changed(owner, deleted=True))
        first, second = await in_force(opened)

    assert (first["data"]["name"], first["data"]["lost"], first["data"]["deleted"]) == ("Attic", False, False)
    assert second["data"]["deleted"]


async def test_a_changed_person_is_told_to_them_and_to_administrators(served: Served) -> None:
    person = uuid4()
    message = UserChanged(user_id=person, version=2, username="ana", full_name=None, role="client", disabled=False)
    async with served.signed_in(person) as own, served.signed_in(role="admin") as admin, served.signed_in() as other:
        await served.tell(message)
        frame = await hear(own)
        assert frame == await hear(admin)
        assert await in_force(other) == []

    assert frame["data"] == {"user_id": str(person), "deleted": False}


async def test_a_deleted_person_is_told_to_administrators_and_closed_with_4401(served: Served) -> None:
    person = uuid4()
    async with served.signed_in(person) as own, served.signed_in(role="admin") as admin:
        await served.tell(UserDeleted(user_id=person))
        assert (await hear(admin))["data"] == {"user_id": str(person), "deleted": True}
        assert await close_code(own) == 4401
