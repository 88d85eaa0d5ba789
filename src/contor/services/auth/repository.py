"""SQL statements about accounts, sessions, signing keys, failed attempts and the audit log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.clock import now
from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.services.auth.models import Account, AccountSession, AuditEntry, EndedSession, FailedAttempts, SigningKey

MAX_FAILURES = 1_000
"""The count stops here: the wait has long reached its maximum."""

NO_SYNC = {"synchronize_session": False}
"""For bulk statements whose rows are not used as loaded objects afterwards."""


class AccountRepository(Repository):
    async def add(self, account: Account) -> bool:
        """Insert the account; returns False when the username is taken in any case."""
        values = {column.key: getattr(account, column.key) for column in Account.__table__.columns}
        statement = insert(Account).values(values).on_conflict_do_nothing().returning(Account.id)
        return (await self.session.execute(statement)).first() is not None

    async def get(self, account_id: UUID) -> Account | None:
        return await self.session.get(Account, account_id)

    async def by_username(self, username: str) -> Account | None:
        found = await self.session.scalars(select(Account).where(func.lower(Account.username) == username.lower()))
        return found.one_or_none()

    async def lock(self, account_id: UUID) -> Account | None:
        """Lock the account until the end of the transaction, against changes and sign-ins; returns its current row."""
        statement = select(Account).where(Account.id == account_id).with_for_update()
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def lock_administrators(self) -> list[UUID]:
        """Lock the administrators who can sign in, until the end of the transaction; returns their ids."""
        enabled = select(Account.id).where(Account.role == "admin", ~Account.disabled)
        return list(await self.session.scalars(enabled.order_by(Account.id).with_for_update()))

    async def delete(self, account_id: UUID) -> None:
        await self.session.execute(delete(Account).where(Account.id == account_id), execution_options=NO_SYNC)


class SessionRepository(Repository):
    async def add(self, account_session: AccountSession) -> None:
        self.session.add(account_session)
        await self.session.flush()

    async def get(self, session_id: UUID) -> AccountSession | None:
        """The session unless it ended or expired."""
        active = AccountSession.expires_at > func.now()
        return (
            await self.session.scalars(select(AccountSession).where(AccountSession.id == session_id, active))
        ).one_or_none()

    async def rotate(
        self,
        session_id: UUID,
        *,
        old: bytes,
        new: bytes,
        idle: timedelta,
        absolute: timedelta,
        user_agent: str | None,
        ip_address: str | None,
    ) -> UUID | None:
        """Replace the token hash `old` by `new` if `old` is the valid one, and return the account's id.

        Of concurrent calls one succeeds.
        """
        statement = (
            update(AccountSession)
            .where(AccountSession.id == session_id, AccountSession.token_hash == old)
            .where(AccountSession.expires_at > func.now())
            .values(
                token_hash=new,
                previous_hash=old,
                rotated_at=func.now(),
                last_used_at=func.now(),
                expires_at=func.least(func.now() + literal(idle), AccountSession.created_at + literal(absolute)),
                user_agent=user_agent,
                ip_address=ip_address,
            )
        )
        return await self.session.scalar(statement.returning(AccountSession.account_id), execution_options=NO_SYNC)

    async def account_of_previous_token(self, session_id: UUID, token_hash: bytes, leeway: timedelta) -> UUID | None:
        """The account's id if this token was replaced less than `leeway` ago."""
        statement = (
            select(AccountSession.account_id)
            .where(AccountSession.id == session_id, AccountSession.previous_hash == token_hash)
            .where(AccountSession.rotated_at > func.now() - literal(leeway))
        )
        return await self.session.scalar(statement)

    async def account_of_token(self, session_id: UUID, token_hash: bytes) -> UUID | None:
        """The account's id if this is the session's valid or previous token."""
        matches = (AccountSession.token_hash == token_hash) | (AccountSession.previous_hash == token_hash)
        return await self.session.scalar(
            select(AccountSession.account_id).where(AccountSession.id == session_id, matches)
        )

    async def list_active(self, account_id: UUID) -> Sequence[AccountSession]:
        """The account's sessions, the most recently used first, at most 200."""
        active = select(AccountSession).where(
            AccountSession.account_id == account_id, AccountSession.expires_at > func.now()
        )
        return (await self.session.scalars(active.order_by(AccountSession.last_used_at.desc()).limit(200))).all()

    async def end(self, account_id: UUID, *, only: UUID | None = None, exclude: UUID | None = None) -> list[UUID]:
        """End the sessions of an account and return their ids."""
        statement = delete(AccountSession).where(AccountSession.account_id == account_id)
        if only is not None:
            statement = statement.where(AccountSession.id == only)
        if exclude is not None:
            statement = statement.where(AccountSession.id != exclude)
        ended = list(await self.session.scalars(statement.returning(AccountSession.id), execution_options=NO_SYNC))
        if ended:
            rows = [{"id": session_id, "ended_at": now()} for session_id in ended]
            await self.session.execute(insert(EndedSession).values(rows).on_conflict_do_nothing())
        return ended

    async def ended_since(self, moment: datetime) -> list[UUID]:
        return list(await self.session.scalars(select(EndedSession.id).where(EndedSession.ended_at > moment)))


class SigningKeyRepository(Repository):
    async def all(self) -> Sequence[SigningKey]:
        """Oldest first."""
        return (await self.session.scalars(select(SigningKey).order_by(SigningKey.created_at))).all()

    async def add(self, key: SigningKey) -> None:
        self.session.add(key)
        await self.session.flush()

    async def delete(self, kids: Sequence[str]) -> None:
        await self.session.execute(delete(SigningKey).where(SigningKey.kid.in_(kids)))


class AttemptRepository(Repository):
    async def counts(self, buckets: Sequence[bytes]) -> dict[bytes, tuple[int, float]]:
        """Failures of each bucket, and seconds since the last."""
        age = func.extract("epoch", func.clock_timestamp() - FailedAttempts.last_at)
        rows = await self.session.execute(
            select(FailedAttempts.bucket, FailedAttempts.failures, age).where(FailedAttempts.bucket.in_(buckets))
        )
        return {bucket: (failures, float(seconds)) for bucket, failures, seconds in rows}

    async def add_failure(self, buckets: Sequence[bytes], window: timedelta) -> None:
        """Count a failure in each bucket; the count of a bucket without failures for `window` restarts at 1."""
        # Sorted: concurrent transactions lock the rows in the same order, so that they cannot deadlock.
        rows = [{"bucket": bucket, "failures": 1, "last_at": func.clock_timestamp()} for bucket in sorted(buckets)]
        statement = insert(FailedAttempts).values(rows)
        expired = FailedAttempts.last_at < func.clock_timestamp() - literal(window)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[FailedAttempts.bucket],
                set_={
                    "failures": case((expired, 1), else_=func.least(FailedAttempts.failures + 1, MAX_FAILURES)),
                    "last_at": statement.excluded.last_at,
                },
            )
        )

    async def delete(self, buckets: Sequence[bytes]) -> None:
        await self.session.execute(delete(FailedAttempts).where(FailedAttempts.bucket.in_(buckets)))


class AuditRepository(Repository):
    async def add(self, entry: AuditEntry) -> None:
        self.session.add(entry)

    async def page(self, cursor: str | None, limit: int) -> tuple[list[Row[Any]], str | None]:
        """The columns of entries, and the username of their account unless it was deleted; the newest first."""
        columns = (*AuditEntry.__table__.columns, Account.username)
        entries = select(*columns).outerjoin(Account, Account.id == AuditEntry.account_id)
        return await keyset_page(self.session, entries, [AuditEntry.id], cursor=cursor, limit=limit, descending=True)


class MaintenanceRepository(Repository):
    async def purge(self, *, ended_before: datetime, attempts_before: datetime, audit_before: datetime) -> None:
        """Delete expired sessions, and older ended sessions, failed attempts and audit entries."""
        statements: list[Any] = [
            delete(AccountSession).where(AccountSession.expires_at < func.now()),
            delete(EndedSession).where(EndedSession.ended_at < ended_before),
            delete(FailedAttempts).where(FailedAttempts.last_at < attempts_before),
            delete(AuditEntry).where(AuditEntry.at < audit_before),
        ]
        for statement in statements:
            await self.session.execute(statement, execution_options=NO_SYNC)

    async def advisory_lock(self, key: int) -> None:
        """Hold the lock until the end of the transaction."""
        await self.session.execute(select(func.pg_advisory_xact_lock(key)))
