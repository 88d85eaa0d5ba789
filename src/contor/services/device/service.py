"""The rules of devices: who sees them, who owns them, what may change."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged
from contor.contracts.devices import DeviceChanged
from contor.kernel.clock import now
from contor.kernel.database import Database
from contor.kernel.errors import Invalid, NotFound
from contor.kernel.identity import Identity
from contor.kernel.messaging.outbox import emit
from contor.kernel.pagination import Page
from contor.kernel.retry import Retry
from contor.kernel.time_zones import require_time_zone
from contor.services.device.models import Device
from contor.services.device.repository import NO_OWNER, DeviceRepository, OwnerRepository
from contor.services.device.schemas import DeviceChanges, DeviceOut, NewDevice, Sort

FIXED = ("kind", "unit")
"""A change would give the stored readings another meaning."""


class UnknownOwner(Invalid):
    code = "unknown_owner"

    def __init__(self, owner_id: UUID) -> None:
        super().__init__("owner_id", f"there is no user {owner_id}")


class FixedAtCreation(Invalid):
    def __init__(self, field: str) -> None:
        message = "cannot be changed, because stored readings would change their meaning; create a new device"
        super().__init__(field, message, "fixed_at_creation")


OWNER_RETRY = Retry(
    initial_backoff=0.1, max_backoff=0.1, deadline=2.0, retry_when=lambda error: isinstance(error, UnknownOwner)
)


class DeviceService:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._devices = DeviceRepository(session)
        self._owners = OwnerRepository(session)

    async def page(
        self,
        identity: Identity,
        *,
        q: str | None,
        owner_id: UUID | None,
        unassigned: bool,
        sort: Sort,
        cursor: str | None,
        limit: int,
    ) -> Page[DeviceOut]:
        owners = [owner for owner in (owner_id, None if identity.is_admin else identity.id) if owner is not None]
        found, next_cursor = await self._devices.page(
            q=q, owners=owners, unassigned=unassigned, sort=sort, cursor=cursor, limit=limit
        )
        return Page(items=[DeviceOut.model_validate(device) for device in found], next_cursor=next_cursor)

    async def get(self, device_id: UUID, identity: Identity) -> Device:
        """The device, for its owner and for administrators; `NotFound` for everyone else."""
        device = await self._devices.get(device_id)
        if device is None or not (identity.is_admin or device.owner_id == identity.id):
            raise NotFound
        return device

    async def create(self, new: NewDevice, default_time_zone: str) -> Device:
        """Raises `UnknownTimeZone` and `UnknownOwner`."""
        values = new.model_dump() | {"time_zone": default_time_zone if new.time_zone is None else new.time_zone}
        require_time_zone(values["time_zone"])
        device = Device(**(values | await self._owner_values(new.owner_id)))
        await self._devices.add(device)
        await emit(self._session, _changed(device))
        return device

    async def change(self, device_id: UUID, changes: DeviceChanges) -> Device:
        """Raises `UnknownTimeZone`, `UnknownOwner` and `FixedAtCreation`."""
        values = changes.given()
        if "time_zone" in values:
            require_time_zone(values["time_zone"])
        # Locks the owner before the device, like `user_deleted`: the same order prevents a deadlock.
        if "owner_id" in values:
            values |= await self._owner_values(values["owner_id"])
        device = await self._devices.get(device_id, for_update=True)
        if device is None:
            raise NotFound
        for field in FIXED:
            if values.get(field, getattr(device, field)) != getattr(device, field):
                raise FixedAtCreation(field)
        await self._apply(device, values)
        return device

    async def delete(self, device_id: UUID) -> None:
        device = await self._devices.get(device_id, for_update=True)
        if device is None:
            raise NotFound
        await self._devices.delete(device)
        previous, device.owner_id = device.owner_id, None
        device.version += 1
        await emit(self._session, _changed(device, previous, deleted=True))

    async def user_changed(self, message: UserChanged) -> None:
        await self._owners.upsert(message.user_id, message.version, message.username, message.full_name)

    async def user_deleted(self, user_id: UUID) -> None:
        await self._owners.mark_deleted(user_id)
        devices = await self._devices.unassign_all(user_id)
        await emit(self._session, *(_changed(device, user_id) for device in devices))

    async def _owner_values(self, owner_id: UUID | None) -> dict[str, Any]:
        """The owner's columns of a device; locks the owner against deletion until the end of the transaction."""
        if owner_id is None:
            return NO_OWNER
        owner = await self._owners.get(owner_id, for_share=True)
        if owner is None or owner.deleted:
            raise UnknownOwner(owner_id)
        return {"owner_id": owner.id, "owner_username": owner.username, "owner_full_name": owner.full_name}

    async def _apply(self, device: Device, values: dict[str, Any]) -> None:
        previous = device.owner_id
        changed = {field: value for field, value in values.items() if getattr(device, field) != value}
        if not changed:
            return
        for field, value in changed.items():
            setattr(device, field, value)
        device.version += 1
        device.updated_at = now()
        await self._session.flush()
        await emit(self._session, _changed(device, previous if previous != device.owner_id else None))


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


def _changed(device: Device, previous_owner_id: UUID | None = None, *, deleted: bool = False) -> DeviceChanged:
    return DeviceChanged(
        device_id=device.id,
        version=device.version,
        deleted=deleted,
        name=device.name,
        owner_id=device.owner_id,
        previous_owner_id=previous_owner_id,
        kind=device.kind,
        unit=device.unit,
        time_zone=device.time_zone,
        max_hourly_consumption_kwh=device.max_hourly_consumption_kwh,
    )
