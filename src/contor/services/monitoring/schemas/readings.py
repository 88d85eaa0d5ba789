"""Readings as they are posted, the receipt, and readings as they are listed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from contor.services.monitoring.schemas.rejected_readings import RejectionCode

Timestamp = Annotated[int | str, Field(description="Epoch milliseconds, or ISO 8601 with an offset.")]
Value = Annotated[float, Field(ge=0, description="In the unit and kind of the device.")]


class BareReadingIn(BaseModel):
    """A reading of the device named beside the list."""

    timestamp: Timestamp
    measurement_value: Value


class ReadingIn(BaseModel):
    """One reading of one device."""

    timestamp: Timestamp
    device_id: UUID
    measurement_value: Value


class DeviceReadingsIn(BaseModel):
    """Readings of one device."""

    device_id: UUID
    readings: list[BareReadingIn] = Field(min_length=1, max_length=10_000)


class RejectionOut(BaseModel):
    """A reading that was not stored in the load profile. Administrators can list and replay it."""

    index: int = Field(description="Position in the request, from 0.")
    device_id: str | None = Field(description="As it was sent.")
    timestamp: int | str | None = Field(description="As it was sent; null if it was no number and no text.")
    code: RejectionCode = Field(description="Reason, for programs.")
    detail: str = Field(description="Reason, for people.")
    field: str = Field(description="Field that is wrong; empty if it is the whole reading.")


class ReceiptOut(BaseModel):
    """Every reading of the request is accepted, a duplicate or rejected."""

    accepted: int = Field(description="Readings that are stored now.")
    duplicates: int = Field(description="Readings that were stored before with the same value.")
    rejected: list[RejectionOut]


class ReadingOut(BaseModel):
    timestamp: datetime
    measurement_value: float = Field(description="In the unit of the device.")
    energy_kwh: float = Field(description="Energy that the reading stands for, in kWh.")
