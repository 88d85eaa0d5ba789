"""Holding the hours that a batch touched to their meters' limits, in the batch's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from uuid_utils.compat import uuid7

from contor.contracts.alerts import HourlyLimitExceeded, HourlyLimitRestored
from contor.kernel.clock import now
from contor.kernel.messaging.outbox import emit_on_connection
from contor.services.monitoring.metering.slots import hour_of, severity_of, start_of
from contor.services.monitoring.repository.writes import HotRepository, Hour, KnownMeter
from contor.services.monitoring.schemas.alerts import alert_of


async def judge(
    connection: asyncpg.Connection,
    repository: HotRepository,
    rows: Sequence[Any],
    meters: Mapping[int, KnownMeter],
) -> None:
    """Hold the local hours in these UTC hours to the meters' limits; raise or clear alerts."""
    judged: list[tuple[Hour, int]] = []
    unsure: set[Hour] = set()
    for row in rows:
        meter, first, energy = meters[row["meter"]], row["hour"] * 4, row["energy"]
        if (limit := meter.hourly_limit) is None:
            continue
        local = hour_of(first, meter.time_zone)
        if local == (first, first + 4):
            if energy > limit:
                judged.append((Hour(row["meter"], *local, limit), energy))
            elif row["lowered"]:  # it may have an alert that no longer holds
                unsure.add(Hour(row["meter"], *local, limit))
        else:  # local hours begin at a half or a quarter there: the UTC hour touches two
            unsure.add(Hour(row["meter"], *local, limit))
            unsure.add(Hour(row["meter"], *hour_of(first + 3, meter.time_zone), limit))
    if unsure:
        judged += await repository.judge(sorted(unsure))
    if judged:
        await _raise_or_clear(connection, repository, judged, meters)


async def _raise_or_clear(
    connection: asyncpg.Connection,
    repository: HotRepository,
    judged: list[tuple[Hour, int]],
    meters: Mapping[int, KnownMeter],
) -> None:
    moment = now()
    rows = [
        (
            uuid7(),
            hour.meter,
            meters[hour.meter].owner_id,
            start_of(hour.first),
            start_of(hour.after),
            energy,
            hour.limit,
            severity_of(energy, hour.limit),
            "active" if energy > hour.limit else "cleared",
            moment,
        )
        for hour, energy in judged
    ]
    said: list[HourlyLimitExceeded | HourlyLimitRestored] = []
    for row in await repository.put_alerts(rows):
        if row["raised"] or row["cleared"]:
            kind = HourlyLimitExceeded if row["raised"] else HourlyLimitRestored
            said.append(kind(alert=alert_of({**row, "device_id": meters[row["meter"]].device_id})))
    await emit_on_connection(connection, *said)
