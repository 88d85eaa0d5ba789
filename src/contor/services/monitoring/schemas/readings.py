"""Readings as they are sent and listed."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.services.monitoring.schemas.rejected_readings import RejectionOut

Timestamp = Annotated[
    int | str,
    Field(
        description="Epoch milliseconds, or ISO 8601 with an offset; from 2010 to five minutes (a setting) ahead of "
        "the server's clock. A fraction of a millisecond is cut off.",
        examples=[1732250400000, "2024-11-22T06:40:00+02:00", "2024-11-22T24:00:00Z"],
    ),
]


Value = Annotated[float, Field(ge=0, description="In `unit`, else in the unit of the device.", examples=[0.35])]


StatedUnit = Annotated[
    Literal["Wh", "kWh", "MWh"] | None,
    Field(description="Unit of the value, which is converted. Null: the unit of the device.", examples=["Wh"]),
]


ChannelName = Annotated[
    Literal["import"] | None, Field(description="Channel of the device. Null: `import`.", examples=["import"])
]


class BareReadingIn(BaseModel):
    """A reading of the device named beside the list. `unit` and `channel` win over those beside the list."""

    model_config = ConfigDict(extra="forbid")

    timestamp: Timestamp
    measurement_value: Value
    unit: StatedUnit = None
    channel: ChannelName = None


class ReadingIn(BaseModel):
    """One reading of one device."""

    model_config = ConfigDict(extra="forbid")

    timestamp: Timestamp
    device_id: UUID
    measurement_value: Value
    unit: StatedUnit = None
    channel: ChannelName = None


class DeviceReadingsIn(BaseModel):
    """Readings of one device. `unit` and `channel` hold for the readings that state none."""

    model_config = ConfigDict(extra="forbid")

    device_id: UUID
    unit: StatedUnit = None
    channel: ChannelName = None
    readings: list[BareReadingIn] = Field(min_length=1, max_length=10_000)


class ReceiptOut(BaseModel):
    """Every reading of the request is accepted, a duplicate or rejected."""

    accepted: int = Field(description="Readings that are stored now.")
    duplicates: int = Field(description="Readings that were stored before with the same value.")
    rejected: list[RejectionOut]


class ReadingOut(BaseModel):
    timestamp: datetime
    measurement_value: float = Field(description="In the unit of the device.")
    energy_kwh: float = Field(description="Energy that the reading stands for, in kWh.")
