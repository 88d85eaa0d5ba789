"""Plain rows for hot reads: an ORM entity takes ten times as long to make."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from contor.contracts.chat import AuthorKind
from contor.kernel.identity import Role


class MessageRow(NamedTuple):
    """The columns of `StoredMessage`."""

    id: UUID
    conversation_id: UUID
    seq: int
    author_kind: AuthorKind
    author_id: UUID | None
    author_role: Role | None
    author_name: str | None
    text: str
    note: bool
    sources: list[dict[str, Any]]
    offers_person: bool
    event: dict[str, Any] | None
    client_id: UUID | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None

    @classmethod
    def of(cls, record: Mapping[str, Any], prefix: str = "") -> Self:
        """From the columns of `message_columns`."""
        return cls._make(record[prefix + field] for field in cls._fields)


class UserRow(NamedTuple):
    """A user of the replica, and whether the user is connected."""

    id: UUID
    username: str | None
    full_name: str | None
    role: Role
    deleted: bool
    online: bool

    @property
    def name(self) -> str | None:
        return self.full_name or self.username

    @classmethod
    def of(cls, record: Mapping[str, Any], prefix: str) -> Self | None:
        """From the columns of `user_columns`; None if an outer join found no user."""
        found = cls._make(record[prefix + field] for field in cls._fields)
        return found if record[f"{prefix}id"] is not None else None


def message_columns(table: str, prefix: str = "") -> str:
    return ", ".join(f"{table}.{field} AS {prefix}{field}" for field in MessageRow._fields)


def user_columns(table: str, prefix: str = "") -> str:
    stored = ", ".join(f"{table}.{field} AS {prefix}{field}" for field in UserRow._fields if field != "online")
    return f"{stored}, EXISTS (SELECT FROM presence o WHERE o.user_id = {table}.id) AS {prefix}online"
