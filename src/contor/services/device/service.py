"""The rules of meters: who sees them, who owns them, what about them may change."""

import asyncio
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
from contor.kernel.time_zones import require_time_zone
from contor.services.device.models import Device
from contor.services.device.repository import NOBODY, DeviceRepository, OwnerRepository
from contor.services.device.schemas import DeviceChanges, DeviceOut, NewDevice, Sort

MAX_WAIT_SECONDS = 2.0
POLL_SECONDS = 0.05

FIXED = ("kind", "unit")


class UnknownOwner(Invalid):
    code = "unknown_owner"

    def __init__(self, owner_id: UUID) -> None:
        super().__init__("owner_id", f"there is no person {owner_id}")


class FixedAtCreation(Invalid):
    """A field whose change would give the readings already stored another meaning."""

    def __init__(self, field: str) -> None:
        message = "is fixed when a device is created: its readings would change their meaning; create a new device"
        super().__init__(field, message, "fixed_at_creation")


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
        """Devices the person may see; `q` is part of a name, address, description or owner's name."""
        owners = [wanted for wanted in (owner_id, None if identity.is_admin else identity.id) if wanted is not None]
        found, following = await self._devices.page(
            q=q, owners=owners, unassigned=unassigned, sort=sort, cursor=cursor, limit=limit
        )
        return Page(items=[DeviceOut.model_validate(device) for device in found], next_cursor=following)

    async def get(self, device_id: UUID, identity: Identity) -> Device:
        """The device, for its owner and for administrators; `NotFound` for everyone else."""
        device = await self._devices.get(device_id)
        if device is None or not (identity.is_admin or device.owner_id == identity.id):
            raise NotFound
        return device

    async def create(self, new: NewDevice, default_time_zone: str) -> Device:
        """Store a device. Raises `UnknownTimeZone` and `UnknownOwner`."""
        values = new.model_dump() | {"time_zone": default_time_zone if new.time_zone is None else new.time_zone}
        require_time_zone(values["time_zone"])
        device = Device(**(values | await self._owner(new.owner_id)))
        await self._devices.add(device)
        await self._say_changed(device)
        return device

    async def change(self, device_id: UUID, changes: DeviceChanges) -> Device:
        """Change what `changes` gives. Raises `UnknownTimeZone`, `UnknownOwner` and `FixedAtCreation`."""
        values = changes.given()
        if "time_zone" in values:
            require_time_zone(values["time_zone"])
        # The owner's row is locked before the device's, the same order in which a deleted person's devices are freed.
        if "owner_id" in values:
            values |= await self._owner(values["owner_id"])
        device = await self._devices.get(device_id, locked=True)
        if device is None:
            raise NotFound
        for field in FIXED:
            if values.get(field, getattr(device, field)) != getattr(device, field):
                raise FixedAtCreation(field)
        await self._apply(device, values)
        return device

    async def delete(self, device_id: UUID) -> None:
        device = await self._devices.get(device_id, locked=True)
        if device is None:
            raise NotFound
        await self._devices.remove(device)
        previous, device.owner_id = device.owner_id, None
        device.version += 1
        await self._say_changed(device, previous, deleted=True)

    async def user_changed(self, message: UserChanged) -> None:
        """Follow a person's name; an older message than one heard before is ignored."""
        await self._owners.store(message.user_id, message.version, message.username, message.full_name)

    async def user_deleted(self, user_id: UUID) -> None:
        """Free the devices of a person who is gone."""
        await self._owners.store_deleted(user_id)
        freed = await self._devices.free_all_of(user_id)
        await emit(self._session, *(_changed(device, user_id) for device in freed))

    async def _owner(self, owner_id: UUID | None) -> dict[str, Any]:
        """What a device holds of this owner, who stays until the transaction ends."""
        if owner_id is None:
            return NOBODY
        owner = await self._owners.get(owner_id, kept=True)
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
        await self._say_changed(device, previous if previous != device.owner_id else None)

    async def _say_changed(
        self, device: Device, previous_owner_id: UUID | None = None, *, deleted: bool = False
    ) -> None:
        await emit(self._session, _changed(device, previous_owner_id, deleted=deleted))


async def wait_for_owner(database: Database, owner_id: UUID | None) -> None:
    """Wait until the replica has this person, who may have been created in another service just before.

    Each look is a short transaction, so that no lock is held; returns after `MAX_WAIT_SECONDS` at the latest,
    whether the person is known or not.
    """
    if owner_id is None:
        return
    deadline = asyncio.get_running_loop().time() + MAX_WAIT_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        async with database.transaction() as session:
            if await OwnerRepository(session).get(owner_id) is not None:
                return
        await asyncio.sleep(POLL_SECONDS)


def _changed(device: Device, previous_owner_id: UUID | None, *, deleted: bool = False) -> DeviceChanged:
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
