"""Request bodies of `/chat`, and responses that are not in `contracts.chat`."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from pydantic import ConfigDict, Field, StrictInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from contor.contracts.chat import ChatMessage, ConversationKind, ConversationState
from contor.kernel.bodies import SINGLE_LINE, PartialUpdate, RequestBody, ResponseBody, multi_line, single_line
from contor.kernel.identity import Role

Text = Annotated[str, multi_line(4000, min_length=1)]
Line = Annotated[str, single_line(200, min_length=1)]
Username = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=SINGLE_LINE)]
Comment = Annotated[str, multi_line(2000)]
Query = Annotated[str, single_line(200, min_length=2)]
Seq = Annotated[int, Field(ge=0, lt=2**62)]
View = Literal["mine", "waiting", "all", "resolved"]

ATTACHMENTS = ("attachment", "attachments", "file", "files", "image", "images")


class ConversationFilter(NamedTuple):
    """Which conversations are listed, and which page of them."""

    kind: ConversationKind | None
    state: ConversationState | None
    view: View
    cursor: str | None
    limit: int


class NewConversation(RequestBody):
    kind: ConversationKind
    """`support`: with the assistant and operators; `direct`: with other users."""
    participants: list[Annotated[UUID | Username, Field(union_mode="left_to_right")]] = Field([], max_length=20)
    """Ids or exact usernames of the other members of a direct conversation. Ignored for support."""
    title: Line | None = None
    """The title of a direct conversation. Ignored for support."""


class MessageChanges(RequestBody):
    text: Text
    """Plain text of 1 to 4,000 characters."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_attachments(cls, given: Any) -> Any:
        if isinstance(given, dict) and (found := [name for name in ATTACHMENTS if name in given]):
            reason = "messages cannot have files; describe the file, or send a link to it"
            raise PydanticCustomError("attachments_refused", "{found}: {reason}", {"found": found[0], "reason": reason})
        return given


class NewMessage(MessageChanges):
    client_id: UUID
    """A new id chosen by the client. A request with the same id again is a repeat of the same message."""


class ReadMark(RequestBody):
    seq: Annotated[StrictInt, Field(ge=0, lt=2**62)]
    """The number of the newest message that the user has read."""


class HandOff(RequestBody):
    reason: Comment | None = None
    """What the operator should know, at most 2,000 characters. Everyone in the conversation can read it."""


class Assignment(RequestBody):
    operator_id: UUID
    """An active administrator other than the client of the conversation."""


class NewRating(RequestBody):
    score: Annotated[StrictInt, Field(ge=1, le=5)]
    """From 1 (bad) to 5 (good)."""
    comment: Comment | None = None


class NewCannedReply(RequestBody):
    title: Line
    """The name in the operators' list, at most 200 characters."""
    text: Text
    """The text of the message, at most 4,000 characters."""


class CannedReplyChanges(PartialUpdate):
    """Omitted fields keep their value."""

    title: Line | None = None
    text: Text | None = None


class CannedReplyOut(ResponseBody):
    model_config = ConfigDict(title="CannedReply")

    id: UUID
    title: str
    text: str
    created_at: datetime
    updated_at: datetime


class Messages(ResponseBody):
    items: list[ChatMessage]
    """In the order of `seq`."""


class Unread(ResponseBody):
    total: int
    """Unread messages, counted up to 100."""
    conversations: int
    """Conversations with unread messages, counted up to 100."""
    support: int
    """Those of `total` that are in support conversations."""


class Addressee(ResponseBody):
    """A user to write to."""

    id: UUID
    name: str | None
    """The full name, or the username of a user without one."""
    username: str | None
    role: Role
    online: bool


class Addressees(ResponseBody):
    items: list[Addressee]
