"""Alerts: raised where an hour is over its limit, cleared when it is back at it, raised again if it is over again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from contor.contracts.alerts import HourlyLimitExceeded, HourlyLimitRestored, PastAlerts, PastAlertsFound
from contor.kernel.clock import now
from contor.kernel.database import Database, raw
from contor.kernel.messaging.message import Message
from contor.kernel.messaging.outbox import emit_on_connection
from contor.services.monitoring.metering.limits import is_over_limit, severity_of
from contor.services.monitoring.metering.slots import QUARTERS_A_DAY, hour_of, slot_at, start_of
from contor.services.monitoring.metering.terms import NEVER, Part
from contor.services.monitoring.repository.evaluation import EvaluationRepository
from contor.services.monitoring.repository.ingest import LARGEST, Channel, IngestRepository
from contor.services.monitoring.schemas.alerts import alert_of

PAST_SLOTS = 8
"""Hours that begin earlier than this before the running hour are recorded without notifications."""
FIRST_SLOT = slot_at(datetime.fromisoformat("2000-01-01T00:00:00Z"))
MAX_BEGUN = 1_000
"""Meters whose hours are evaluated in one transaction when they begin."""
LONGEST_AHEAD = 366 * QUARTERS_A_DAY

Evaluated = tuple[Channel, Part, int]
"""A part of an hour and its energy in µWh."""


async def evaluate_limits(connection: asyncpg.Connection, rows: Iterable[Any], channels: Mapping[int, Channel]) -> None:
    """Compare the local hours in these changed UTC hours (channel, hour, energy, lowered) with their limits."""
    evaluated: list[Evaluated] = []
    unknown: dict[tuple[int, int], tuple[Channel, Part]] = {}
    for row in rows:
        channel, first, energy = channels[row["channel"]], row["hour"] * 4, row["energy"]
        limit = channel.terms.limit
        steady = first >= channel.terms.steady_since and hour_of(first, channel.time_zone) == (first, first + 4)
        if steady and (limit is None or energy <= limit):
            if limit is None or not (row["lowered"] or row["cleared"]):
                continue
            slots = [first]  # it may have an alert to be cleared, or a cleared one
        elif steady and energy < LARGEST:
            evaluated.append((channel, channel.terms.part_at(first), energy))
            continue
        else:  # local hours begin at a half or a quarter there, or something changed around the hour
            slots = list(range(first, first + 4))
        for slot in slots:
            part = channel.terms.part_at(slot)
            unknown[channel.number, part.first] = channel, part
    if unknown:
        evaluated += await _sums(EvaluationRepository(connection), [unknown[key] for key in sorted(unknown)])
    await _update_alerts(connection, evaluated)


async def _sums(repository: EvaluationRepository, parts: Sequence[tuple[Channel, Part]]) -> list[Evaluated]:
    found = await repository.part_sums([(channel.number, channel.meter, part) for channel, part in parts])
    return [(*parts[n], energy) for n, energy, has_alert in found if has_alert or _is_over(parts[n][1], energy)]


async def evaluate_range(connection: asyncpg.Connection, channel: Channel, first: int, after: int = NEVER) -> None:
    """Evaluate every hour that touches the slots [first, after) anew; the meter must be locked.

    Alerts whose hour is none any more, as after a change of the time zone, are deleted.
    """
    repository, terms = EvaluationRepository(connection), channel.terms
    first = terms.part_at(max(first, FIRST_SLOT)).first
    after = min(after, slot_at(now()) + LONGEST_AHEAD)
    after = terms.part_at(max(after - 1, first)).after
    sums = terms.sum_parts(await repository.quarter_hours(channel.number, first, after))
    starts = await repository.alert_starts(channel.meter, start_of(first), start_of(after))
    evaluated = [
        (channel, part, energy)
        for part, energy in sums
        if part.limit is not None and (_is_over(part, energy) or start_of(part.first) in starts)
    ]
    empty = starts - {start_of(part.first) for _, part, _ in evaluated}
    parts = {start: terms.part_at(slot_at(start)) for start in empty}
    evaluated += [
        (channel, part, 0) for start, part in parts.items() if start_of(part.first) == start and part.limit is not None
    ]
    gone = starts - {start_of(part.first) for _, part, _ in evaluated}
    await _update_alerts(connection, evaluated)
    if gone:
        deleted = await repository.delete_alerts(channel.meter, gone)
        await emit_on_connection(connection, *_messages(deleted, {channel.meter: channel.device_id}))


async def evaluate_begun_hours(database: Database) -> None:
    """Evaluate hours that had readings before they began."""
    async with database.transaction() as session:
        connection, slot = await raw(session), slot_at(now())
        repository = EvaluationRepository(connection)
        if begun := await repository.begun_meters(slot, MAX_BEGUN):
            locked = await IngestRepository(connection).lock_meters(begun)
            channels = {channel.meter: channel for channel in locked}
            for meter, first in await repository.take_begun(list(channels), slot):
                await evaluate_range(connection, channels[meter], first, first + 1)


def _is_over(part: Part, energy: int) -> bool:
    return part.limit is not None and is_over_limit(energy, part.limit)


async def _update_alerts(connection: asyncpg.Connection, evaluated: Sequence[Evaluated]) -> None:
    moment, rows, upcoming = now(), list[tuple[Any, ...]](), list[tuple[int, int]]()
    running = slot_at(moment)
    for channel, part, energy in evaluated:
        if part.limit is None:
            continue
        if part.hour_first > running:
            upcoming.append((channel.meter, part.first))
            continue
        over = is_over_limit(energy, part.limit)
        past = part.hour_first < channel.terms.hour_at(running)[0] - PAST_SLOTS
        start, end, state = start_of(part.first), start_of(part.after), "active" if over else "cleared"
        severity = severity_of(energy, part.limit)
        rows.append(
            (uuid7(), channel.meter, part.owner_id, start, end, energy, part.limit, severity, state, past, moment)
        )
    repository = EvaluationRepository(connection)
    if upcoming:
        await repository.add_upcoming(upcoming)
    if rows:
        devices = {channel.meter: channel.device_id for channel, _, _ in evaluated}
        await emit_on_connection(connection, *_messages(await repository.upsert_alerts(rows), devices))


def _messages(rows: Iterable[Any], devices: Mapping[int, UUID]) -> list[Message]:
    messages: list[Message] = []
    past: defaultdict[tuple[UUID, UUID | None], list[datetime]] = defaultdict(list)
    for row in rows:
        device_id = devices[row["meter"]]
        if row["past"]:
            if row["raised"]:
                past[device_id, row["owner_id"]].append(row["hour_start"])
        elif row["raised"] or row["changed_owner"] or row["became_critical"]:
            messages.append(HourlyLimitExceeded(alert=alert_of({**row, "device_id": device_id})))
        elif row["cleared"]:
            messages.append(HourlyLimitRestored(alert=alert_of({**row, "device_id": device_id})))
    for (device_id, owner_id), hours in past.items():
        found = PastAlerts(
            device_id=device_id, owner_id=owner_id, count=len(hours), first_hour=min(hours), last_hour=max(hours)
        )
        messages.append(PastAlertsFound(found=found))
    return messages
