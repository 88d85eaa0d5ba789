"""Corrections of readings, and what may need one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.kernel.bodies import multi_line
from contor.services.monitoring.schemas.readings import StatedUnit, Timestamp

Reason = Annotated[
    str,
    multi_line(500, min_length=1),
    Field(description="Why, in 1 to 500 characters.", examples=["Test of the installer"]),
]


class CorrectionIn(BaseModel):
    """A reading that is wrong or missing, and what counts instead."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"timestamp": "2026-05-04T10:00:00Z", "replacement": None, "reason": "Test of the installer"},
                {"timestamp": 1777888800000, "replacement": 350, "unit": "Wh", "reason": "Read by hand"},
            ]
        },
    )

    timestamp: Timestamp
    replacement: Annotated[float, Field(ge=0)] | None = Field(
        description="Value of the reading in `unit`, else in the unit of the device. Null: the reading is set aside.",
        examples=[0.35],
    )
    reason: Reason
    unit: StatedUnit = None


class CorrectionOut(BaseModel):
    """A change of stored readings. One that an administrator made is in force until `undone_at`."""

    id: UUID
    timestamp: datetime = Field(description="Of the reading; of a deletion: the start of its period.")
    until: datetime | None = Field(description="Of a deletion: the end of its period, exclusive.")
    kind: Literal["replaced", "set_aside", "corrected", "deleted"] = Field(
        description="`replaced`: another value was sent for the same time; `set_aside`: an administrator excluded the "
        "reading; `corrected`: an administrator replaced or added it; `deleted`: an administrator deleted the readings "
        "of a period."
    )
    previous_value: float | None = Field(
        description="The value that was sent, in the unit of the device; null: none was. An undo restores it."
    )
    replacement: float | None = Field(description="The value that counts instead, in the unit of the device; or none.")
    previous_kwh: float | None = Field(description="`previous_value` in kWh.")
    replacement_kwh: float | None = Field(description="`replacement` in kWh.")
    unit: str = Field(description="Unit of the device.")
    count: int | None = Field(description="Deleted readings; null for an owner if the period begins before their time.")
    reason: str | None = Field(description="Null if the kind is `replaced`.")
    made_at: datetime
    made_by: UUID | None = Field(description="Null: the reading arrived over the queue.")
    undone_at: datetime | None = Field(description="When it was undone, or ended by a later correction or deletion.")
    undone_by: UUID | None


class DeletedReadings(BaseModel):
    """Result of a deletion."""

    deleted: int = Field(description="Readings that were stored in the period.")


class SuspiciousInterval(BaseModel):
    """Quarter hours whose energy may be wrong."""

    start: datetime
    end: datetime = Field(description="Exclusive.")
    energy_kwh: float
    reason: Literal["implausible", "largest", "out_of_pattern"] = Field(
        description="`implausible`: more than the device can use at its maximum power; `out_of_pattern`: more than ten "
        "times the 99th percentile of the same hour of day on the other days of the last 60; `largest`: one of the ten "
        "largest readings of the last 400 days, and more than ten times the typical one."
    )
    timestamp: datetime | None = Field(
        description="Of the reading that makes up at least half of the energy; null if there is none."
    )
    value: float | None = Field(description="Its value in the unit of the device.")
