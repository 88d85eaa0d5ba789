"""Rejected readings, and the choice of those to replay or dismiss."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

RejectionCode = Literal[
    "missing_field",
    "wrong_type",
    "not_finite",
    "negative_energy",
    "too_large",
    "unknown_device",
    "time_in_future",
    "time_too_old",
    "unsupported_kind",
    "no_time_zone_offset",
    "malformed_json",
    "not_readings",
    "too_many_readings",
    "body_too_large",
]
RejectionState = Literal["pending", "replayed", "dismissed"]


class RejectedOut(BaseModel):
    """A stored rejected reading. Equal rejections from one sender are one entry."""

    id: UUID
    received_at: datetime = Field(description="When it was last received.")
    device_id: str | None = Field(description="As it was sent; it may be no valid id.")
    code: RejectionCode = Field(description="Reason, for programs.")
    detail: str = Field(description="Reason, for people.")
    payload: Any = Field(description="The reading as it was sent; shortened text if it is too long to store.")
    times: int = Field(description="How often it was received.")
    state: RejectionState


class RejectedGroup(BaseModel):
    """Pending rejected readings of one reason."""

    code: RejectionCode
    count: int = Field(description="Different readings.")
    times: int = Field(description="How often they were received in all.")
    latest_at: datetime = Field(description="When the latest was received.")


class RejectedChoice(BaseModel):
    """Pending rejected readings: either those with these ids, or all of one reason."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, min_length=1, max_length=1000)
    code: RejectionCode | None = None

    @model_validator(mode="after")
    def _require_one(self) -> "RejectedChoice":
        if (self.ids is None) == (self.code is None):
            raise ValueError("send either `ids` or `code`")
        return self


class Replayed(BaseModel):
    """Result of a replay."""

    replayed: int = Field(description="Readings that are stored now.")
    still_rejected: int = Field(description="Readings that were rejected again; their reason is updated.")


class Dismissed(BaseModel):
    """Result of a dismissal."""

    dismissed: int
