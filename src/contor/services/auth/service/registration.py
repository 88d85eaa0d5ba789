"""Registration of new clients."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UsernameTaken
from contor.kernel.errors import Problem
from contor.services.auth.models import Account
from contor.services.auth.schemas import RegisterRequest
from contor.services.auth.service.accounts import AccountService
from contor.services.auth.service.audit import Origin
from contor.services.auth.service.throttle import Throttle
from contor.services.auth.settings import AuthSettings


class RegistrationClosed(Problem):
    status = 403
    code = "registration_closed"
    detail = "Registration is closed; ask an administrator for an account."


async def register_client(
    session: AsyncSession, settings: AuthSettings, new: RegisterRequest, origin: Origin
) -> Account | Problem:
    """The new account, or `UsernameTaken`, which is returned so that the transaction commits the throttle's count.

    Raises `RegistrationClosed`, `WeakPassword`, `TooManyAttempts`.
    """
    if not settings.registration_open:
        raise RegistrationClosed
    throttle = Throttle(session, settings)
    buckets = throttle.registration_buckets(origin.ip_address or "")
    await throttle.check(buckets)
    await throttle.add_failure(buckets)
    account = await AccountService(session, origin).create(new)
    return account or UsernameTaken()
