"""Messages from auth that change profiles."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import AccountChanged, AccountOpened
from contor.kernel.service import Consumer
from contor.services.user.service import UserService


async def when_account_opened(message: AccountOpened, session: AsyncSession) -> None:
    await UserService(session).account_opened(message)


async def when_account_changed(message: AccountChanged, session: AsyncSession) -> None:
    await UserService(session).account_changed(message)


CONSUMERS: tuple[Consumer, ...] = (
    Consumer(AccountOpened, when_account_opened),
    Consumer(AccountChanged, when_account_changed),
)
