"""Ending sessions so that everybody hears of it."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.accounts import SessionsRevoked
from contor.kernel.clock import now
from contor.kernel.identity import TOKEN_LIFETIME
from contor.kernel.messaging.outbox import emit
from contor.services.auth.repository import Sessions

Reason = Literal["logout", "reuse", "password_changed", "role_changed", "disabled", "deleted", "ended"]


async def revoke(
    session: AsyncSession, account_id: UUID, reason: Reason, *, only: UUID | None = None, but: UUID | None = None
) -> list[UUID]:
    """End sessions of an account (only one, or all but one) and say so; returns their ids."""
    ended = await Sessions(session).end(account_id, only=only, but=but)
    if ended:
        await emit(session, SessionsRevoked(account_id=account_id, session_ids=ended, reason=reason))
    return ended


async def ended_lately(session: AsyncSession) -> list[UUID]:
    """Sessions of which an access token may be alive."""
    return await Sessions(session).ended_since(now() - timedelta(seconds=TOKEN_LIFETIME + 10))
