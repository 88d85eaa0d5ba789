"""Retention of the outbox and inbox tables."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from contor.kernel.clock import now
from contor.kernel.database import Database
from contor.kernel.messaging.inbox import inbox
from contor.kernel.messaging.outbox import outbox

PUBLISHED_RETENTION = timedelta(days=1)
"""A restored backup publishes these messages again."""
HANDLED_RETENTION = timedelta(days=30)
"""Longer than a broker, an outbox or a restored backup can repeat a message."""
PURGE_SECONDS = 300.0


async def purge_messages(database: Database) -> None:
    """Delete rows past their retention, by id: a UUIDv7 begins with its time, and the primary key is indexed."""
    moment = now()
    async with database.transaction() as session:
        published = outbox.c.published_at.is_not(None)
        await session.execute(delete(outbox).where(outbox.c.id < first_id(moment - PUBLISHED_RETENTION), published))
        await session.execute(delete(inbox).where(inbox.c.message_id < first_id(moment - HANDLED_RETENTION)))


def first_id(moment: datetime) -> UUID:
    """The lowest UUIDv7 of that moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
