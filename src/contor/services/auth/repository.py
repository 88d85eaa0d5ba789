"""Every SQL statement of auth."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.clock import now
from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.services.auth.models import (
    Account,
    Attempts,
    AuditEntry,
    EndedSession,
    SignedInSession,
    SigningKey,
)

MOST = 1_000
"""Failures beyond this change nothing any more."""

BULK = {"synchronize_session": False}
"""Nothing loaded is used after these statements."""


class Accounts(Repository):
    async def add(self, account: Account) -> bool:
        """Store a new account; false when the username is taken, whatever its case."""
        values = {column.key: getattr(account, column.key) for column in Account.__table__.columns}
        statement = insert(Account).values(values).on_conflict_do_nothing().returning(Account.id)
        return (await self.session.execute(statement)).first() is not None

    async def get(self, account_id: UUID) -> Account | None:
        return await self.session.get(Account, account_id)

    async def by_username(self, username: str) -> Account | None:
        found = await self.session.scalars(select(Account).where(func.lower(Account.username) == username.lower()))
        return found.one_or_none()

    async def lock(self, account_id: UUID) -> Account | None:
        """The account as it is now; until the transaction ends nobody else changes it or signs in to it."""
        statement = select(Account).where(Account.id == account_id).with_for_update()
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def lock_administrators(self) -> list[UUID]:
        """The ids of all administrators who can sign in, none of whom can be changed meanwhile by anybody else."""
        enabled = select(Account.id).where(Account.role == "admin", ~Account.disabled)
        return list(await self.session.scalars(enabled.order_by(Account.id).with_for_update()))

    async def remove(self, account_id: UUID) -> None:
        await self.session.execute(delete(Account).where(Account.id == account_id), execution_options=BULK)


class Sessions(Repository):
    async def add(self, signed_in: SignedInSession) -> None:
        self.session.add(signed_in)
        await self.session.flush()

    async def get(self, session_id: UUID) -> SignedInSession | None:
        """The session, if it has not ended or run out."""
        alive = SignedInSession.expires_at > func.now()
        return (
            await self.session.scalars(select(SignedInSession).where(SignedInSession.id == session_id, alive))
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
        """Replace `old` by `new` if it is the valid one, and return the account; of many at once, one succeeds."""
        statement = (
            update(SignedInSession)
            .where(SignedInSession.id == session_id, SignedInSession.token_hash == old)
            .where(SignedInSession.expires_at > func.now())
            .values(
                token_hash=new,
                previous_hash=old,
                rotated_at=func.now(),
                last_used_at=func.now(),
                expires_at=func.least(func.now() + literal(idle), SignedInSession.created_at + literal(absolute)),
                user_agent=user_agent,
                ip_address=ip_address,
            )
        )
        return await self.session.scalar(statement.returning(SignedInSession.account_id), execution_options=BULK)

    async def lost_race(self, session_id: UUID, old: bytes, leeway: timedelta) -> UUID | None:
        """The account, if `old` was the session's valid token until less than `leeway` ago."""
        raced = (
            select(SignedInSession.account_id)
            .where(SignedInSession.id == session_id, SignedInSession.previous_hash == old)
            .where(SignedInSession.rotated_at > func.now() - literal(leeway))
        )
        return await self.session.scalar(raced)

    async def holder(self, session_id: UUID, token_hash: bytes) -> UUID | None:
        """The account of a live session whose token this is, or was until the last rotation."""
        ours = (SignedInSession.token_hash == token_hash) | (SignedInSession.previous_hash == token_hash)
        return await self.session.scalar(
            select(SignedInSession.account_id).where(SignedInSession.id == session_id, ours)
        )

    async def of(self, account_id: UUID) -> Sequence[SignedInSession]:
        """Where that person is signed in, the latest used first, at most 200."""
        alive = select(SignedInSession).where(
            SignedInSession.account_id == account_id, SignedInSession.expires_at > func.now()
        )
        return (await self.session.scalars(alive.order_by(SignedInSession.last_used_at.desc()).limit(200))).all()

    async def end(self, account_id: UUID, *, only: UUID | None = None, but: UUID | None = None) -> list[UUID]:
        """End the sessions of an account (only one, or all but one) and return their ids."""
        statement = delete(SignedInSession).where(SignedInSession.account_id == account_id)
        if only is not None:
            statement = statement.where(SignedInSession.id == only)
        if but is not None:
            statement = statement.where(SignedInSession.id != but)
        ended = list(await self.session.scalars(statement.returning(SignedInSession.id), execution_options=BULK))
        if ended:
            rows = [{"id": session_id, "ended_at": now()} for session_id in ended]
            await self.session.execute(insert(EndedSession).values(rows).on_conflict_do_nothing())
        return ended

    async def ended_since(self, moment: datetime) -> list[UUID]:
        lately = select(EndedSession.id).where(EndedSession.ended_at > moment)
        return list(await self.session.scalars(lately))


class SigningKeys(Repository):
    async def all(self) -> Sequence[SigningKey]:
        """Oldest first."""
        return (await self.session.scalars(select(SigningKey).order_by(SigningKey.created_at))).all()

    async def add(self, key: SigningKey) -> None:
        self.session.add(key)
        await self.session.flush()

    async def drop(self, kids: Sequence[str]) -> None:
        await self.session.execute(delete(SigningKey).where(SigningKey.kid.in_(kids)))


class Throttled(Repository):
    async def counts(self, buckets: Sequence[bytes]) -> dict[bytes, tuple[int, float]]:
        """Failures of each bucket and the seconds since the last."""
        age = func.extract("epoch", func.clock_timestamp() - Attempts.last_at)
        rows = await self.session.execute(
            select(Attempts.bucket, Attempts.failures, age).where(Attempts.bucket.in_(buckets))
        )
        return {bucket: (failures, float(seconds)) for bucket, failures, seconds in rows}

    async def count(self, buckets: Sequence[bytes], window: timedelta) -> None:
        """One more failure of each bucket; one that was quiet for `window` starts anew."""
        # Always in the same order, so that two transactions never wait for each other.
        rows = [{"bucket": bucket, "failures": 1, "last_at": func.clock_timestamp()} for bucket in sorted(buckets)]
        statement = insert(Attempts).values(rows)
        quiet = Attempts.last_at < func.clock_timestamp() - literal(window)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[Attempts.bucket],
                set_={
                    "failures": case((quiet, 1), else_=func.least(Attempts.failures + 1, MOST)),
                    "last_at": statement.excluded.last_at,
                },
            )
        )

    async def forget(self, buckets: Sequence[bytes]) -> None:
        await self.session.execute(delete(Attempts).where(Attempts.bucket.in_(buckets)))


class Audit(Repository):
    async def add(self, entry: AuditEntry) -> None:
        self.session.add(entry)

    async def page(self, cursor: str | None, limit: int) -> tuple[list[tuple[AuditEntry, str | None]], str | None]:
        """Entries, each with the username of its account if that still exists; newest first."""
        named = select(AuditEntry, Account.username).outerjoin(Account, Account.id == AuditEntry.account_id)
        rows, following = await keyset_page(
            self.session, named, [AuditEntry.id], cursor=cursor, limit=limit, descending=True
        )
        return [(row[0], row[1]) for row in rows], following


class Housekeeping(Repository):
    async def purge(self, *, ended: datetime, quiet: datetime, audit: datetime) -> None:
        """Drop what nobody needs: run-out sessions, ended ones and counts and audit entries before these moments."""
        statements: list[Any] = [
            delete(SignedInSession).where(SignedInSession.expires_at < func.now()),
            delete(EndedSession).where(EndedSession.ended_at < ended),
            delete(Attempts).where(Attempts.last_at < quiet),
            delete(AuditEntry).where(AuditEntry.at < audit),
        ]
        for statement in statements:
            await self.session.execute(statement, execution_options=BULK)

    async def alone(self, task: int) -> None:
        """Wait until no other transaction does this task."""
        await self.session.execute(select(func.pg_advisory_xact_lock(task)))
