"""Messages about users that change the replica of owners."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged, UserDeleted
from contor.kernel.service import Consumer
from contor.services.device.service.devices import DeviceService


async def when_user_changed(message: UserChanged, session: AsyncSession) -> None:
    await DeviceService(session).user_changed(message)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    await DeviceService(session).user_deleted(message.user_id)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(UserChanged, when_user_changed),
    Consumer(UserDeleted, when_user_deleted),
)
