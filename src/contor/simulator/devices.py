"""Finds the devices to simulate."""

from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec

from contor.contracts.devices import DEFAULT_CHANNEL
from contor.simulator.client import Client
from contor.simulator.errors import Refused, SimulatorError


class Channel(msgspec.Struct, frozen=True):
    """`stamp`: the end of its interval that a timestamp marks, start or end; `interval_minutes` if it is stated."""

    name: str = DEFAULT_CHANNEL
    stamp: str = "start"
    interval_minutes: int | None = None


class Device(msgspec.Struct, frozen=True):
    """`known` False: only the id is, the rest is assumed."""

    id: str
    name: str
    kind: str = "interval"
    unit: str = "kWh"
    time_zone: str = "UTC"
    max_hourly_consumption_kwh: float | None = None
    channels: list[Channel] = []
    known: bool = True

    @property
    def default_channel(self) -> Channel:
        return next((channel for channel in self.channels if channel.name == DEFAULT_CHANNEL), Channel())


async def find_device(client: Client | None, wanted: str) -> Device:
    """The device with this id or name (whole, in any case). Without a client only ids are possible."""
    if client is None:
        if not _is_id(wanted):
            raise SimulatorError(f"“{wanted}” is not an id; to find a meter by name give --username and --password")
        return Device(str(UUID(wanted)), wanted, known=False)
    if _is_id(wanted):
        try:
            return msgspec.convert(await client.get(f"/devices/{wanted}"), Device)
        except Refused as error:
            if error.status == 404:
                raise SimulatorError(f"no meter with the id {wanted} is visible to this account") from error
            raise
    pages = client.pages("/devices", q=wanted)
    found = [msgspec.convert(item, Device) async for item in pages]
    named = [device for device in found if device.name.casefold() == wanted.casefold()]
    if len(named) != 1:
        which = "several meters are" if named else "no meter visible to this account is"
        raise SimulatorError(f"{which} named “{wanted}”; give the id")
    return named[0]


async def owned_devices(client: Client, owner: str | None) -> list[Device]:
    """All devices of an owner (id, username, or `me`); with None, all that this account may see."""
    filters = {} if owner is None else {"owner_id": await _owner_id(client, owner)}
    return [msgspec.convert(item, Device) async for item in client.pages("/devices", **filters)]


def usable(devices: Iterable[Device], warn: Callable[[str], None]) -> list[Device]:
    """The devices of kind `interval`, without duplicates; warns about the others."""
    unique: dict[str, Device] = {}
    for device in devices:
        if device.kind == "interval":
            unique[device.id] = device
        else:
            warn(f"skipped {device.name}: meters of kind {device.kind} cannot be simulated yet")
    if not unique:
        raise SimulatorError("no meters found: create a device first, or name others (--device, --owner, --all)")
    return list(unique.values())


async def _owner_id(client: Client, owner: str) -> str:
    if _is_id(owner):
        return owner
    if owner == "me":
        return str((await client.get("/auth/me"))["id"])
    async for user in client.pages("/users", q=owner):
        if user["username"].casefold() == owner.casefold():
            return str(user["id"])
    raise SimulatorError(f"no user has the username “{owner}”")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
