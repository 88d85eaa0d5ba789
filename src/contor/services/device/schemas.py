"""What goes in and out of `/devices`."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from contor.contracts.devices import UNITS, DeviceKind, DeviceUnit

# PostgreSQL's text cannot hold a NUL, and no name has control characters.
LINE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=LINE)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=LINE)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")]
TimeZone = Annotated[str, Field(max_length=64)]
Query = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=LINE)]
Sort = Literal["name", "-name", "created_at", "-created_at", "owner", "-owner"]


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("number_type", "must be a JSON number")
    return value


LimitKwh = Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=6), BeforeValidator(_number)]
"""kWh in one clock hour, exact to the milliwatt-hour."""


class DeviceOwner(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str
    full_name: str | None


class DeviceOut(BaseModel):
    """A meter as everybody sees it who may."""

    model_config = ConfigDict(from_attributes=True, title="Device")

    id: UUID
    name: str
    description: str | None
    address: str | None
    max_hourly_consumption_kwh: float
    owner_id: UUID | None
    owner: DeviceOwner | None
    kind: DeviceKind
    unit: DeviceUnit
    time_zone: str
    created_at: datetime
    updated_at: datetime


class NewDevice(BaseModel):
    """A meter to be; without a time zone it gets the one of the settings."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Description | None = None
    address: Address | None = None
    max_hourly_consumption_kwh: LimitKwh
    owner_id: UUID | None = None
    kind: DeviceKind = "interval"
    unit: DeviceUnit = "kWh"
    time_zone: TimeZone | None = None

    @field_validator("kind")
    @classmethod
    def _readable(cls, kind: DeviceKind) -> DeviceKind:
        if kind not in UNITS:
            raise PydanticCustomError(
                "unsupported_kind", "is not supported yet; accepted: {kinds}", {"kinds": ", ".join(UNITS)}
            )
        return kind

    @field_validator("unit")
    @classmethod
    def _suits(cls, unit: DeviceUnit, info: ValidationInfo) -> DeviceUnit:
        kind = info.data.get("kind")
        if kind is not None and unit not in UNITS[kind]:
            units = ", ".join(UNITS[kind])
            raise PydanticCustomError(
                "unsuitable_unit", "an {kind} meter counts in {units}", {"kind": kind, "units": units}
            )
        return unit


class DeviceChanges(BaseModel):
    """Only what is given changes; null empties description and address, and frees the device of its owner."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    description: Description | None = None
    address: Address | None = None
    max_hourly_consumption_kwh: LimitKwh | None = None
    owner_id: UUID | None = None
    kind: DeviceKind | None = None
    unit: DeviceUnit | None = None
    time_zone: TimeZone | None = None

    @field_validator("name", "max_hourly_consumption_kwh", "kind", "unit", "time_zone", mode="before")
    @classmethod
    def _never_empty(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("not_nullable", "cannot be null; leave it out to keep it as it is")
        return value

    def given(self) -> dict[str, Any]:
        """The fields that were in the body."""
        return self.model_dump(exclude_unset=True)


class Assignment(BaseModel):
    """Whose the device is from now on; null: nobody's."""

    model_config = ConfigDict(extra="forbid")

    owner_id: UUID | None
