"""What has to hold after any fault, as the databases, the owner and the administrator see it."""

import contextlib
from collections import Counter
from datetime import datetime
from functools import partial

from tests.system.audit import Audit, audit, has_stored, tell, waiting_messages
from tests.system.deployment import Deployment
from tests.system.load import END, Load
from tests.system.people import Person
from tests.system.watcher import Watcher
from tests.waiting import until


async def check_readings_and_alerts(
    fault: str, contor: Deployment, load: Load, owner: Person, watcher: Watcher
) -> None:
    """Everything that was sent is stored once, and what follows from it was said once."""
    seen = await check_stored(fault, contor, load)
    await check_by_the_interface(load, owner)
    await check_told(watcher, seen.alert_ids)


async def check_stored(fault: str, contor: Deployment, load: Load) -> Audit:
    """In the databases, once what still waits in queues had its time."""
    with contextlib.suppress(AssertionError):  # what is not stored by then is lost, as the table will say
        await until(partial(has_stored, contor, load), seconds=60)
    seen = await audit(contor, load)
    tell(fault, load, seen)
    assert len(load.confirmed) == len(load.readings)
    assert not seen.lost
    assert seen.stored == load.readings
    assert seen.wrong_quarters == 0
    assert seen.alerts == Counter(load.over_limit())
    assert seen.said == Counter(seen.alert_ids)
    return seen


async def check_told(watcher: Watcher, alerts: set[str]) -> None:
    """On the owner's screen: none missing, none of another's, none twice."""
    await until(lambda: watcher.known() >= alerts, seconds=30, what="every alert told to its owner")
    assert watcher.known() == alerts
    assert not watcher.told_twice()


async def check_by_the_interface(load: Load, owner: Person) -> None:
    """Hours and alerts as the owner reads them."""
    expected = load.hours()
    over = {hour: expected[hour] for hour in load.over_limit()}
    listed = [
        ((alert["device_id"], datetime.fromisoformat(alert["hour_start"])), round(alert["energy_kwh"] * 1000))
        for alert in await owner.all("/monitoring/alerts")
    ]
    assert len(listed) == len(over)
    assert dict(listed) == over
    for device in load.devices:
        hours = await owner.get(f"/monitoring/devices/{device}/consumption", to=END.isoformat(), resolution="hour")
        read = {datetime.fromisoformat(p["start"]): round(p["energy_kwh"] * 1000) for p in hours["points"]}
        assert {start: wh for start, wh in read.items() if wh} == {
            s: wh for (d, s), wh in expected.items() if d == device
        }


async def check_messages(contor: Deployment, admin: Person, made: set[str]) -> None:
    """Every outbox is empty, and what its messages tell of is known where they were to go."""

    async def nothing_waits() -> bool:
        return not any((await waiting_messages(contor)).values())

    await until(nothing_waits, seconds=30, what="empty outboxes")
    known = {device["id"] for device in await admin.all("/devices")}
    metered = {summary["device_id"] for summary in await admin.all("/monitoring/summaries")}
    assert made <= known
    assert metered == known
