"""The first administrator, and administrators created on the command line."""

import secrets
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UsernameTaken
from contor.kernel.telemetry import log
from contor.services.auth.models import Account
from contor.services.auth.repository import AccountRepository, MaintenanceRepository
from contor.services.auth.schemas import NewAccount
from contor.services.auth.service.accounts import AccountService
from contor.services.auth.service.audit import Origin
from contor.services.auth.service.passwords import require_strong
from contor.services.auth.settings import AuthSettings

FIRST_ADMINISTRATOR_LOCK = 7_301_952
"""Key of the advisory lock for processes that start on an empty database at the same time."""
UNAMBIGUOUS = "abcdefghjkmnpqrstuvwxyz23456789"
"""The characters of generated passwords: none that look alike."""


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    username: str
    password: str | None
    """The generated password, which is not stored; None if the operator chose one."""


async def ensure_administrator(session: AsyncSession, settings: AuthSettings) -> FirstAdministrator | None:
    """Create an administrator if there is none who can sign in. Raises `WeakPassword`."""
    await MaintenanceRepository(session).advisory_lock(FIRST_ADMINISTRATOR_LOCK)
    if await AccountRepository(session).lock_administrators():
        return None
    given = settings.admin_password
    password = given.get_secret_value() if given else generate_password()
    # Without the username: the operator's password may contain it.
    require_strong(password)
    new = NewAccount(username=settings.admin_username, password=password, role="admin")
    if await AccountService(session, Origin()).create_unchecked(new, "admin") is None:
        # An existing account is not promoted: anyone may have registered the username.
        log.error(
            "first_administrator_not_created",
            reason=f"the username {new.username!r} is taken; run `contor admin create` with another one",
        )
        return None
    return FirstAdministrator(new.username, None if given else password)


async def create_administrator(session: AsyncSession, username: str, password: str) -> Account:
    """Raises `UsernameTaken`, `WeakPassword`, and pydantic's `ValidationError` for the username."""
    new = NewAccount(username=username, password=password, role="admin")
    account = await AccountService(session, Origin()).create(new, "admin")
    if account is None:
        raise UsernameTaken
    return account


def generate_password() -> str:
    """Twenty random characters in groups of five: 99 bits."""
    return "-".join("".join(secrets.choice(UNAMBIGUOUS) for _ in range(5)) for _ in range(4))
