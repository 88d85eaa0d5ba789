"""Messages that change accounts."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserDeleted
from contor.kernel.service import Consumer
from contor.services.auth.service.accounts import delete_account


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    await delete_account(session, message.user_id)


CONSUMERS: tuple[Consumer, ...] = (Consumer(UserDeleted, when_user_deleted),)
