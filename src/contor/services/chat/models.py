"""The tables of conversations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from contor.contracts.chat import AuthorKind, ConversationKind, ConversationState
from contor.kernel.clock import now
from contor.kernel.identity import Role


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's own way
        str: Text(),
        Role: Text(),
        AuthorKind: Text(),
        ConversationKind: Text(),
        ConversationState: Text(),
        datetime: DateTime(timezone=True),
        int: BigInteger(),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
    }


class Person(Base):
    """A replica of a person, as far as conversations need it.

    Somebody who writes before we heard of them has a nameless row of version 0; a deleted person keeps a nameless
    row, so that a late message brings nobody back.
    """

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str | None]
    full_name: Mapped[str | None]
    role: Mapped[Role]
    disabled: Mapped[bool] = mapped_column(default=False)
    deleted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)

    @property
    def name(self) -> str | None:
        return self.full_name or self.username


class Conversation(Base):
    """A conversation. `counter` numbers its messages; `last_seq` is the newest that is not a note.

    `episode` counts how often support began anew. Of a resolved conversation `operator_id` is who resolved it.
    """

    __tablename__ = "conversations"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[ConversationKind]
    title: Mapped[str | None]
    state: Mapped[ConversationState | None]
    episode: Mapped[int] = mapped_column(default=1)
    client_id: Mapped[UUID | None]
    operator_id: Mapped[UUID | None]
    pair: Mapped[str | None]
    counter: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Participant(Base):
    """Somebody's read mark in a conversation; an administrator who only looks on is no `member` of it."""

    __tablename__ = "participants"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[bool]
    last_read_seq: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(default=now)


class StoredMessage(Base):
    """A message. `author_name` is kept only of an assistant: people may be renamed, and deleted."""

    __tablename__ = "messages"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    conversation_id: Mapped[UUID]
    seq: Mapped[int]
    author_kind: Mapped[AuthorKind]
    author_id: Mapped[UUID | None]
    author_role: Mapped[Role | None]
    author_name: Mapped[str | None]
    text: Mapped[str]
    note: Mapped[bool] = mapped_column(default=False)
    sources: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    offers_person: Mapped[bool] = mapped_column(default=False)
    event: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    client_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    search: Mapped[str] = mapped_column(Computed("made by the migration"), deferred=True, deferred_raiseload=True)


class AnswerDue(Base):
    """A question the assistant has yet to answer; past `due_at` a person is asked, whatever became of its process."""

    __tablename__ = "answers_due"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    question_seq: Mapped[int] = mapped_column(primary_key=True)
    episode: Mapped[int]
    due_at: Mapped[datetime]


class ModelUse(Base):
    """What a person used of the model on one day."""

    __tablename__ = "model_use"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int]
    tokens: Mapped[int]


class Rating(Base):
    """What the client thought of the help in one episode."""

    __tablename__ = "ratings"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]
    comment: Mapped[str | None]
    operator_id: Mapped[UUID | None]
    rated_at: Mapped[datetime] = mapped_column(default=now)


class CannedReply(Base):
    """A text the operators have at hand."""

    __tablename__ = "canned_replies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    title: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Presence(Base):
    """Somebody is connected to one replica of communication, as far as was heard at `seen_at`."""

    __tablename__ = "presence"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    replica: Mapped[UUID] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
