"""What the databases contain after a load of readings, and the table that reports it."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from tests.system.deployment import SERVICES_WITH_DATABASE, Deployment
from tests.system.reading_load import Key, ReadingLoad

STORED = """
SELECT m.device_id::text, r.at, r.value / 1000000 AS wh
FROM readings r JOIN channels c ON c.number = r.channel JOIN meters m ON m.number = c.meter
WHERE m.device_id = ANY($1::uuid[])
"""
COUNT_STORED = """
SELECT count(*) FROM readings r JOIN channels c ON c.number = r.channel JOIN meters m ON m.number = c.meter
WHERE m.device_id = ANY($1::uuid[])
"""
# Quarter hours whose energy or count differs from their readings.
WRONG_QUARTERS = """
SELECT count(*) FROM (
    SELECT channel, (at / 900000)::int AS slot, sum(value) AS energy, count(*) AS readings FROM readings GROUP BY 1, 2
) AS r FULL JOIN quarter_hours AS q USING (channel, slot)
WHERE (r.energy, r.readings) IS DISTINCT FROM (q.energy, q.readings)
"""
ALERTS = """
SELECT m.device_id::text, a.hour_start, a.energy / 1000000 AS wh, a.id::text, a.past
FROM alerts a JOIN meters m ON m.number = a.meter WHERE m.device_id = ANY($1::uuid[])
"""
EXCEEDED = "SELECT body FROM outbox WHERE key = 'consumption.limit_exceeded'"
PAST_FOUND = "SELECT body FROM outbox WHERE key = 'alert.past_found'"


@dataclass(frozen=True, slots=True)
class StoredState:
    """`lost`: confirmed but not stored; `alerts`: rows per (device, hour); `messages`: alert messages per alert id.

    Past alerts have no message each: `past_announced` is how many were announced together.
    """

    stored: dict[Key, int]
    lost: set[Key]
    wrong_quarters: int
    alerts: Counter[tuple[str, datetime]]
    alert_wh: dict[tuple[str, datetime], int]
    recent_ids: set[str]
    past_ids: set[str]
    messages: Counter[str]
    past_announced: int

    @property
    def alert_ids(self) -> set[str]:
        return self.recent_ids | self.past_ids

    @property
    def lost_messages(self) -> int:
        return len(self.recent_ids - set(self.messages)) + max(len(self.past_ids) - self.past_announced, 0)

    @property
    def doubled_messages(self) -> int:
        return sum(n - 1 for n in self.messages.values()) + max(self.past_announced - len(self.past_ids), 0)


async def read_stored_state(deployment: Deployment, load: ReadingLoad) -> StoredState:
    devices = list(load.devices)
    async with deployment.database("monitoring") as monitoring, monitoring.transaction(isolation="repeatable_read"):
        stored = {(r["device_id"], r["at"]): int(r["wh"]) for r in await monitoring.fetch(STORED, devices)}
        wrong = await monitoring.fetchval(WRONG_QUARTERS)
        alerts = await monitoring.fetch(ALERTS, devices)
        exceeded = [json.loads(row["body"])["alert"] for row in await monitoring.fetch(EXCEEDED)]
        past = [json.loads(row["body"])["found"] for row in await monitoring.fetch(PAST_FOUND)]
    lost = {key for key in load.confirmed if stored.get(key) != load.readings[key]}
    return StoredState(
        stored,
        lost,
        wrong,
        Counter((a["device_id"], a["hour_start"]) for a in alerts),
        {(a["device_id"], a["hour_start"]): int(a["wh"]) for a in alerts},
        {a["id"] for a in alerts if not a["past"]},
        {a["id"] for a in alerts if a["past"]},
        Counter(alert["id"] for alert in exceeded if alert["device_id"] in load.devices),
        sum(found["count"] for found in past if found["device_id"] in load.devices),
    )


async def has_stored(deployment: Deployment, load: ReadingLoad) -> bool:
    """Whether as many readings are stored as were confirmed. Some may still be on a queue."""
    async with deployment.database("monitoring") as monitoring:
        return bool(await monitoring.fetchval(COUNT_STORED, list(load.devices)) >= len(load.confirmed))


async def unpublished_messages(deployment: Deployment) -> dict[str, int]:
    """Number of unpublished outbox rows, by service."""
    counts: dict[str, int] = {}
    for service in SERVICES_WITH_DATABASE:
        async with deployment.database(service) as database:
            counts[service] = await database.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
    return counts


ROWS: list[str] = []
"""Table rows of the running test; printed together at the end of the run."""
HEAD = (
    f"{'':60}{'readings':^49} │{'alerts':^24} │{'messages':^15}\n"
    f"{'':60}{'sent':>8}{'confirmed':>11}{'stored':>8}{'lost':>6}{'wrong':>9}{'resent':>7} │"
    f"{'due':>6}{'missing':>9}{'doubled':>9} │{'lost':>6}{'doubled':>9}"
)


def report(fault: str, load: ReadingLoad, state: StoredState) -> None:
    """Add a row to the table. `wrong`: quarter hours; `resent`: batches sent again because they were not confirmed."""
    expected = load.over_limit()
    row = (
        f"{fault:60}{len(load.readings):>8}{len(load.confirmed):>11}{len(state.stored):>8}{len(state.lost):>6}"
        f"{state.wrong_quarters:>9}{load.unconfirmed.total():>7} │{len(expected):>6}"
        f"{len(expected - set(state.alerts)):>9}{sum(n - 1 for n in state.alerts.values()):>9} │"
        f"{state.lost_messages:>6}{state.doubled_messages:>9}"
    )
    ROWS.append(row)
    print(f"\n{HEAD}\n{row}  {dict(load.unconfirmed) or ''}")  # noqa: T201  the figures are a result of the test
