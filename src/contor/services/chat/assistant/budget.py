"""What each person has used of the model today, kept in this process."""

from datetime import date
from uuid import UUID


class MemoryBudget:
    """Forgets at a restart and counts for one replica alone; a repository's does neither."""

    def __init__(self, requests: int, tokens: int) -> None:
        self._most = (requests, tokens)
        self._day: date | None = None
        self._used: dict[UUID, tuple[int, int]] = {}

    async def spend(self, user_id: UUID, day: date, requests: int, tokens: int) -> bool:
        """Add to the day's use; whether it was still within the limits before."""
        if day != self._day:
            self._day, self._used = day, {}
        before = self._used.get(user_id, (0, 0))
        self._used[user_id] = (before[0] + requests, before[1] + tokens)
        return before[0] < self._most[0] and before[1] < self._most[1]
