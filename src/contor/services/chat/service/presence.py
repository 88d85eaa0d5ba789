"""Who is connected, as far as communication said lately, and who is told when that changes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import PresenceChanged, PresenceReported
from contor.kernel.clock import now
from contor.kernel.messaging.outbox import emit
from contor.services.chat.repository.people import PresenceRepository


async def connected(session: AsyncSession, message: PresenceReported) -> None:
    """Keep what one replica of communication says."""
    presence = PresenceRepository(session)
    came = await presence.see(message.replica, message.connected, message.occurred_at)
    went = await presence.leave(message.replica, message.disconnected, message.occurred_at)
    await _tell(session, came, online=True)
    await _tell(session, went, online=False)


async def forget(session: AsyncSession, seconds: float) -> None:
    """Take for gone whoever was not heard of for so long: their replica may have died."""
    await _tell(
        session, await PresenceRepository(session).forget_before(now() - timedelta(seconds=seconds)), online=False
    )


async def _tell(session: AsyncSession, people: Sequence[UUID], *, online: bool) -> None:
    """To those whom each of these people has a conversation with, and of clients to administrators."""
    if not people:
        return
    acquainted = await PresenceRepository(session).acquainted(people)
    await emit(
        session,
        *(
            PresenceChanged(user_id=person, online=online, audience=audience, administrators=is_client)
            for person, is_client, audience in acquainted
        ),
    )
