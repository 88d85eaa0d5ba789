"""Quarter hours and readings that may be wrong, for those who can correct them."""

from typing import Any
from uuid import UUID

import asyncpg

from contor.kernel.clock import now
from contor.kernel.identity import Identity
from contor.kernel.pagination import Page
from contor.services.monitoring.metering.slots import EARLIEST, QUARTERS_A_DAY, instant_of, slot_at, start_of
from contor.services.monitoring.metering.units import energy_of_power, kwh
from contor.services.monitoring.repository.access import MeterView, require_meter
from contor.services.monitoring.repository.suspicious import REASONS, Search, fetch_details, page_of_suspicious
from contor.services.monitoring.schemas.corrections import SuspiciousInterval

YEAR = 400 * QUARTERS_A_DAY
PATTERN = 60 * QUARTERS_A_DAY
EARLIEST_SLOT = slot_at(EARLIEST)


async def list_suspicious(
    connection: asyncpg.Connection, identity: Identity, device_id: UUID, *, cursor: str | None, limit: int
) -> Page[SuspiciousInterval]:
    """Newest first, of what the user may read. Raises `NotFound`."""
    meter = await require_meter(connection, device_id, identity)
    search = _search(meter)
    rows, next_cursor = await page_of_suspicious(connection, search, cursor=cursor, limit=limit)
    details = await fetch_details(connection, search, rows)
    return Page(
        items=[_suspicious(row, detail, meter) for row, detail in zip(rows, details, strict=True)],
        next_cursor=next_cursor,
    )


def _search(meter: MeterView) -> Search:
    running = slot_at(now())
    earliest = EARLIEST_SLOT if meter.visible_from is None else max(meter.visible_from, EARLIEST_SLOT)
    return Search(
        channel=meter.channel,
        zone=meter.time_zone,
        interval=meter.interval,
        earliest=earliest,
        readable_from=meter.readable_from,
        year_from=max(earliest, running - YEAR),
        pattern_from=max(earliest, running - PATTERN),
        bound=energy_of_power(meter.max_power, 15),
    )


def _suspicious(row: Any, detail: Any, meter: MeterView) -> SuspiciousInterval:
    energy, at, value = detail["energy"] or 0, detail["at"], detail["value"]
    # Else correcting this one reading would change little.
    decisive = at is not None and (REASONS[row["rank"]] == "largest" or value * 2 >= energy)
    return SuspiciousInterval(
        start=start_of(row["first"]),
        end=start_of(row["after"]),
        energy_kwh=kwh(energy),
        reason=REASONS[row["rank"]],
        timestamp=instant_of(at) if decisive else None,
        value=value / meter.scale if decisive else None,
    )
