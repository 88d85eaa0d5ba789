"""Quota and retention of the log of corrections. What is in force is kept while the meter exists."""

from datetime import timedelta

from contor.kernel.clock import now
from contor.kernel.database import Database, raw
from contor.kernel.messaging.retention import first_id
from contor.services.monitoring.repository.corrections import lock_purge, purge_excess, purge_old

REPLACED_RETENTION = timedelta(days=400)
MAX_LOGGED = 10_000
"""Replaced values of a channel; and as many deletions and ended corrections."""
RECENT = timedelta(hours=1)
"""Channels whose log has grown since are counted. Longer than any pause between two purges."""
BATCH = 10_000
"""Rows deleted in one transaction."""
PURGE_SECONDS = 60.0
"""One sender can log some 10,000 replaced values a second."""


async def purge_corrections(database: Database) -> None:
    """In one replica at a time."""
    purged = BATCH
    while purged >= BATCH:
        async with database.transaction() as session:
            connection, moment = await raw(session), now()
            if not await lock_purge(connection):
                return
            purged = await purge_old(connection, first_id(moment - REPLACED_RETENTION), BATCH)
            purged += await purge_excess(connection, first_id(moment - RECENT), BATCH, MAX_LOGGED)
