"""Which sockets receive which frames."""

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
    limit_exceeded,
    receive,
    receive_all,
    send_frame,
    updated,
)


async def test_an_alert_reaches_only_its_owner_and_administrators_as_the_same_frame(served: Served) -> None:
    owner = uuid4()
    message = limit_exceeded(owner)
    async with (
        served.authenticated(owner) as phone,
        served.authenticated(owner) as desk,
        served.authenticated(role="admin") as admin,
        served.authenticated() as other,
    ):
        await served.publish(message)
        received = [await receive(opened) for opened in (phone, desk, admin)]
        assert await receive_all(other) == []

    assert received[0] == received[1] == received[2]
    assert received[0]["id"] == str(message.id)
    assert received[0]["type"] == "alert.raised"
    assert received[0]["data"]["energy_kwh"] == 5.000001
    assert received[0]["data"]["state"] == "active"
    SERVER_FRAME.validate_python(received[0])


async def test_an_alert_of_a_meter_without_owner_reaches_administrators(served: Served) -> None:
    async with served.authenticated() as client, served.authenticated(role="admin") as admin:
        await served.publish(limit_exceeded(None))
        assert (await receive(admin))["type"] == "alert.raised"
        assert await receive_all(client) == []


async def test_an_administrator_who_owns_the_meter_receives_an_alert_once(served: Served) -> None:
    user_id = uuid4()
    async with served.authenticated(user_id, "admin") as opened:
        await served.publish(limit_exceeded(user_id))
        assert [frame["type"] for frame in await receive_all(opened)] == ["alert.raised"]


async def test_cleared_and_acknowledged_alerts_reach_the_same_users_as_raised_ones(served: Served) -> None:
    owner = uuid4()
    raised = limit_exceeded(owner).alert
    restored = HourlyLimitRestored(alert=raised.model_copy(update={"state": "cleared"}))
    acknowledged = AlertAcknowledged(
        alert=raised.model_copy(update={"acknowledged_at": now(), "acknowledged_by": owner})
    )
    async with (
        served.authenticated(owner) as phone,
        served.authenticated(role="admin") as admin,
        served.authenticated() as other,
    ):
        await served.publish(restored)
        await served.publish(acknowledged)
        of_owner, of_admin = await receive_all(phone), await receive_all(admin)
        assert await receive_all(other) == []

    assert of_owner == of_admin
    assert [frame["type"] for frame in of_owner] == ["alert.cleared", "alert.acknowledged"]
    assert of_owner[0]["data"]["state"] == "cleared"
    assert of_owner[1]["data"]["id"] == str(raised.id)


async def test_live_values_reach_only_watchers_who_may_see_the_meter(served: Served) -> None:
    owner, mine = uuid4(), uuid4()
    async with (
        served.authenticated(owner, watching=(mine,)) as watching,
        served.authenticated(owner) as not_watching,
        served.authenticated(role="admin", watching=(mine,)) as admin,
        served.authenticated(role="admin") as idle_admin,
        served.authenticated(watching=(mine,)) as stranger,
    ):
        await served.publish(updated(consumption(mine, owner), consumption(uuid4(), owner)))
        frame = await receive(watching)
        assert frame == await receive(admin)
        for opened in (watching, admin, not_watching, idle_admin, stranger):
            assert await receive_all(opened) == []

    assert frame["type"] == "consumption.updated"
    assert frame["data"]["device_id"] == str(mine)
    assert frame["data"]["hour"]["energy_kwh"] == 1.25
    SERVER_FRAME.validate_python(frame)


async def test_an_owner_receives_the_values_of_their_own_time_and_an_administrator_all(served: Served) -> None:
    owner, device_id = uuid4(), uuid4()
    everything, own = consumption(device_id, owner, hour_kwh=1.25), consumption(device_id, owner, hour_kwh=0.5)
    async with (
        served.authenticated(owner, watching=(device_id,)) as watching,
        served.authenticated(role="admin", watching=(device_id,)) as admin,
    ):
        await served.publish(updated(everything.model_copy(update={"owner_values": own.values})))
        hours = [(await receive(opened))["data"]["hour"]["energy_kwh"] for opened in (watching, admin)]
    assert hours == [0.5, 1.25]


async def test_live_values_of_two_meters_in_one_message_have_different_ids(served: Served) -> None:
    owner, first, second = uuid4(), uuid4(), uuid4()
    async with served.authenticated(owner, watching=(first, second)) as opened:
        await served.publish(updated(consumption(first, owner), consumption(second, owner)))
        frames = await receive_all(opened)

    assert {frame["data"]["device_id"] for frame in frames} == {str(first), str(second)}
    assert frames[0]["id"] != frames[1]["id"]


async def test_a_former_owner_who_still_watches_receives_no_more_values(served: Served) -> None:
    former, device_id = uuid4(), uuid4()
    async with served.authenticated(former, watching=(device_id,)) as opened:
        await served.publish(updated(consumption(device_id, former)))
        await served.publish(updated(consumption(device_id, uuid4())))
        assert len(await receive_all(opened)) == 1


async def test_no_values_follow_an_unwatch(served: Served) -> None:
    owner, device_id = uuid4(), uuid4()
    async with served.authenticated(owner, watching=(device_id,)) as opened:
        await send_frame(opened, type="unwatch", device_id=str(device_id))
        await send_frame(opened, type="unwatch", device_id=str(uuid4()))
        await receive_all(opened)
        await served.publish(updated(consumption(device_id, owner)))
        assert await receive_all(opened) == []


async def test_a_new_owner_of_a_meter_is_announced_to_both_owners_and_to_administrators(served: Served) -> None:
    new, former = uuid4(), uuid4()
    message = device_changed(new, former)
    async with (
        served.authenticated(new) as new_owner,
        served.authenticated(former) as former_owner,
        served.authenticated(role="admin") as admin,
        served.authenticated() as other,
    ):
        await served.publish(message)
        gained, lost, seen = await receive(new_owner), await receive(former_owner), await receive(admin)
        for opened in (new_owner, former_owner, admin, other):
            assert await receive_all(opened) == []

    assert {frame["id"] for frame in (gained, lost, seen)} == {str(message.id)}
    assert gained == seen
    assert (gained["data"]["lost"], lost["data"]["lost"]) == (False, True)


async def test_a_changed_meter_with_the_same_owner_is_not_marked_as_lost(served: Served) -> None:
    owner = uuid4()
    async with served.authenticated(owner) as opened:
        await served.publish(device_changed(owner, owner, name="Attic"))
        await served.publish(device_changed(owner, deleted=True))
        first, second = await receive_all(opened)

    assert (first["data"]["name"], first["data"]["lost"], first["data"]["deleted"]) == ("Attic", False, False)
    assert second["data"]["deleted"]


async def test_a_changed_user_is_announced_to_that_user_and_to_administrators(served: Served) -> None:
    user_id = uuid4()
    message = UserChanged(user_id=user_id, version=2, username="ana", full_name=None, role="client", disabled=False)
    async with (
        served.authenticated(user_id) as own,
        served.authenticated(role="admin") as admin,
        served.authenticated() as other,
    ):
        await served.publish(message)
        frame = await receive(own)
        assert frame == await receive(admin)
        assert await receive_all(other) == []

    assert frame["data"] == {"user_id": str(user_id), "deleted": False}


async def test_a_deleted_user_is_announced_to_administrators_and_their_sockets_are_closed_with_4401(
    served: Served,
) -> None:
    user_id = uuid4()
    async with served.authenticated(user_id) as own, served.authenticated(role="admin") as admin:
        await served.publish(UserDeleted(user_id=user_id))
        assert (await receive(admin))["data"] == {"user_id": str(user_id), "deleted": True}
        assert await close_code(own) == 4401
