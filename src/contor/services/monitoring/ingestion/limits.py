"""Alerts of the hours that a batch changed: raised over the limit, cleared when back at it."""

from collections.abc import Mapping, Sequence
from typing import Any

from uuid_utils.compat import uuid7

from contor.contracts.alerts import HourlyLimitExceeded, HourlyLimitRestored
from contor.kernel.clock import now
from contor.kernel.messaging.outbox import emit_on_connection
from contor.services.monitoring.metering.limits import is_over_limit, severity_of
from contor.services.monitoring.metering.slots import hour_of, start_of
from contor.services.monitoring.repository.ingest import Channel, Hour, IngestRepository
from contor.services.monitoring.schemas import alert_of


async def evaluate_limits(repository: IngestRepository, rows: Sequence[Any], channels: Mapping[int, Channel]) -> None:
    """Compare the local hours in these UTC hours (meter, hour, energy, lowered) with the limits of their meters."""
    evaluated: list[tuple[Hour, int]] = []
    unknown: set[Hour] = set()
    for row in rows:
        channel, first, energy = channels[row["meter"]], row["hour"] * 4, row["energy"]
        if (limit := channel.hourly_limit) is None:
            continue
        local = hour_of(first, channel.time_zone)
        if local == (first, first + 4):
            if is_over_limit(energy, limit):
                evaluated.append((Hour(row["meter"], *local, limit), energy))
            elif row["lowered"]:  # it may have an alert to be cleared
                unknown.add(Hour(row["meter"], *local, limit))
        else:  # local hours begin at a half or a quarter there: the UTC hour touches two
            unknown.add(Hour(row["meter"], *local, limit))
            unknown.add(Hour(row["meter"], *hour_of(first + 3, channel.time_zone), limit))
    if unknown:
        evaluated += [
            (hour, energy)
            for hour, energy, has_alert in await repository.hour_sums(sorted(unknown))
            if has_alert or is_over_limit(energy, hour.limit)
        ]
    if evaluated:
        await _update_alerts(repository, evaluated, channels)


async def _update_alerts(
    repository: IngestRepository, hours: Sequence[tuple[Hour, int]], channels: Mapping[int, Channel]
) -> None:
    moment = now()
    rows: list[tuple[Any, ...]] = []
    for (meter, first, after, limit), energy in hours:
        owner_id, start, end = channels[meter].owner_id, start_of(first), start_of(after)
        state = "active" if is_over_limit(energy, limit) else "cleared"
        rows.append((uuid7(), meter, owner_id, start, end, energy, limit, severity_of(energy, limit), state, moment))
    messages: list[HourlyLimitExceeded | HourlyLimitRestored] = []
    for row in await repository.upsert_alerts(rows):
        if row["raised"] or row["cleared"]:
            kind = HourlyLimitExceeded if row["raised"] else HourlyLimitRestored
            messages.append(kind(alert=alert_of({**row, "device_id": channels[row["meter"]].device_id})))
    await emit_on_connection(repository.connection, *messages)
