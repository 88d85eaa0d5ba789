"""Who owns a device, and since when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contor.kernel.clock import now
from contor.kernel.database import Database
from contor.kernel.errors import Invalid
from contor.kernel.retry import Retry
from contor.services.device.models import Device
from contor.services.device.repository import OwnerRepository

EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
QUARTER_HOUR = timedelta(minutes=15)


class UnknownOwner(Invalid):
    code = "unknown_owner"

    def __init__(self, owner_id: UUID) -> None:
        super().__init__("owner_id", f"there is no user {owner_id}")


class SinceInFuture(Invalid):
    code = "time_in_future"

    def __init__(self) -> None:
        super().__init__("since", "is in the future; send the present instant or an earlier one, or omit it for now")


class SinceTooOld(Invalid):
    code = "time_too_old"

    def __init__(self) -> None:
        super().__init__("since", f"is before {EARLIEST:%Y}; send {EARLIEST:%Y-%m-%dT%H:%M:%SZ} or a later instant")


OWNER_RETRY = Retry(
    initial_backoff=0.1, max_backoff=0.1, deadline=2.0, retry_when=lambda error: isinstance(error, UnknownOwner)
)


async def wait_for_owner(database: Database, owner_id: UUID | None) -> None:
    """Wait for the replica of a user who may have been created in another service just before.

    Raises `UnknownOwner` after two seconds. Each attempt is its own transaction, so that no lock is held meanwhile.
    """
    if owner_id is None:
        return

    async def check() -> None:
        async with database.transaction() as session:
            if await OwnerRepository(session).get(owner_id) is None:
                raise UnknownOwner(owner_id)

    await OWNER_RETRY.call(check)


def quarter_hour_start(instant: datetime) -> datetime:
    """In UTC; `instant` is not before `EARLIEST`."""
    return instant.astimezone(UTC) - (instant - EARLIEST) % QUARTER_HOUR


def start_of_ownership(since: datetime | None) -> datetime | None:
    """The start of the quarter hour of `since`; None stays None. Raises `SinceInFuture` and `SinceTooOld`."""
    if since is None:
        return None
    if since > now():
        raise SinceInFuture
    if since < EARLIEST:
        raise SinceTooOld
    return quarter_hour_start(since)


def owner_changes(device: Device, owner: dict[str, Any], since: datetime | None) -> dict[str, Any]:
    """The columns of a device that change when it is assigned to `owner`, without `since` from now on.

    The same owner again changes nothing, unless `since` is earlier than what is recorded.
    """
    if owner["owner_id"] != device.owner_id:
        return owner | {"owner_since": since or quarter_hour_start(now())}
    if since is None or device.owner_since is None or since >= device.owner_since:
        return {}
    return {"owner_since": since}
