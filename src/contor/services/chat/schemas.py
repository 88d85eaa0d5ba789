"""What goes into `/chat`; what comes out, `contracts/chat.py` says."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from contor.contracts.chat import ConversationKind
from contor.kernel.identity import Role

# PostgreSQL's text cannot hold a NUL, and no name has control characters.
LINE = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=LINE)]
Username = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=LINE)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")]
Query = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200, pattern=LINE)]
Seq = Annotated[int, Field(ge=0, lt=2**62)]
View = Literal["mine", "waiting", "all", "resolved"]

ATTACHMENTS = ("attachment", "attachments", "file", "files", "image", "images")


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewConversation(_Input):
    """Support, for the client who asks; or a conversation with these people, by id or exact username."""

    kind: ConversationKind
    participants: list[Annotated[UUID | Username, Field(union_mode="left_to_right")]] = Field([], max_length=20)
    title: Line | None = None


class _Texted(_Input):
    @model_validator(mode="before")
    @classmethod
    def _no_attachments(cls, given: Any) -> Any:
        if isinstance(given, dict) and (found := [name for name in ATTACHMENTS if name in given]):
            reason = "files cannot be sent in a conversation; write what they say, or where they are"
            raise PydanticCustomError("attachments_refused", "{found}: {reason}", {"found": found[0], "reason": reason})
        return given


class NewMessage(_Texted):
    """1 to 4,000 characters. `client_id` is made by the sender: the same one again is the same message."""

    text: Text
    client_id: UUID


class MessageChanges(_Texted):
    text: Text


class ReadMark(_Input):
    """Everything up to `seq` was read; an older mark than the one stored changes nothing."""

    seq: Annotated[StrictInt, Field(ge=0, lt=2**62)]


class HandOff(_Input):
    reason: Comment | None = None


class Assignment(_Input):
    operator_id: UUID


class NewRating(_Input):
    score: Annotated[StrictInt, Field(ge=1, le=5)]
    comment: Comment | None = None


class NewCannedReply(_Input):
    title: Line
    text: Text


class CannedReplyChanges(_Input):
    title: Line | None = None
    text: Text | None = None


class CannedReplyOut(BaseModel):
    model_config = ConfigDict(from_attributes=True, title="CannedReply")

    id: UUID
    title: str
    text: str
    created_at: datetime
    updated_at: datetime


class Unread(BaseModel):
    """`conversations` is how many have unread messages, `total` how many messages that are, at most 100 of each;
    `support` is how many of them are in support."""

    total: int
    conversations: int
    support: int


class Addressee(BaseModel):
    """Somebody one may write to."""

    id: UUID
    name: str | None
    username: str | None
    role: Role
    online: bool
