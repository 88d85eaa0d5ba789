"""The tables of users."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contor.kernel.clock import now
from contor.kernel.columns import COLUMN_TYPES
from contor.kernel.identity import Role


class Base(DeclarativeBase):
    type_annotation_map = COLUMN_TYPES


class Profile(Base):
    """A user. `id` is the account's; `role` and `disabled` are replicas of auth's.

    `version` counts the changes of the profile; `account_version` is the newest account version received from auth.
    """

    __tablename__ = "profiles"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str]
    role: Mapped[Role]
    disabled: Mapped[bool] = mapped_column(default=False)
    full_name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    account_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    search: Mapped[str] = mapped_column(Computed("made by the migration"), deferred=True, deferred_raiseload=True)


class DeletedUser(Base):
    """A tombstone, so that a late message does not restore a deleted user."""

    __tablename__ = "deleted_users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(default=now)


class PendingAccountState(Base):
    """Role and status of an account whose `AccountOpened` has not arrived yet: messages can arrive in any order."""

    __tablename__ = "early_standings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    role: Mapped[Role]
    disabled: Mapped[bool]
