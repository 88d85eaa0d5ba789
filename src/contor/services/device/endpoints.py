"""`/devices`: all devices for administrators, their own for clients."""

from uuid import UUID

from fastapi import APIRouter, Response

from contor.kernel.errors import raises
from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.kernel.pagination import Page
from contor.services.device.models import Device
from contor.services.device.schemas import DeviceChanges, DeviceOut, NewDevice, OwnerAssignment, Query, Sort
from contor.services.device.service.channels import ConflictingFields, FixedAtCreation
from contor.services.device.service.devices import DeviceService
from contor.services.device.service.owners import SinceInFuture, SinceTooOld, UnknownOwner, wait_for_owner
from contor.services.device.settings import DeviceSettings

router = APIRouter()


@router.get("")
async def list_devices(
    identity: CurrentUser,
    session: Session,
    q: Query | None = None,
    owner_id: UUID | None = None,
    unassigned: bool = False,
    sort: Sort = "name",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DeviceOut]:
    """List devices: administrators see all, clients their own.

    `q` is part of a name, address, description or owner's name, in any case and without diacritics; `owner_id` and
    `unassigned` filter by owner; `sort` with a leading `-` is descending.
    """
    return await DeviceService(session).page(
        identity, q=q, owner_id=owner_id, unassigned=unassigned, sort=sort, cursor=cursor, limit=limit
    )


@router.post("", status_code=201, response_model=DeviceOut)
@raises(UnknownOwner, ConflictingFields)
async def create_device(new: NewDevice, _: AdminOnly, session: Session, here: ServiceContext) -> Device:
    """Create a device, for administrators; readings are accepted for it within a second.

    `max_hourly_consumption_kwh` is the limit of a local clock hour. Without `time_zone` the device gets the default of
    the installation. The device has one channel, `import`: describe it in `channels`, or by `kind`, `unit`, `stamp` and
    `interval_minutes` beside the name. The owner and the limit hold since ever, also for older readings.
    """
    await wait_for_owner(here.database, new.owner_id)
    return await DeviceService(session).create(new, here.resource(DeviceSettings).default_time_zone)


@router.get("/{device_id}", response_model=DeviceOut)
async def read_device(device_id: UUID, identity: CurrentUser, session: Session) -> Device:
    """Return a device, for its owner and administrators."""
    return await DeviceService(session).get(device_id, identity)


@router.patch("/{device_id}", response_model=DeviceOut)
@raises(UnknownOwner, ConflictingFields, FixedAtCreation)
async def change_device(
    device_id: UUID, changes: DeviceChanges, _: AdminOnly, session: Session, here: ServiceContext
) -> Device:
    """Change a device, for administrators. Omitted fields keep their value; kind and unit cannot be changed.

    `null` clears description, address and `interval_minutes`, and leaves the device without an owner. A changed limit
    holds from the running local hour on, a changed owner from the start of the running quarter hour on. After a change
    of `stamp` or `interval_minutes` the load profile is derived anew from all readings.
    """
    await wait_for_owner(here.database, changes.owner_id)
    return await DeviceService(session).change(device_id, changes)


@router.delete("/{device_id}", status_code=204, response_class=Response)
async def delete_device(device_id: UUID, _: AdminOnly, session: Session) -> None:
    """Delete a device with its readings, load profile and alerts, for administrators. This cannot be undone."""
    await DeviceService(session).delete(device_id)


@router.put("/{device_id}/owner", response_model=DeviceOut)
@raises(UnknownOwner, SinceInFuture, SinceTooOld)
async def assign_device(
    device_id: UUID, given: OwnerAssignment, _: AdminOnly, session: Session, here: ServiceContext
) -> Device:
    """Assign a device to a user, or remove its owner with `null`, for administrators.

    The owner holds from the start of the quarter hour of `since` on, by default of the running one. `since` is not
    before 2010 and not in the future. It replaces the owners recorded from then on: who became the owner later no
    longer counts as one. An owner sees readings, consumption and alerts from the end of the previous owner's time on.
    The same owner again changes nothing, unless `since` is earlier than the recorded one.
    """
    await wait_for_owner(here.database, given.owner_id)
    return await DeviceService(session).assign(device_id, given)
