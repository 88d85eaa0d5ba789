"""Revocation: ending sessions and publishing it to every service."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import RevocationReason, SessionsRevoked
from contor.kernel.clock import now
from contor.kernel.identity import TOKEN_LIFETIME
from contor.kernel.messaging.outbox import emit
from contor.services.auth.repository import SessionRepository


async def revoke_sessions(
    session: AsyncSession,
    account_id: UUID,
    reason: RevocationReason,
    *,
    only: UUID | None = None,
    exclude: UUID | None = None,
) -> list[UUID]:
    """End the account's sessions, `only` one or all but `exclude`, and emit `SessionsRevoked`; returns their ids."""
    ended = await SessionRepository(session).end(account_id, only=only, exclude=exclude)
    if ended:
        await emit(session, SessionsRevoked(account_id=account_id, session_ids=ended, reason=reason))
    return ended


async def revoked_sessions(session: AsyncSession) -> list[UUID]:
    """Sessions that ended before their access tokens expired."""
    return await SessionRepository(session).ended_since(now() - timedelta(seconds=TOKEN_LIFETIME + 10))
