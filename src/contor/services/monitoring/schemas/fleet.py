"""The overview of all meters."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class MinuteCount(BaseModel):
    """Readings stored in a minute."""

    minute: datetime = Field(description="Start of the minute.")
    count: int


class Attention(BaseModel):
    """Something that an administrator should check: a device, or the rejected readings."""

    kind: Literal["silent", "over_limit", "rejected"]
    device_id: UUID | None = Field(None, description="Null for `rejected`.")
    name: str | None = Field(None, description="Name of the device.")
    count: int | None = Field(None, description="Pending rejected readings; only for `rejected`.")
    since: datetime | None = Field(
        None, description="`over_limit`: when the hour exceeded its limit; `silent`: time of the last reading."
    )


class Fleet(BaseModel):
    """Counts of devices by state, the load of the last hour, and what needs attention."""

    devices: int
    reporting: int = Field(description="Devices that sent a reading recently.")
    silent: int = Field(description="Devices that sent none for an hour (a setting of the server).")
    never: int = Field(description="Devices that have sent no reading at all.")
    over_limit: int = Field(description="Devices whose running hour exceeds its limit.")
    rejected_pending: int = Field(description="Rejected readings that are neither replayed nor dismissed.")
    readings_per_minute: list[MinuteCount] = Field(description="The last 60 minutes, oldest first.")
    attention: list[Attention] = Field(description="At most ten devices of a kind.")
