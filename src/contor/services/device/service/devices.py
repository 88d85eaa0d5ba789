"""The rules of devices: who sees them, who owns them, what may change."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import UserChanged
from contor.contracts.devices import Channel, DeviceChanged
from contor.kernel.clock import now
from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.kernel.messaging.outbox import emit
from contor.kernel.pagination import Page
from contor.kernel.time_zones import require_time_zone
from contor.services.device.models import Device
from contor.services.device.repository import NO_OWNER, DeviceRepository, OwnerRepository
from contor.services.device.schemas import DeviceChanges, DeviceOut, NewDevice, OwnerAssignment, Sort
from contor.services.device.service.channels import IN_BODY, channel_changes, new_channel
from contor.services.device.service.owners import (
    UnknownOwner,
    owner_changes,
    quarter_hour_start,
    start_of_ownership,
)

SINCE = {"max_hourly_consumption_kwh": "limit_since", "time_zone": "time_zone_since"}
"""Fields whose earlier values count for the time in which they held, each with the field of its last change."""


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
        items = [DeviceOut.model_validate(device, from_attributes=True) for device in found]
        return Page(items=items, next_cursor=next_cursor)

    async def get(self, device_id: UUID, identity: Identity) -> Device:
        """The device, for its owner and for administrators; `NotFound` for everyone else."""
        device = await self._devices.get(device_id)
        if device is None or not (identity.is_admin or device.owner_id == identity.id):
            raise NotFound
        return device

    async def create(self, new: NewDevice, default_time_zone: str) -> Device:
        """Raises `UnknownTimeZone`, `UnknownOwner` and `ConflictingFields`."""
        values = new.model_dump(exclude=set(IN_BODY))
        values["time_zone"] = default_time_zone if new.time_zone is None else new.time_zone
        require_time_zone(values["time_zone"])
        device = Device(**(values | await self._owner_values(new.owner_id)), channels=[new_channel(new)])
        await self._devices.add(device)
        await emit(self._session, _changed(device))
        return device

    async def change(self, device_id: UUID, changes: DeviceChanges) -> Device:
        """Raises `UnknownTimeZone`, `UnknownOwner`, `ConflictingFields` and `FixedAtCreation`."""
        values = {field: value for field, value in changes.given().items() if field not in IN_BODY}
        if "time_zone" in values:
            require_time_zone(values["time_zone"])
        # Locks the owner before the device, like `user_deleted`: the same order prevents a deadlock.
        owner = await self._owner_values(values["owner_id"]) if "owner_id" in values else None
        device = await self._get_for_update(device_id)
        channel = channel_changes(device.default_channel, changes)
        if owner is not None:
            del values["owner_id"]
            values |= owner_changes(device, owner, None)
        for field, since in SINCE.items():
            if values.get(field, getattr(device, field)) != getattr(device, field):
                values[since] = now()
        await self._apply(device, values, channel)
        return device

    async def assign(self, device_id: UUID, assignment: OwnerAssignment) -> Device:
        """Raises `UnknownOwner`, `SinceInFuture` and `SinceTooOld`."""
        since = start_of_ownership(assignment.since)
        owner = await self._owner_values(assignment.owner_id)
        device = await self._get_for_update(device_id)
        await self._apply(device, owner_changes(device, owner, since), {})
        return device

    async def delete(self, device_id: UUID) -> None:
        device = await self._get_for_update(device_id)
        await self._devices.delete(device)
        previous, device.owner_id = device.owner_id, None
        device.owner_since = quarter_hour_start(now())
        device.version += 1
        await emit(self._session, _changed(device, previous, deleted=True))

    async def user_changed(self, message: UserChanged) -> None:
        await self._owners.upsert(message.user_id, message.version, message.username, message.full_name)

    async def user_deleted(self, user_id: UUID) -> None:
        await self._owners.mark_deleted(user_id)
        devices = await self._devices.unassign_all(user_id, quarter_hour_start(now()))
        await emit(self._session, *(_changed(device, user_id) for device in devices))

    async def _owner_values(self, owner_id: UUID | None) -> dict[str, Any]:
        """The owner's columns of a device; locks the owner against deletion until the end of the transaction."""
        if owner_id is None:
            return NO_OWNER
        owner = await self._owners.get(owner_id, for_share=True)
        if owner is None or owner.deleted:
            raise UnknownOwner(owner_id)
        return {"owner_id": owner.id, "owner_username": owner.username, "owner_full_name": owner.full_name}

    async def _get_for_update(self, device_id: UUID) -> Device:
        device = await self._devices.get(device_id, for_update=True)
        if device is None:
            raise NotFound
        return device

    async def _apply(self, device: Device, values: dict[str, Any], channel: dict[str, Any]) -> None:
        """Set the fields of the device and of its channel; publish if one of them gets another value."""
        previous = device.owner_id
        changed = {field: value for field, value in values.items() if getattr(device, field) != value}
        if not changed and not channel:
            return
        for field, value in changed.items():
            setattr(device, field, value)
        for field, value in channel.items():
            setattr(device.default_channel, field, value)
        device.version += 1
        device.updated_at = now()
        await self._session.flush()
        await emit(self._session, _changed(device, previous if previous != device.owner_id else None))


def _changed(device: Device, previous_owner_id: UUID | None = None, *, deleted: bool = False) -> DeviceChanged:
    return DeviceChanged(
        device_id=device.id,
        version=device.version,
        deleted=deleted,
        name=device.name,
        owner_id=device.owner_id,
        previous_owner_id=previous_owner_id,
        owner_since=device.owner_since,
        kind=device.kind,
        unit=device.unit,
        channels=tuple(Channel.model_validate(channel, from_attributes=True) for channel in device.channels),
        time_zone=device.time_zone,
        max_hourly_consumption_kwh=device.max_hourly_consumption_kwh,
        limit_since=device.limit_since,
        time_zone_since=device.time_zone_since,
        max_power_kw=device.max_power_kw,
    )
