"""What auth hears from the others."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserDeleted
from contor.kernel.service import Consumer
from contor.services.auth.service.accounts import forget_account


async def when_user_deleted(message: UserDeleted, session: AsyncSession) -> None:
    await forget_account(session, message.user_id)


CONSUMERS: tuple[Consumer, ...] = (Consumer(UserDeleted, when_user_deleted),)
