"""Which devices of the server are simulated."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import msgspec

from contor.simulator.client import Client
from contor.simulator.errors import Refused, SimulatorError


class Device(msgspec.Struct, frozen=True):
    """What the simulator needs to know of a device."""

    id: str
    name: str
    kind: str = "interval"
    unit: str = "kWh"
    time_zone: str = "UTC"
    max_hourly_consumption_kwh: float | None = None


async def find_device(client: Client | None, wanted: str) -> Device:
    """The device with this id or exactly this name (case does not matter); with no server to ask, the id is enough."""
    if client is None:
        if not _is_id(wanted):
            raise SimulatorError(f"“{wanted}” is no id: meters are found by name with --username and --password")
        return Device(str(UUID(wanted)), wanted)
    if _is_id(wanted):
        try:
            return _device(await client.get(f"/devices/{wanted}"))
        except Refused as error:
            if error.status == 404:
                raise SimulatorError(f"no meter with the id {wanted} is visible to this account") from error
            raise
    pages = client.pages("/devices", q=wanted)
    named = [device async for item in pages if (device := _device(item)).name.casefold() == wanted.casefold()]
    if len(named) != 1:
        found = "several meters are" if named else "no meter visible to this account is"
        raise SimulatorError(f"{found} called “{wanted}”: give the id")
    return named[0]


async def owned_devices(client: Client, owner: str | None) -> list[Device]:
    """Every device of an owner (id, username, or `me`), or with None every device this account sees."""
    filters = {} if owner is None else {"owner_id": await _owner_id(client, owner)}
    return [_device(item) async for item in client.pages("/devices", **filters)]


def usable(devices: Iterable[Device], complain: Callable[[str], None]) -> list[Device]:
    """The devices of the kind `interval`, each once; the others are named to `complain`."""
    kept: dict[str, Device] = {}
    for device in devices:
        if device.kind == "interval":
            kept[device.id] = device
        else:
            complain(f"left out {device.name}: meters of the kind {device.kind} are not simulated yet")
    if not kept:
        raise SimulatorError("no meters found: create a device first, or name others (--device, --owner, --all)")
    return list(kept.values())


async def _owner_id(client: Client, owner: str) -> str:
    if _is_id(owner):
        return owner
    if owner == "me":
        return str((await client.get("/auth/me"))["id"])
    async for user in client.pages("/users", q=owner):
        if user["username"].casefold() == owner.casefold():
            return str(user["id"])
    raise SimulatorError(f"nobody has the username “{owner}”")


def _device(item: Any) -> Device:
    return msgspec.convert(item, Device)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
