"""`/devices`: all of them for administrators, one's own for everyone."""

from uuid import UUID

from fastapi import APIRouter

from contor.kernel.http import Cursor, Limit, ServiceContext, Session
from contor.kernel.identity import AdminOnly, CurrentUser
from contor.kernel.pagination import Page
from contor.services.device.models import Device
from contor.services.device.schemas import Assignment, DeviceChanges, DeviceOut, NewDevice, Query, Sort
from contor.services.device.service import DeviceService, owner_known
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
    """Devices whose name, address, description or owner's name contains `q`; a client's own only."""
    return await DeviceService(session).page(
        identity, q=q, owner_id=owner_id, unassigned=unassigned, sort=sort, cursor=cursor, limit=limit
    )


@router.post("", status_code=201, response_model=DeviceOut)
async def create_device(new: NewDevice, _: AdminOnly, session: Session, here: ServiceContext) -> Device:
    await owner_known(here.database, new.owner_id)
    return await DeviceService(session).create(new, here.resource(DeviceSettings).default_time_zone)


@router.get("/{device_id}", response_model=DeviceOut)
async def read_device(device_id: UUID, identity: CurrentUser, session: Session) -> Device:
    return await DeviceService(session).get(device_id, identity)


@router.patch("/{device_id}", response_model=DeviceOut)
async def change_device(
    device_id: UUID, changes: DeviceChanges, _: AdminOnly, session: Session, here: ServiceContext
) -> Device:
    """What is given changes; kind and unit are fixed when a device is created."""
    await owner_known(here.database, changes.owner_id)
    return await DeviceService(session).change(device_id, changes)


@router.delete("/{device_id}", status_code=204)
async def delete_device(device_id: UUID, _: AdminOnly, session: Session) -> None:
    await DeviceService(session).delete(device_id)


@router.put("/{device_id}/owner", response_model=DeviceOut)
async def assign_device(
    device_id: UUID, given: Assignment, _: AdminOnly, session: Session, here: ServiceContext
) -> Device:
    """Give the device to a person, or free it with null."""
    await owner_known(here.database, given.owner_id)
    return await DeviceService(session).change(device_id, DeviceChanges(owner_id=given.owner_id))
