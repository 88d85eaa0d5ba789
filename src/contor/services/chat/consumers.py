"""What conversations hear of people."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged, UserDeleted
from contor.kernel.inbox import Consumer
from contor.services.chat.service import following


async def when_user_changed(message: UserChanged, session: AsyncSession) -> None:
    await following.user_changed(session, message)


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    await following.user_deleted(session, message.user_id)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(UserChanged, when_user_changed),
    Consumer(UserDeleted, when_user_deleted),
)
