"""Invariants that hold after every fault, checked in the databases, in the API and at the receiving clients."""

import contextlib
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from contor.kernel.clock import now
from tests.system.deployment import Deployment
from tests.system.reading_load import END, ReadingLoad
from tests.system.reconnecting_clients import AlertClient
from tests.system.stored_state import StoredState, has_stored, read_stored_state, report, unpublished_messages
from tests.system.users import User
from tests.waiting import until


async def check_readings_and_alerts(
    fault: str, contor: Deployment, load: ReadingLoad, owner: User, client: AlertClient
) -> None:
    """Every reading is stored once; every alert exists once and reached its owner once."""
    state = await check_stored(fault, contor, load)
    await check_api(load, owner)
    await check_alerts_received(client, dict.fromkeys(state.recent_ids, False) | dict.fromkeys(state.past_ids, True))


async def check_stored(fault: str, contor: Deployment, load: ReadingLoad) -> StoredState:
    """Check the databases, after queued readings had time to be stored."""
    with contextlib.suppress(AssertionError):  # the table reports what is missing by then
        await until(partial(has_stored, contor, load), seconds=60)
    state = await read_stored_state(contor, load)
    report(fault, load, state)
    assert len(load.confirmed) == len(load.readings)
    assert not state.lost
    assert state.stored == load.readings
    assert state.wrong_quarters == 0
    assert state.alerts == Counter(load.over_limit())
    assert state.messages == Counter(state.recent_ids)
    assert state.past_announced == len(state.past_ids) > 0
    return state


async def check_alerts_received(client: AlertClient, past: dict[str, bool]) -> None:
    """The owner's client has the alerts with these ids (and whether each is past), no others, and none twice."""
    recent = {identifier for identifier in past if not past[identifier]}
    await until(lambda: client.alert_ids() >= recent, seconds=30, what="every recent alert at its owner's client")
    assert client.past_announced() <= len(past) - len(recent)
    await client.fetch_missed()  # as the frontend does after a notice of past alerts
    assert client.alert_ids() == set(past)
    assert not client.duplicates()


async def check_api(load: ReadingLoad, owner: User) -> None:
    """Compare hours and alerts in the API with the load."""
    expected = load.hours()
    over = {hour: expected[hour] for hour in load.over_limit()}
    listed = [
        ((alert["device_id"], datetime.fromisoformat(alert["hour_start"])), round(alert["energy_kwh"] * 1000))
        for alert in await owner.get_all("/monitoring/alerts")
    ]
    assert len(listed) == len(over)
    assert dict(listed) == over
    for device in load.devices:
        path = f"/monitoring/devices/{device}/consumption"
        hours = await owner.get(path, to=END.isoformat(), resolution="hour")
        recent = await owner.get(path, resolution="hour", **{"from": (now() - timedelta(hours=6)).isoformat()})
        points = hours["points"] + recent["points"]
        read = {datetime.fromisoformat(p["start"]): round(p["energy_kwh"] * 1000) for p in points}
        assert {start: wh for start, wh in read.items() if wh} == {
            s: wh for (d, s), wh in expected.items() if d == device
        }


async def check_outboxes(contor: Deployment, admin: User, created: set[str]) -> None:
    """Every outbox is empty, and every created device is in both services."""

    async def all_published() -> bool:
        return not any((await unpublished_messages(contor)).values())

    await until(all_published, seconds=30, what="empty outboxes")
    known = {device["id"] for device in await admin.get_all("/devices")}
    metered = {summary["device_id"] for summary in await admin.get_all("/monitoring/summaries")}
    assert created <= known
    assert metered == known
