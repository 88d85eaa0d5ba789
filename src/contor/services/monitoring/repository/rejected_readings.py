"""SQL of rejected readings as administrators list them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import RejectedReading


class RejectedReadingRepository(Repository):
    async def page(
        self, code: str | None, state: str, *, cursor: str | None, limit: int
    ) -> tuple[list[RejectedReading], str | None]:
        """Newest first; None is every reason."""
        readings = select(RejectedReading).where(RejectedReading.state == state)
        if code is not None:
            readings = readings.where(RejectedReading.code == code)
        key = [RejectedReading.received_at, RejectedReading.id]
        return await keyset_page(self.session, readings, key, cursor=cursor, limit=limit, descending=True)

    async def count_pending_by_code(self) -> Sequence[Any]:
        """(code, count, times, latest_at), the most frequent code first."""
        count = func.count().label("count")
        groups = (
            select(
                RejectedReading.code,
                count,
                func.sum(RejectedReading.times).label("times"),
                func.max(RejectedReading.received_at).label("latest_at"),
            )
            .where(RejectedReading.state == "pending")
            .group_by(RejectedReading.code)
            .order_by(count.desc())
        )
        return (await self.session.execute(groups)).mappings().all()
