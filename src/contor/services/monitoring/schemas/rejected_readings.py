"""Rejected readings, and the reasons."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

RejectionCode = Literal[
    "missing_field",
    "unknown_field",
    "repeated_field",
    "wrong_type",
    "unknown_channel",
    "unsuitable_unit",
    "not_finite",
    "negative_energy",
    "too_large",
    "implausible",
    "not_owner_then",
    "corrected",
    "value_exists",
    "unknown_device",
    "time_in_future",
    "time_too_old",
    "not_milliseconds",
    "unsupported_kind",
    "no_time_zone_offset",
    "malformed_json",
    "not_readings",
    "too_many_readings",
    "body_too_large",
]


RejectionState = Literal["pending", "replayed", "dismissed"]


class RejectionOut(BaseModel):
    """A reading that was not stored in the load profile. Administrators can list and replay it."""

    index: int = Field(description="Position in the request, from 0.")
    device_id: str | None = Field(description="As it was sent.")
    timestamp: int | str | None = Field(description="As it was sent; null if it was no number and no text.")
    code: RejectionCode = Field(description="Reason, for programs.")
    detail: str = Field(description="Reason, for people.")
    field: str = Field(description="Field that is wrong; empty if it is the whole reading.")


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
