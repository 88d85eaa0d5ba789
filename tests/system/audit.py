"""What is in the databases after a load, held against what was sent and what was answered."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from tests.system.deployment import STORING, Deployment
from tests.system.load import Key, Load

STORED = """
SELECT m.device_id::text, r.at, r.value / 1000 AS wh FROM readings r JOIN meters m ON m.number = r.meter
WHERE m.device_id = ANY($1::uuid[])
"""
HOW_MANY = """
SELECT count(*) FROM readings r JOIN meters m ON m.number = r.meter WHERE m.device_id = ANY($1::uuid[])
"""
# Quarter hours that are not the sum of their readings, in energy or in number.
WRONG_QUARTERS = """
SELECT count(*) FROM (
    SELECT meter, (at / 900000)::int AS slot, sum(value) AS energy, count(*) AS readings FROM readings GROUP BY 1, 2
) AS r FULL JOIN quarter_hours AS q USING (meter, slot)
WHERE (r.energy, r.readings) IS DISTINCT FROM (q.energy, q.readings)
"""
ALERTS = """
SELECT m.device_id::text, a.hour_start, a.energy / 1000 AS wh, a.id::text
FROM alerts a JOIN meters m ON m.number = a.meter WHERE m.device_id = ANY($1::uuid[])
"""
EXCEEDED = "SELECT body FROM outbox WHERE key = 'consumption.limit_exceeded'"


@dataclass(frozen=True, slots=True)
class Audit:
    """`lost`: confirmed and not stored; `alerts`: how many rows each (device, hour) has; `said`: how many messages."""

    stored: dict[Key, int]
    lost: set[Key]
    wrong_quarters: int
    alerts: Counter[tuple[str, datetime]]
    alert_wh: dict[tuple[str, datetime], int]
    alert_ids: set[str]
    said: Counter[str]


async def audit(deployment: Deployment, load: Load) -> Audit:
    devices = list(load.devices)
    async with deployment.database("monitoring") as monitoring, monitoring.transaction(isolation="repeatable_read"):
        stored = {(r["device_id"], r["at"]): int(r["wh"]) for r in await monitoring.fetch(STORED, devices)}
        wrong = await monitoring.fetchval(WRONG_QUARTERS)
        alerts = await monitoring.fetch(ALERTS, devices)
        exceeded = [json.loads(row["body"])["alert"] for row in await monitoring.fetch(EXCEEDED)]
    lost = {key for key in load.confirmed if stored.get(key) != load.readings[key]}
    return Audit(
        stored,
        lost,
        wrong,
        Counter((a["device_id"], a["hour_start"]) for a in alerts),
        {(a["device_id"], a["hour_start"]): int(a["wh"]) for a in alerts},
        {a["id"] for a in alerts},
        Counter(alert["id"] for alert in exceeded if alert["device_id"] in load.devices),
    )


async def has_stored(deployment: Deployment, load: Load) -> bool:
    """Whether as many readings are stored as were confirmed: what is on a queue is on its way."""
    async with deployment.database("monitoring") as monitoring:
        return bool(await monitoring.fetchval(HOW_MANY, list(load.devices)) >= len(load.confirmed))


async def waiting_messages(deployment: Deployment) -> dict[str, int]:
    """Outbox rows not published yet, by service."""
    waiting: dict[str, int] = {}
    for service in STORING:
        async with deployment.database(service) as database:
            waiting[service] = await database.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
    return waiting


ROWS: list[str] = []
"""What the faults of the running test came to; shown together at the end of the run."""
HEAD = (
    f"{'':60}{'readings':^49} │{'alerts':^24} │{'messages':^15}\n"
    f"{'':60}{'sent':>8}{'confirmed':>11}{'stored':>8}{'lost':>6}{'doubled':>9}{'again':>7} │"
    f"{'due':>6}{'missing':>9}{'doubled':>9} │{'lost':>6}{'doubled':>9}"
)


def tell(fault: str, load: Load, seen: Audit) -> None:
    """Add the row of a fault to the table; `again`: batches that were not confirmed and sent once more."""
    expected = load.over_limit()
    row = (
        f"{fault:60}{len(load.readings):>8}{len(load.confirmed):>11}{len(seen.stored):>8}{len(seen.lost):>6}"
        f"{seen.wrong_quarters:>9}{load.unanswered.total():>7} │{len(expected):>6}"
        f"{len(expected - set(seen.alerts)):>9}{sum(n - 1 for n in seen.alerts.values()):>9} │"
        f"{len(seen.alert_ids - set(seen.said)):>6}{sum(n - 1 for n in seen.said.values()):>9}"
    )
    ROWS.append(row)
    print(f"\n{HEAD}\n{row}  {dict(load.unanswered) or ''}")  # noqa: T201  the figures are what one runs this for
