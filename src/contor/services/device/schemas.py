"""Request and response bodies of `/devices`."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from contor.contracts.devices import UNITS, DeviceKind, DeviceUnit
from contor.kernel.bodies import PartialUpdate, RequestBody, ResponseBody, multi_line, single_line

Name = Annotated[str, single_line(100, min_length=1)]
Address = Annotated[str, single_line(300)]
Description = Annotated[str, multi_line(2000)]
TimeZone = Annotated[str, Field(max_length=64)]
Query = Annotated[str, single_line(200)]
Sort = Literal["name", "-name", "created_at", "-created_at", "owner", "-owner"]


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number_type", "must be a JSON number")
    return value


LimitKwh = Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=6), BeforeValidator(_number)]


class DeviceOwner(ResponseBody):
    id: UUID
    username: str
    full_name: str | None


class DeviceOut(ResponseBody):
    """A device: a meter with an owner, a time zone and an hourly limit."""

    model_config = ConfigDict(title="Device")

    id: UUID
    name: str
    description: str | None
    address: str | None
    max_hourly_consumption_kwh: float
    """The limit of a local clock hour, in kWh."""
    owner_id: UUID | None
    owner: DeviceOwner | None
    kind: DeviceKind
    """What a reading measures: the energy of an interval, the counter of the meter, or instantaneous power."""
    unit: DeviceUnit
    """The unit of the readings that the device sends."""
    time_zone: str
    """The IANA time zone in which hours, days and months begin."""
    created_at: datetime
    updated_at: datetime


class NewDevice(RequestBody):
    name: Name
    description: Description | None = None
    address: Address | None = None
    max_hourly_consumption_kwh: LimitKwh
    """The limit of a local clock hour, in kWh, with at most six decimal places."""
    owner_id: UUID | None = None
    kind: DeviceKind = "interval"
    """What a reading measures. Only `interval`, the energy of an interval, is supported."""
    unit: DeviceUnit = "kWh"
    """The unit of the readings that the device sends."""
    time_zone: TimeZone | None = None
    """An IANA name; by default the time zone of the installation."""

    @field_validator("kind")
    @classmethod
    def _require_supported(cls, kind: DeviceKind) -> DeviceKind:
        if kind not in UNITS:
            raise PydanticCustomError(
                "unsupported_kind", "is not supported yet; accepted: {kinds}", {"kinds": ", ".join(UNITS)}
            )
        return kind

    @field_validator("unit")
    @classmethod
    def _require_unit_of_kind(cls, unit: DeviceUnit, info: ValidationInfo) -> DeviceUnit:
        kind = info.data.get("kind")
        if kind is not None and unit not in UNITS[kind]:
            units = ", ".join(UNITS[kind])
            raise PydanticCustomError(
                "unsuitable_unit", "the units of kind {kind} are {units}", {"kind": kind, "units": units}
            )
        return unit


class DeviceChanges(PartialUpdate):
    """Omitted fields keep their value; null clears description and address, and removes the owner."""

    clearable = frozenset({"description", "address", "owner_id"})

    name: Name | None = None
    description: Description | None = None
    address: Address | None = None
    max_hourly_consumption_kwh: LimitKwh | None = None
    """The limit of a local clock hour, in kWh, with at most six decimal places."""
    owner_id: UUID | None = None
    kind: DeviceKind | None = None
    """Cannot be changed; accepted if it is the device's kind."""
    unit: DeviceUnit | None = None
    """Cannot be changed; accepted if it is the device's unit."""
    time_zone: TimeZone | None = None
    """An IANA name."""


class Assignment(RequestBody):
    owner_id: UUID | None
    """The new owner; null removes the owner."""
