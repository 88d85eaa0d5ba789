"""Load profiles and heat maps: which intervals a request covers, and their energy."""

from datetime import timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from contor.kernel.clock import now
from contor.kernel.errors import Problem
from contor.kernel.identity import Identity
from contor.services.monitoring.metering.quality import (
    MINUTES_PER_SLOT,
    Quality,
    coverage,
    is_spread,
    qualities,
    silences,
    slots_of,
)
from contor.services.monitoring.metering.slots import (
    EARLIEST,
    MIN_SLOTS,
    Resolution,
    automatic_resolution,
    boundaries,
    slot_after,
    slot_at,
    start_of,
)
from contor.services.monitoring.metering.units import all_kwh, energy_of_power, kwh
from contor.services.monitoring.repository.access import MeterView, require_meter
from contor.services.monitoring.repository.consumption import (
    Sums,
    fetch_sums,
    find_after_silence,
    find_first_slot,
    find_suspicious,
)
from contor.services.monitoring.schemas.consumption import Heatmap, HeatmapDay
from contor.services.monitoring.schemas.periods import BoundedPeriod, Period
from contor.services.monitoring.service.load_profile import Profile, limits_of

MAX_POINTS = 10_000
MAX_HEATMAP_DAYS = 400
EARLIEST_SLOT = slot_at(EARLIEST)


class RangeTooLarge(Problem):
    status = 422
    code = "range_too_large"
    detail = (
        f"The load profile would have more than {MAX_POINTS} points; request a shorter period or a coarser resolution."
    )


async def get_load_profile(
    connection: asyncpg.Connection,
    identity: Identity,
    device_id: UUID,
    period: Period,
    resolution: Literal["auto", Resolution],
) -> Profile:
    """Raises `NotFound` or `RangeTooLarge`."""
    meter = await require_meter(connection, device_id, identity)
    first, after = await _slots(connection, meter, period)
    used = automatic_resolution(first, after) if resolution == "auto" else resolution
    if _too_many_points(first, after, used):
        finest = next(finer for finer in MIN_SLOTS if not _too_many_points(first, after, finer))
        raise RangeTooLarge(f"{RangeTooLarge.detail} `resolution={finest}` fits this period.")
    if first >= after:
        return Profile(device_id, meter.time_zone, used, [first], [], 0, [], [])
    edges = boundaries(first, after, used, meter.time_zone)
    if meter.visible_from is not None:
        edges[0] = max(edges[0], meter.visible_from)
    return await _load_profile(connection, meter, edges, used)


async def _load_profile(
    connection: asyncpg.Connection, meter: MeterView, edges: list[int], resolution: Resolution
) -> Profile:
    sums = await fetch_sums(connection, meter, edges, running := slot_at(now()))
    spread = is_spread(meter.interval, resolution)
    return Profile(
        meter.device_id,
        meter.time_zone,
        resolution,
        edges,
        energies=all_kwh(sums.energies),
        total=kwh(sums.total),
        qualities=await _qualities(connection, meter, edges, sums, running, spread=spread),
        limits=limits_of(edges, sums.limits) if resolution == "hour" else [(len(edges) - 1, None)],
    )


async def _qualities(
    connection: asyncpg.Connection, meter: MeterView, edges: list[int], sums: Sums, running: int, *, spread: bool
) -> list[Quality]:
    """Quarter hours are read only where the sums leave open what they are."""
    covered, suspicious, after_silence = list(sums.slots), list[int](), list[int]()
    if covered[-1] is not None:
        covered[-1] -= sums.running_slots
    found = coverage(edges, running, covered)
    most = energy_of_power(meter.max_power, MINUTES_PER_SLOT)
    if sums.largest > most:
        suspicious = await find_suspicious(connection, meter.channel, edges[0], edges[-1], most)
    if not meter.interval.stated and (ranges := silences(edges, found, sums.previous)):
        after_silence = await find_after_silence(connection, meter.channel, ranges)
    corrected = [slot for at_ms in sums.corrected for slot in slots_of(at_ms, meter.interval)]
    return qualities(
        edges, found, suspicious=suspicious, after_silence=after_silence, corrected=corrected, spread=spread
    )


def _too_many_points(first: int, after: int, resolution: Resolution) -> bool:
    return (after - first) // MIN_SLOTS[resolution] > MAX_POINTS


async def _slots(connection: asyncpg.Connection, meter: MeterView, period: Period) -> tuple[int, int]:
    """[first, after) of the requested slots: only visible ones; by default from the first reading on.

    Empty (`first` >= `after`) for a period in the future.
    """
    at, earliest = now(), EARLIEST_SLOT if meter.visible_from is None else max(meter.visible_from, EARLIEST_SLOT)
    after = slot_at(at) + 1 if period.end is None else min(slot_after(period.end), slot_at(at) + 1)
    if period.begin is None:
        first = await find_first_slot(connection, meter.channel, earliest)
        return (after if first is None else first), after
    first = max(slot_at(period.begin), earliest)
    return first, (after if period.begin <= at else first)


async def get_heatmap(
    connection: asyncpg.Connection, identity: Identity, device_id: UUID, period: BoundedPeriod
) -> Heatmap:
    """Raises `NotFound` or `RangeTooLarge`."""
    if period.end - period.begin > timedelta(days=MAX_HEATMAP_DAYS):
        raise RangeTooLarge(f"A heat map covers at most {MAX_HEATMAP_DAYS} days.")
    profile = await get_load_profile(connection, identity, device_id, period, "hour")
    zone = ZoneInfo(profile.time_zone)
    days: dict[object, HeatmapDay] = {}
    for edge, energy, quality in zip(profile.edges, profile.energies, profile.qualities, strict=False):
        local = start_of(edge).astimezone(zone)
        day = days.setdefault(local.date(), HeatmapDay(date=local.date(), hours=[None] * 24))
        if quality != "missing":
            day.hours[local.hour] = round((day.hours[local.hour] or 0) + energy, 6)
    return Heatmap(device_id=device_id, time_zone=profile.time_zone, days=list(days.values()))
