"""What monitoring does when something happened elsewhere, or meters sent something."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserDeleted
from contor.contracts.devices import DeviceChanged
from contor.contracts.readings import SENSOR_DATA
from contor.kernel.service import Consumer, Context, WorkQueue
from contor.services.monitoring.ingestion.batch_writer import Ingest
from contor.services.monitoring.metering.slots import MWH_PER_KWH
from contor.services.monitoring.repository.writes import WritingRepository
from contor.services.monitoring.service.rejected_readings import replay_for_device


async def when_device_changed(message: DeviceChanged, session: AsyncSession) -> None:
    """Follow the device; use readings that waited for it, or forget what it measured."""
    limit = message.max_hourly_consumption_kwh
    repository = WritingRepository(session)
    if not await repository.put_meter(message, None if limit is None else int(limit * MWH_PER_KWH)):
        return
    if message.deleted:
        await repository.forget_meter(message.device_id)
    else:
        await replay_for_device(session, message.device_id, message.owner_id)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    """Forget the person's alerts; their meters are nobody's until device says otherwise."""
    await WritingRepository(session).forget_owner(message.user_id)


async def when_readings_arrive(bodies: Sequence[bytes], context: Context) -> None:
    """Record what meters sent."""
    await context.resource(Ingest).take(bodies)


CONSUMERS = (
    Consumer(DeviceChanged, when_device_changed),
    Consumer(UserDeleted, when_user_deleted),
)

QUEUES = (WorkQueue(SENSOR_DATA, when_readings_arrive),)
