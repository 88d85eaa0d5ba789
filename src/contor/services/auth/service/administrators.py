"""The first administrator, and those made on the command line."""

import secrets
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UsernameTaken
from contor.kernel.telemetry import log
from contor.services.auth.models import Account
from contor.services.auth.repository import Accounts, Housekeeping
from contor.services.auth.schemas import NewAccount
from contor.services.auth.service.accounts import AccountService
from contor.services.auth.service.audit import Origin
from contor.services.auth.service.passwords import refuse_weak
from contor.services.auth.settings import AuthSettings

OPENING = 7_301_952
"""Any constant: two processes that start on an empty database wait for each other on it."""
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """`password` is set when it was made up, and known only here."""

    username: str
    password: str | None


async def ensure_administrator(session: AsyncSession, settings: AuthSettings) -> FirstAdministrator | None:
    """Open the first administrator's account if nobody is one; raises `WeakPassword` for the operator's choice."""
    await Housekeeping(session).alone(OPENING)
    if await Accounts(session).lock_administrators():
        return None
    given = settings.admin_password
    password = given.get_secret_value() if given else made_up_password()
    # The operator may well put the name into the password; a breached one is refused even to them.
    refuse_weak(password)
    new = NewAccount(username=settings.admin_username, password=password, role="admin")
    if await AccountService(session, Origin()).open_without_check(new, "admin") is None:
        # Never promoted: whoever registered that name is not the operator.
        log.error("no_administrator", reason=f"{new.username!r} is taken; make one with: contor admin create")
        return None
    return FirstAdministrator(new.username, None if given else password)


async def create_administrator(session: AsyncSession, username: str, password: str) -> Account:
    """One more administrator. Raises `UsernameTaken`, `WeakPassword`, and pydantic's error for the name."""
    new = NewAccount(username=username, password=password, role="admin")
    account = await AccountService(session, Origin()).open(new, "admin")
    if account is None:
        raise UsernameTaken
    return account


def made_up_password() -> str:
    """Twenty letters and digits that are not mistaken for each other: 99 bits."""
    return "-".join("".join(secrets.choice(LEGIBLE) for _ in range(5)) for _ in range(4))
