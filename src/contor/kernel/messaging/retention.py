"""What was published or handled long ago is forgotten, or outbox and inbox would grow for ever."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from contor.kernel.clock import now
from contor.kernel.database import Database
from contor.kernel.messaging.inbox import inbox
from contor.kernel.messaging.outbox import outbox
from contor.kernel.telemetry import log

PUBLISHED_KEPT = timedelta(days=1)
"""What a restored backup publishes again."""
HANDLED_KEPT = timedelta(days=30)
"""No broker, outbox or restored backup repeats a message after so long."""
PAUSE_SECONDS = 300.0


async def forget_old(database: Database) -> None:
    """Delete what is older than is kept. By id, whose first bits are a time (UUIDv7): that index is there anyway."""
    moment = now()
    async with database.transaction() as session:
        published = outbox.c.published_at.is_not(None)
        await session.execute(delete(outbox).where(outbox.c.id < _first_id(moment - PUBLISHED_KEPT), published))
        await session.execute(delete(inbox).where(inbox.c.message_id < _first_id(moment - HANDLED_KEPT)))


async def keep_forgetting(service: str, database: Database) -> None:
    """Do so every few minutes, for ever."""
    while True:
        try:
            await forget_old(database)
        except Exception as error:
            log.warning("old_messages_not_forgotten", service=service, error=repr(error)[:300])
        await asyncio.sleep(PAUSE_SECONDS)


def _first_id(moment: datetime) -> UUID:
    """Less than the id of everything that came about since."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
