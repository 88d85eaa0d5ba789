"""Storing and listing readings."""

from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.kernel.pagination import Page
from contor.services.monitoring.ingestion.batch_writer import BatchWriter
from contor.services.monitoring.ingestion.decoders import decode
from contor.services.monitoring.ingestion.submission import Submission
from contor.services.monitoring.metering.slots import first_ms, instant_of
from contor.services.monitoring.metering.units import kwh
from contor.services.monitoring.repository.access import require_meter
from contor.services.monitoring.repository.consumption import page_of_readings
from contor.services.monitoring.schemas.periods import Period
from contor.services.monitoring.schemas.readings import ReadingOut
from contor.services.monitoring.schemas.rejected_readings import RejectionOut
from contor.services.monitoring.settings import MonitoringSettings

LATEST_MS = 2**62
REJECTION_FIELDS = tuple(RejectionOut.model_fields)


async def store_readings(writer: BatchWriter, settings: MonitoringSettings, identity: Identity, body: bytes) -> bytes:
    """Returns when the readings are committed; the result is the JSON of a `ReceiptOut`.

    Raises `NotReadings`, `TooManyReadings`, `Overloaded` or `Unavailable`; then nothing was stored.
    """
    readings = decode(body, settings.latest_ms(now()))
    submission = Submission(readings, identity.id, by_admin=identity.is_admin)
    receipt = await writer.write(submission)
    rejected = [
        {name: getattr(rejection, name) for name in REJECTION_FIELDS}
        for rejection in sorted(receipt.rejected, key=lambda rejection: rejection.index)
    ]
    content = {"accepted": receipt.accepted, "duplicates": receipt.duplicates, "rejected": rejected}
    return msgspec.json.encode(content)


async def list_readings(
    session: AsyncSession,
    identity: Identity,
    device_id: UUID,
    period: Period,
    *,
    cursor: str | None,
    limit: int,
) -> Page[ReadingOut]:
    """Oldest first. Raises `NotFound`."""
    meter = await require_meter(await raw(session), device_id, identity)
    begin_ms = max(meter.readable_from, 0 if period.begin is None else first_ms(period.begin))
    end_ms = LATEST_MS if period.end is None else first_ms(period.end)
    rows, next_cursor = await page_of_readings(session, meter.channel, begin_ms, end_ms, cursor=cursor, limit=limit)
    items = [
        ReadingOut(timestamp=instant_of(row.at), measurement_value=row.value / meter.scale, energy_kwh=kwh(row.value))
        for row in rows
    ]
    return Page(items=items, next_cursor=next_cursor)
