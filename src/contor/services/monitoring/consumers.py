"""Messages and queues that monitoring consumes."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserDeleted
from contor.contracts.devices import DeviceChanged
from contor.contracts.readings import SENSOR_DATA
from contor.kernel.service import Consumer, Context, WorkQueue
from contor.services.monitoring.ingestion.batch_writer import BatchWriter
from contor.services.monitoring.repository.meters import MeterRepository
from contor.services.monitoring.service.meters import change_device


async def when_device_changed(message: DeviceChanged, session: AsyncSession) -> None:
    await change_device(session, message)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    """Delete the user's alerts; their meters have no owner until `device.changed` names another."""
    await MeterRepository(session).remove_owner(message.user_id)


async def when_readings_arrive(bodies: Sequence[bytes], context: Context) -> None:
    await context.resource(BatchWriter).write_messages(bodies)


CONSUMERS = (
    Consumer(DeviceChanged, when_device_changed),
    Consumer(UserDeleted, when_user_deleted),
)

QUEUES = (WorkQueue(SENSOR_DATA, when_readings_arrive),)
