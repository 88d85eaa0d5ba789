"""The overview of all meters for administrators."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.readings import epoch_ms
from contor.kernel.clock import now
from contor.services.monitoring.repository.fleet import FleetRepository
from contor.services.monitoring.schemas.fleet import Attention, Fleet, MinuteCount


async def get_fleet(session: AsyncSession, silent_after: timedelta) -> Fleet:
    repository = FleetRepository(session)
    at = now()
    row = await repository.fleet(epoch_ms(at - silent_after), epoch_ms(at))
    counts = {each.minute: each.readings for each in await repository.received_minutes(at - timedelta(hours=1))}
    minutes = [at.replace(second=0, microsecond=0) - timedelta(minutes=n) for n in range(59, -1, -1)]
    attention = [Attention(kind="over_limit", **device) for device in row["over_limit_devices"] or []]
    attention += [Attention(kind="silent", **device) for device in row["silent_devices"] or []]
    if row["rejected_pending"]:
        attention.append(Attention(kind="rejected", count=row["rejected_pending"]))
    per_minute = [MinuteCount(minute=minute, count=counts.get(minute, 0)) for minute in minutes]
    return Fleet(**row, readings_per_minute=per_minute, attention=attention)
