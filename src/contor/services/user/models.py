"""The tables of people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Computed, DateTime, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contor.kernel.clock import now
from contor.kernel.identity import Role


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's own way
        str: Text(),
        Role: Text(),
        datetime: DateTime(timezone=True),
        int: BigInteger(),
    }


class Profile(Base):
    """A person. `id` is the account's; `role` and `disabled` are replicas of what auth decided.

    `version` counts the changes of the profile, `account_version` is auth's count as last heard.
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
    """What stays of a deleted person: the id, so that a late message does not bring them back."""

    __tablename__ = "deleted_users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime] = mapped_column(default=now)


class EarlyStanding(Base):
    """Role and standing of an account whose opening has not been heard yet: messages keep no order."""

    __tablename__ = "early_standings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    role: Mapped[Role]
    disabled: Mapped[bool]
