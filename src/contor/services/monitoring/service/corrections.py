"""Corrections of single readings by administrators: a reading set aside or replaced, until that is undone."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.errors import Invalid, NotFound, Problem
from contor.kernel.identity import Identity
from contor.kernel.pagination import Page
from contor.kernel.telemetry import log
from contor.services.monitoring.ingestion.limits import evaluate_range
from contor.services.monitoring.ingestion.rejections import InvalidReadingError
from contor.services.monitoring.ingestion.store_batch import ensure_months, months_of
from contor.services.monitoring.ingestion.timestamps import instant_ms
from contor.services.monitoring.metering.slots import instant_of, instant_text, slot_of
from contor.services.monitoring.metering.units import InvalidValueError, kwh
from contor.services.monitoring.repository.access import MeterView, require_meter
from contor.services.monitoring.repository.corrections import CorrectionRepository, page_of_corrections
from contor.services.monitoring.repository.ingest import Channel, IngestRepository
from contor.services.monitoring.repository.profile import rebuild_profile
from contor.services.monitoring.schemas.corrections import CorrectionIn, CorrectionOut
from contor.services.monitoring.settings import MonitoringSettings

MAX_IN_FORCE = 1_000
"""Of a channel. Writers cache the instants of all of them."""


class NoReading(Problem):
    status = 404
    code = "no_reading"
    detail = "The device has no reading at this time, so there is nothing to set aside."


class TooManyCorrections(Problem):
    status = 409
    code = "too_many_corrections"
    detail = (
        "The device has as many corrections in force as it may have. Undo some; or delete the period with wrong "
        "readings (`DELETE /monitoring/devices/{device_id}/readings`) and send the right ones."
    )


class NotUndoable(Problem):
    status = 409
    code = "not_undoable"
    detail = (
        "Only an administrator's correction of one reading can be undone. To restore a value that was replaced, "
        "correct the reading; to restore readings that were deleted, send them again."
    )


class Superseded(Problem):
    status = 409
    code = "superseded"
    detail = "This correction has ended because a later one of the same time is in force; undo that one."


async def list_corrections(
    session: AsyncSession, identity: Identity, device_id: UUID, *, cursor: str | None, limit: int
) -> Page[CorrectionOut]:
    """Newest first; an owner's begin with their time. Raises `NotFound`."""
    meter = await require_meter(await raw(session), device_id, identity)
    first = meter.readable_from
    rows, next_cursor = await page_of_corrections(session, meter.channel, first, cursor=cursor, limit=limit)
    return Page(items=[_correction(row.__dict__, meter) for row in rows], next_cursor=next_cursor)


async def correct_reading(
    session: AsyncSession, identity: Identity, device_id: UUID, body: CorrectionIn, settings: MonitoringSettings
) -> CorrectionOut:
    """Set a reading aside or replace its value; a correction of this instant in force ends with that.

    So `previous` is always what was sent, and what an undo restores. Raises `NotFound`, `NoReading`, `Invalid` or
    `TooManyCorrections`.
    """
    connection, moment = await raw(session), now()
    at = _instant(body, settings.latest_ms(moment))
    meter, channel = await require_meter(connection, device_id, identity), await lock_channel(connection, device_id)
    replacement = None if body.replacement is None else _amount(body, channel)
    repository = CorrectionRepository(connection, channel.number)
    value, ended = await repository.value(at), await repository.in_force_at(at)
    if replacement is None and value is None and ended is None:
        raise NoReading(f"The device has no reading at {instant_text(at)}, so there is nothing to set aside.")
    if ended is None and await repository.count_in_force() >= MAX_IN_FORCE:
        raise TooManyCorrections
    if ended is not None:
        await repository.end(at, at + 1, moment, identity.id)
    if value is None and replacement is not None:
        await ensure_months(IngestRepository(connection), months_of([at]), set())
    kind, previous = "set_aside" if replacement is None else "corrected", value if ended is None else ended["previous"]
    row = await repository.add(kind, at, body.reason, moment, identity.id, previous=previous, replacement=replacement)
    await repository.set_value(at, replacement)
    await refresh_profile(connection, channel, at, at)
    log.info("reading_corrected", **audit(identity, device_id, body.reason), kind=kind)
    return _correction(row, meter)


async def undo_correction(session: AsyncSession, identity: Identity, device_id: UUID, correction_id: UUID) -> None:
    """Restore the reading as it was sent. Again, it changes nothing.

    Raises `NotFound`, `NotUndoable` or `Superseded`.
    """
    connection = await raw(session)
    channel = await lock_channel(connection, device_id)
    repository = CorrectionRepository(connection, channel.number)
    correction = await repository.find(correction_id)
    if correction is None:
        raise NotFound
    if correction["kind"] not in ("set_aside", "corrected"):
        raise NotUndoable
    at = correction["at"]
    if correction["undone_at"] is not None:
        if await repository.in_force_at(at) is not None:
            raise Superseded
        return
    await repository.end(at, at + 1, now(), identity.id)
    await repository.set_value(at, correction["previous"])
    await refresh_profile(connection, channel, at, at)
    log.info("correction_undone", **audit(identity, device_id, correction["reason"]), kind=correction["kind"])


async def lock_channel(connection: asyncpg.Connection, device_id: UUID) -> Channel:
    """Raises `NotFound`."""
    channel = (await IngestRepository(connection).lock_channels([device_id])).get(device_id)
    if channel is None:
        raise NotFound
    return channel


async def refresh_profile(connection: asyncpg.Connection, channel: Channel, first: int, last: int) -> None:
    """Bring profile and alerts up to date with changed readings from `first` to `last` (epoch ms)."""
    back, length = channel.interval
    begin, after = slot_of(first - back), slot_of(last - back + length - 1) + 1
    await rebuild_profile(connection, channel.number, channel.interval, begin, after)
    await evaluate_range(connection, channel, begin, after)
    await CorrectionRepository(connection, channel.number).mark_changed(channel.meter)


def audit(identity: Identity, device_id: UUID, reason: str) -> dict[str, Any]:
    """What a log line says about a change of readings: no values, and not the words of the reason."""
    return {"user": str(identity.id), "device": str(device_id), "reason_length": len(reason)}


def _correction(row: Mapping[str, Any], meter: MeterView) -> CorrectionOut:
    """A period that begins before the user's time is cut, and has no count."""
    cut = row["at"] < meter.readable_from
    previous, replacement, until = row["previous"], row["replacement"], row["until"]
    return CorrectionOut.model_validate(
        {
            **row,
            "timestamp": instant_of(max(row["at"], meter.readable_from)),
            "until": None if until is None else instant_of(until),
            "previous_value": None if previous is None else previous / meter.scale,
            "replacement": None if replacement is None else replacement / meter.scale,
            "previous_kwh": None if previous is None else kwh(previous),
            "replacement_kwh": None if replacement is None else kwh(replacement),
            "unit": meter.unit,
            "count": None if cut else row["readings"],
        }
    )


def _instant(body: CorrectionIn, latest: int) -> int:
    try:
        return instant_ms(body.timestamp, latest)
    except InvalidReadingError as error:
        raise Invalid("timestamp", error.detail.removeprefix("timestamp "), error.code) from error


def _amount(body: CorrectionIn, channel: Channel) -> int:
    scale = channel.scale if body.unit is None else channel.units[body.unit]
    try:
        return channel.kind.amount(Decimal(str(body.replacement)), scale, channel.largest)
    except InvalidValueError as error:
        raise Invalid("replacement", error.detail.removeprefix("measurement_value "), error.code) from error
