"""Request and response bodies of `/devices`."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from contor.contracts.devices import (
    DEFAULT_CHANNEL,
    DEFAULT_MAX_POWER_KW,
    UNITS,
    Channel,
    DeviceKind,
    DeviceUnit,
    Quantity,
    Stamp,
)
from contor.kernel.bodies import PartialUpdate, RequestBody, ResponseBody, multi_line, single_line

Name = Annotated[str, single_line(100, min_length=1)]
Address = Annotated[str, single_line(300)]
Description = Annotated[str, multi_line(2000)]
TimeZone = Annotated[str, Field(max_length=64)]
Query = Annotated[str, single_line(200)]
Sort = Literal["name", "-name", "created_at", "-created_at", "owner", "-owner"]


def _require_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number_type", "must be a JSON number")
    return value


def _require_default_channel(name: str) -> str:
    if name != DEFAULT_CHANNEL:
        raise PydanticCustomError(
            "unsupported_channel", "is not supported yet; accepted: {accepted}", {"accepted": DEFAULT_CHANNEL}
        )
    return name


def _require_import(quantity: Quantity) -> Quantity:
    if quantity != "import":
        raise PydanticCustomError("unsupported_quantity", "is not supported yet; accepted: import")
    return quantity


def _require_supported(kind: DeviceKind) -> DeviceKind:
    if kind not in UNITS:
        raise PydanticCustomError(
            "unsupported_kind", "is not supported yet; accepted: {kinds}", {"kinds": ", ".join(UNITS)}
        )
    return kind


def _require_unit_of_kind(unit: DeviceUnit, info: ValidationInfo) -> DeviceUnit:
    kind = info.data.get("kind")
    if kind is not None and unit not in UNITS[kind]:
        raise PydanticCustomError(
            "unsuitable_unit",
            "the units of kind {kind} are {units}",
            {"kind": kind, "units": ", ".join(UNITS[kind])},
        )
    return unit


def _require_one_channel(channels: Any) -> Any:
    if isinstance(channels, list) and len(channels) != 1:
        raise PydanticCustomError(
            "unsupported_channels", "accepted: one channel, named {name}", {"name": DEFAULT_CHANNEL}
        )
    return channels


NUMBER = BeforeValidator(_require_number)
ONE_CHANNEL = BeforeValidator(_require_one_channel)
LimitKwh = Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=6), NUMBER]
PowerKw = Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=6), NUMBER]
IntervalMinutes = Annotated[int, Field(ge=1, le=1440), NUMBER]
ChannelName = Annotated[str, AfterValidator(_require_default_channel)]
SupportedQuantity = Annotated[Quantity, AfterValidator(_require_import)]
SupportedKind = Annotated[DeviceKind, AfterValidator(_require_supported)]
SuitableUnit = Annotated[DeviceUnit, AfterValidator(_require_unit_of_kind)]


class DeviceOwner(ResponseBody):
    id: UUID
    username: str
    full_name: str | None


class DeviceOut(ResponseBody):
    """A device: a meter with an owner, a time zone, an hourly limit and channels."""

    model_config = ConfigDict(title="Device")

    id: UUID
    name: str
    description: str | None
    address: str | None
    max_hourly_consumption_kwh: float
    """The limit of a local clock hour, in kWh."""
    limit_since: datetime | None
    """When the limit was last changed: it holds from the local hour of this instant on. Null: it was never changed."""
    max_power_kw: float
    """The highest power that is plausible for this device: a quarter hour above it is marked suspicious."""
    owner_id: UUID | None
    owner: DeviceOwner | None
    owner_since: datetime | None
    """Since when the device has this owner, or none: the start of a quarter hour. Null: since it was created."""
    kind: DeviceKind
    """The kind of the channel `import`."""
    unit: DeviceUnit
    """The unit of the channel `import`."""
    channels: list[Channel]
    """The streams of readings of the device, each with its own load profile."""
    time_zone: str
    """The IANA time zone in which hours, days and months begin."""
    created_at: datetime
    updated_at: datetime


class NewChannel(RequestBody):
    name: ChannelName = DEFAULT_CHANNEL
    """Only `import` is supported."""
    quantity: SupportedQuantity = "import"
    """What flows. Only `import`, energy taken from the grid, is supported."""
    kind: SupportedKind = "interval"
    """What a reading measures. Only `interval`, the energy of an interval, is supported."""
    unit: SuitableUnit = "kWh"
    """The unit of the readings that the device sends."""
    stamp: Stamp = "start"
    """Which end of its interval a timestamp marks. With `end`, 10:00 belongs to the interval before 10:00."""
    interval_minutes: IntervalMinutes | None = None
    """Length of the interval of a reading; null if it is not stated: a reading counts whole in one quarter hour."""


class NewDevice(RequestBody):
    name: Name
    description: Description | None = None
    address: Address | None = None
    max_hourly_consumption_kwh: LimitKwh
    """The limit of a local clock hour, in kWh, with at most six decimal places."""
    max_power_kw: PowerKw = DEFAULT_MAX_POWER_KW
    """The highest power that is plausible for this device, in kW, with at most six decimal places. A reading with more
    energy than this power gives in its interval is rejected; a quarter hour above it is marked suspicious."""
    owner_id: UUID | None = None
    kind: SupportedKind = "interval"
    """The kind of the channel `import`: what a reading measures. Only `interval` is supported."""
    unit: SuitableUnit = "kWh"
    """The unit of the channel `import`: the unit of the readings that the device sends."""
    stamp: Stamp = "start"
    """The stamp of the channel `import`: which end of its interval a timestamp marks."""
    interval_minutes: IntervalMinutes | None = None
    """The length of the interval of a reading of the channel `import`; null if it is not stated."""
    channels: Annotated[list[NewChannel], ONE_CHANNEL] | None = None
    """In this version one channel, named `import`. Its fields can be given beside the device's `name` instead."""
    time_zone: TimeZone | None = None
    """An IANA name; by default the time zone of the installation."""


class ChannelChanges(PartialUpdate):
    """Omitted fields keep their value; null clears the length of the interval."""

    clearable = frozenset({"interval_minutes"})

    name: ChannelName = DEFAULT_CHANNEL
    """The channel to change: `import`."""
    quantity: Quantity | None = None
    """Cannot be changed; accepted if it is the channel's quantity."""
    kind: DeviceKind | None = None
    """Cannot be changed; accepted if it is the channel's kind."""
    unit: DeviceUnit | None = None
    """Cannot be changed; accepted if it is the channel's unit."""
    stamp: Stamp | None = None
    """Which end of its interval a timestamp marks. The load profile is derived anew."""
    interval_minutes: IntervalMinutes | None = None
    """Length of the interval of a reading; null if it is not stated. The load profile is derived anew."""


class DeviceChanges(PartialUpdate):
    """Omitted fields keep their value; null clears description, address and interval, and removes the owner."""

    clearable = frozenset({"description", "address", "owner_id", "interval_minutes"})

    name: Name | None = None
    description: Description | None = None
    address: Address | None = None
    max_hourly_consumption_kwh: LimitKwh | None = None
    """The limit of a local clock hour, in kWh, with at most six decimal places. It holds from the running hour on."""
    max_power_kw: PowerKw | None = None
    """The highest power that is plausible for this device, in kW, with at most six decimal places."""
    owner_id: UUID | None = None
    """The owner from the start of the running quarter hour on."""
    kind: DeviceKind | None = None
    """Cannot be changed; accepted if it is the kind of the channel `import`."""
    unit: DeviceUnit | None = None
    """Cannot be changed; accepted if it is the unit of the channel `import`."""
    stamp: Stamp | None = None
    """The stamp of the channel `import`: which end of its interval a timestamp marks."""
    interval_minutes: IntervalMinutes | None = None
    """The length of the interval of a reading of the channel `import`; null if it is not stated."""
    channels: Annotated[list[ChannelChanges], ONE_CHANNEL] | None = None
    """The channels to change. Their fields can be given beside the device's `name` instead."""
    time_zone: TimeZone | None = None
    """An IANA name."""


class OwnerAssignment(RequestBody):
    owner_id: UUID | None
    """The new owner; null removes the owner."""
    since: AwareDatetime | None = None
    """ISO 8601 with offset, rounded down to the quarter hour; by default the start of the running quarter hour."""
