"""How many readings were stored in each minute, for the overview of the fleet."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime

from contor.kernel.clock import now
from contor.kernel.database import Database, raw
from contor.kernel.periodic import periodic
from contor.kernel.postgres_errors import POSTGRES_ERRORS
from contor.kernel.telemetry import log
from contor.services.monitoring.repository.ingest import IngestRepository

FLUSH_SECONDS = 5.0


class ReceivedMinutes:
    """Counts in memory and adds to the database every few seconds: a statement a batch would slow ingestion down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts: Counter[datetime] = Counter()

    def add(self, readings: int) -> None:
        self._counts[now().replace(second=0, microsecond=0)] += readings

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with periodic(FLUSH_SECONDS, self._flush, failed="reading_counts_flush_failed"):
            yield
        try:
            await self._flush()
        except POSTGRES_ERRORS as error:
            log.warning("reading_counts_flush_failed", error=repr(error)[:200])

    async def _flush(self) -> None:
        counts, self._counts = self._counts, Counter()
        if counts:
            async with self._database.transaction() as session:
                await IngestRepository(await raw(session)).count_received(counts)
