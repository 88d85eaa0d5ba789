"""The frames of the WebSocket. The frontend's types are generated from these models."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, TypeAdapter
from uuid_utils.compat import uuid7

from contor.contracts import Data
from contor.contracts.alerts import Alert, PastAlerts
from contor.contracts.chat import ChatConversationData, ChatDraftData, ChatMessageData, ChatReadData, PresenceData
from contor.contracts.readings import LiveValues
from contor.kernel.clock import now


class _Frame(Data):
    """`id` is the same for every receiver of one event, so that clients can drop repeats; `at` is when it happened."""

    id: UUID = Field(default_factory=uuid7)
    at: datetime = Field(default_factory=now)


class ReadyData(Data):
    user_id: UUID
    role: Literal["client", "admin"]
    session_id: UUID
    expires_at: datetime


class ReadyFrame(_Frame):
    type: Literal["ready"] = "ready"
    data: ReadyData


class AlertRaisedFrame(_Frame):
    """An alert was raised, raised again after it was cleared, or became critical."""

    type: Literal["alert.raised"] = "alert.raised"
    data: Alert


class AlertClearedFrame(_Frame):
    type: Literal["alert.cleared"] = "alert.cleared"
    data: Alert


class AlertAcknowledgedFrame(_Frame):
    type: Literal["alert.acknowledged"] = "alert.acknowledged"
    data: Alert


class AlertsAcknowledgedData(Data):
    acknowledged_by: UUID
    count: int


class AlertsAcknowledgedFrame(_Frame):
    """Many alerts were acknowledged by a filter: query the alerts again."""

    type: Literal["alerts.acknowledged"] = "alerts.acknowledged"
    data: AlertsAcknowledgedData


class PastAlertsFoundFrame(_Frame):
    """Past hours over the limit were found, as in imported data: one notice for all of them."""

    type: Literal["alerts.past_found"] = "alerts.past_found"
    data: PastAlerts


class ConsumptionUpdatedFrame(_Frame):
    type: Literal["consumption.updated"] = "consumption.updated"
    data: LiveValues


class DeviceData(Data):
    """`lost`: the receiver was the owner until this change."""

    device_id: UUID
    owner_id: UUID | None
    name: str
    deleted: bool
    lost: bool


class DeviceChangedFrame(_Frame):
    type: Literal["device.changed"] = "device.changed"
    data: DeviceData


class UserData(Data):
    user_id: UUID
    deleted: bool


class UserChangedFrame(_Frame):
    type: Literal["user.changed"] = "user.changed"
    data: UserData


class RevokedData(Data):
    reason: str


class SessionRevokedFrame(_Frame):
    type: Literal["session.revoked"] = "session.revoked"
    data: RevokedData


class ChatMessageFrame(_Frame):
    type: Literal["chat.message"] = "chat.message"
    data: ChatMessageData


class ChatMessageChangedFrame(_Frame):
    """A message as it is after it was edited or deleted."""

    type: Literal["chat.message_changed"] = "chat.message_changed"
    data: ChatMessageData


class ChatConversationFrame(_Frame):
    """A conversation was started or changed. `unread` and `queue_position` are null: keep the values from HTTP."""

    type: Literal["chat.conversation"] = "chat.conversation"
    data: ChatConversationData


class ChatReadFrame(_Frame):
    type: Literal["chat.read"] = "chat.read"
    data: ChatReadData


class ChatTypingData(Data):
    conversation_id: UUID
    user_id: UUID | Literal["assistant"]
    name: str | None


class ChatTypingFrame(_Frame):
    """A user is typing; expires after a few seconds unless repeated. Not sent to that user."""

    type: Literal["chat.typing"] = "chat.typing"
    data: ChatTypingData


class ChatDraftFrame(_Frame):
    """The whole text so far of an answer that the assistant is writing."""

    type: Literal["chat.draft"] = "chat.draft"
    data: ChatDraftData


class PresenceFrame(_Frame):
    """A user who shares a conversation with the receiver came online or went offline."""

    type: Literal["presence"] = "presence"
    data: PresenceData


class ErrorData(Data):
    code: str
    detail: str


class ErrorFrame(_Frame):
    type: Literal["error"] = "error"
    data: ErrorData


class PongFrame(_Frame):
    type: Literal["pong"] = "pong"
    data: None = None


ServerFrame = Annotated[
    ReadyFrame
    | AlertRaisedFrame
    | AlertClearedFrame
    | AlertAcknowledgedFrame
    | AlertsAcknowledgedFrame
    | PastAlertsFoundFrame
    | ConsumptionUpdatedFrame
    | DeviceChangedFrame
    | UserChangedFrame
    | SessionRevokedFrame
    | ChatMessageFrame
    | ChatMessageChangedFrame
    | ChatConversationFrame
    | ChatReadFrame
    | ChatTypingFrame
    | ChatDraftFrame
    | PresenceFrame
    | ErrorFrame
    | PongFrame,
    Field(discriminator="type"),
]


class _ClientFrame(Data):
    model_config = ConfigDict(extra="forbid")


class AuthFrame(_ClientFrame):
    """The first frame, sent within 10 s; repeat it with a new token before the old one expires."""

    type: Literal["auth"]
    token: str = Field(max_length=4096)


class WatchFrame(_ClientFrame):
    type: Literal["watch"]
    device_id: UUID


class UnwatchFrame(_ClientFrame):
    type: Literal["unwatch"]
    device_id: UUID


class PingFrame(_ClientFrame):
    type: Literal["ping"]


ClientFrame = Annotated[AuthFrame | WatchFrame | UnwatchFrame | PingFrame, Field(discriminator="type")]
CLIENT_FRAME: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)
SERVER_FRAME: TypeAdapter[ServerFrame] = TypeAdapter(ServerFrame)


def frame_schemas(reference: str) -> dict[str, Any]:
    """Return the JSON schemas of all frames by name, including the unions `ServerFrame` and `ClientFrame`.

    `reference` is pydantic's `ref_template`.
    """
    schemas: dict[str, Any] = {}
    for name, adapter in (("ServerFrame", SERVER_FRAME), ("ClientFrame", CLIENT_FRAME)):
        schema = adapter.json_schema(ref_template=reference, mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[name] = schema
    return schemas
