"""Which users are online, as communication reports it, and who is informed of changes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import PresenceChanged, PresenceReported
from contor.kernel.clock import now
from contor.kernel.messaging.outbox import emit
from contor.services.chat.repository.presence import PresenceRepository


async def when_presence_reported(message: PresenceReported, session: AsyncSession) -> None:
    presence = PresenceRepository(session)
    online = await presence.add(message.replica, message.connected, message.occurred_at)
    offline = await presence.remove(message.replica, message.disconnected, message.occurred_at)
    await _emit_changes(session, online, online=True)
    await _emit_changes(session, offline, online=False)


async def purge_expired(session: AsyncSession, seconds: float) -> None:
    """Take users offline whose connection was not reported for so long: the replica may have crashed."""
    offline = await PresenceRepository(session).purge(now() - timedelta(seconds=seconds))
    await _emit_changes(session, offline, online=False)


async def _emit_changes(session: AsyncSession, users: Sequence[UUID], *, online: bool) -> None:
    """To the users who share a conversation with each of these; administrators are informed of all clients."""
    if not users:
        return
    audiences = await PresenceRepository(session).audiences(users)
    await emit(
        session,
        *(
            PresenceChanged(user_id=user_id, online=online, audience=audience, administrators=is_client)
            for user_id, is_client, audience in audiences
        ),
    )
