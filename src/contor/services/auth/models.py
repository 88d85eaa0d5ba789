"""The tables of accounts and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

from contor.kernel.clock import now
from contor.kernel.columns import COLUMN_TYPES
from contor.kernel.identity import Role


class Base(DeclarativeBase):
    type_annotation_map = COLUMN_TYPES


class Account(Base):
    """Usernames are unique in any case."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[str]
    role: Mapped[Role]
    disabled: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class AccountSession(Base):
    """A refresh token family, of which one token is valid. The row is deleted when the session ends."""

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
    """A session that ended before it expired; stored until its access tokens have expired."""

    __tablename__ = "ended_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(default=now)


class SigningKey(Base):
    """An Ed25519 key pair. The private key is encrypted with `CONTOR_SECRET`."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    sealed_key: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=now)


class FailedAttempts(Base):
    """The failures counted in one bucket of the throttle."""

    __tablename__ = "attempts"

    bucket: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class AuditEntry(Base):
    """A security-relevant action. Stores account ids, not names: no name remains after an account is deleted."""

    __tablename__ = "audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=now)
    action: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    ip_address: Mapped[str | None]
    detail: Mapped[str | None]
