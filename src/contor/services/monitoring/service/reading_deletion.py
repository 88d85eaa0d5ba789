"""Deletion of the readings of a period by administrators."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.errors import Problem
from contor.kernel.identity import Identity
from contor.kernel.telemetry import log
from contor.services.monitoring.metering.slots import first_ms, instant_text
from contor.services.monitoring.repository.corrections import CorrectionRepository
from contor.services.monitoring.schemas.corrections import DeletedReadings
from contor.services.monitoring.schemas.periods import BoundedPeriod
from contor.services.monitoring.service.corrections import audit, lock_channel, refresh_profile

MAX_DELETED = 1_000_000


class TooManyReadingsToDelete(Problem):
    status = 422
    code = "too_many_readings_to_delete"
    detail = f"The period has more than {MAX_DELETED:,} readings; delete it in shorter periods."


async def delete_readings(
    session: AsyncSession, identity: Identity, device_id: UUID, period: BoundedPeriod, reason: str
) -> DeletedReadings:
    """Corrections in force of the period end with it. Raises `NotFound` or `TooManyReadingsToDelete`."""
    connection, moment = await raw(session), now()
    channel = await lock_channel(connection, device_id)
    repository = CorrectionRepository(connection, channel.number)
    begin, end = first_ms(period.begin), first_ms(period.end)
    following = await repository.instant_after(begin, end, MAX_DELETED)
    if following is not None:
        raise TooManyReadingsToDelete(
            f"The period has more than {MAX_DELETED:,} readings, the most that one request deletes; delete it in "
            f"parts, first up to {instant_text(following)}."
        )
    ended = await repository.end(begin, end, moment, identity.id)
    deleted = await repository.delete_range(begin, end)
    if deleted.first is not None and deleted.last is not None:
        await refresh_profile(connection, channel, deleted.first, deleted.last)
    elif ended:
        await repository.mark_changed(channel.meter)
    if deleted.readings or ended:
        await repository.add("deleted", begin, reason, moment, identity.id, until=end, readings=deleted.readings)
        log.info("readings_deleted", **audit(identity, device_id, reason), count=deleted.readings)
    return DeletedReadings(deleted=deleted.readings)
