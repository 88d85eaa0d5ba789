"""Auth's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from contor.kernel.clock import now
from contor.kernel.identity import Role


class Base(DeclarativeBase):
    """Auth's own tables and nobody else's."""

    metadata = MetaData()
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text, Role: Text, bytes: LargeBinary}  # noqa: RUF012


class Account(Base):
    """Someone who can sign in. Usernames are unique whatever their case."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[str]
    role: Mapped[Role]
    disabled: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class SignedInSession(Base):
    """A family of refresh tokens, one of which is valid; gone from here as soon as it ends."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    token_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    rotated_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    user_agent: Mapped[str | None]
    ip_address: Mapped[str | None]


class EndedSession(Base):
    """A session that ended before its time; kept while access tokens of it may be alive."""

    __tablename__ = "ended_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(default=now)


class SigningKey(Base):
    """An Ed25519 key; the private half is sealed with the process's secret."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    sealed_key: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Attempts(Base):
    """Failures that were counted against one bucket of the throttle."""

    __tablename__ = "attempts"

    bucket: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class AuditEntry(Base):
    """A security-relevant act: who did what to whom, from where.

    Accounts are named by id only, so that the log forgets the names of people who are gone.
    """

    __tablename__ = "audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=now)
    action: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    ip_address: Mapped[str | None]
    detail: Mapped[str | None]
