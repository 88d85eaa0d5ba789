"""SQL of stored readings."""

from sqlalchemy import select

from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import Reading


class ReadingRepository(Repository):
    async def page(
        self, meter: int, begin_ms: int, end_ms: int, *, cursor: str | None, limit: int
    ) -> tuple[list[Reading], str | None]:
        """Readings of [begin, end), oldest first."""
        readings = select(Reading).where(Reading.meter == meter, Reading.at >= begin_ms, Reading.at < end_ms)
        return await keyset_page(self.session, readings, [Reading.at], cursor=cursor, limit=limit)
