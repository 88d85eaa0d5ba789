"""The tables of chat."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from contor.contracts.chat import AuthorKind, ConversationKind, ConversationState
from contor.kernel.clock import now
from contor.kernel.columns import COLUMN_TYPES
from contor.kernel.identity import Role


class Base(DeclarativeBase):
    type_annotation_map = COLUMN_TYPES | {
        AuthorKind: Text(),
        ConversationKind: Text(),
        ConversationState: Text(),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
    }


class User(Base):
    """A replica of a user.

    A user who writes before the first `UserChanged` arrived has a row of version 0 without names. A deleted user keeps
    a row without names, so that a late message does not restore them.
    """

    __tablename__ = "people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str | None]
    full_name: Mapped[str | None]
    role: Mapped[Role]
    disabled: Mapped[bool] = mapped_column(default=False)
    deleted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)


class Conversation(Base):
    """`counter` is the number of the newest message, `last_seq` of the newest that is not a note.

    `episode` starts at 1 and grows when a resolved conversation is reopened. A resolved conversation keeps its
    `operator_id`. `pair` holds the sorted ids of a conversation of two users, so that there is one for each pair.
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
    """A user's read mark in a conversation. An administrator who only reads it is not a `member`."""

    __tablename__ = "participants"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    member: Mapped[bool]
    last_read_seq: Mapped[int] = mapped_column(default=0)
    joined_at: Mapped[datetime] = mapped_column(default=now)


class StoredMessage(Base):
    """`author_name` is stored for the assistant only: users may be renamed and deleted."""

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


class PendingAnswer(Base):
    """A question that the assistant has not answered; after `due_at` the conversation is handed over to operators."""

    __tablename__ = "answers_due"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    question_seq: Mapped[int] = mapped_column(primary_key=True)
    episode: Mapped[int]
    due_at: Mapped[datetime]


class ModelUsage(Base):
    __tablename__ = "model_use"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int]
    tokens: Mapped[int]


class Rating(Base):
    __tablename__ = "ratings"

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]
    comment: Mapped[str | None]
    operator_id: Mapped[UUID | None]
    rated_at: Mapped[datetime] = mapped_column(default=now)


class CannedReply(Base):
    __tablename__ = "canned_replies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    title: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Presence(Base):
    """A user is connected to a replica of communication, as last reported at `seen_at`."""

    __tablename__ = "presence"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    replica: Mapped[UUID] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
