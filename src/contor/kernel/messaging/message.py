"""Messages between services, and the envelope in which they travel."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from uuid_utils.compat import uuid7

from contor.kernel.clock import now


class Message(BaseModel):
    """A fact in the past tense: `class UserDeleted(Message, key="user.deleted")` has a dotted key, and its data.

    `durable` messages go through the outbox and reach every subscriber at least once; the others may be lost.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: ClassVar[str]
    durable: ClassVar[bool] = True

    id: UUID = Field(default_factory=uuid7)
    occurred_at: datetime = Field(default_factory=now)

    def __init_subclass__(cls, *, key: str | None = None, durable: bool | None = None) -> None:
        super().__init_subclass__()
        if key is not None:
            cls.key = key
        if durable is not None:
            cls.durable = durable


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message in its wire form: `body` is UTF-8 JSON."""

    key: str
    id: UUID
    body: bytes
    durable: bool = True

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(message.key, message.id, message.model_dump_json().encode(), message.durable)
