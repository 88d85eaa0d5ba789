"""How much of a model each person may use on a day, counted for all replicas together."""

from datetime import date
from uuid import UUID

from contor.kernel.database import Database
from contor.services.chat.repository.model_usage import UseRepository
from contor.services.chat.settings import ChatSettings


class StoredBudget:
    """The `Budget` of an assistant, in transactions of its own: what was used was used, whatever became of it."""

    def __init__(self, database: Database, settings: ChatSettings) -> None:
        self._database = database
        self._most = (settings.assistant_requests_per_day, settings.assistant_tokens_per_day)

    async def spend(self, user_id: UUID, day: date, requests: int, tokens: int) -> bool:
        """Add to the day's use; whether it was still within the limits before."""
        async with self._database.transaction() as session:
            used = await UseRepository(session).add(user_id, day, requests, tokens)
        return used[0] - requests < self._most[0] and used[1] - tokens < self._most[1]
