"""Model usage counted in this process."""

from datetime import date
from uuid import UUID


class MemoryBudget:
    """A `Budget` for one process, reset at every restart."""

    def __init__(self, requests: int, tokens: int) -> None:
        self._limits = (requests, tokens)
        self._day: date | None = None
        self._usage: dict[UUID, tuple[int, int]] = {}

    async def spend(self, user_id: UUID, day: date, requests: int, tokens: int) -> bool:
        if day != self._day:
            self._day, self._usage = day, {}
        before = self._usage.get(user_id, (0, 0))
        self._usage[user_id] = (before[0] + requests, before[1] + tokens)
        return before[0] < self._limits[0] and before[1] < self._limits[1]
