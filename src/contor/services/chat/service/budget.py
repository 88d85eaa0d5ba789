"""The daily limit of model usage for each user, counted for all replicas together."""

from datetime import date
from uuid import UUID

from contor.kernel.database import Database
from contor.services.chat.repository.model_usage import ModelUsageRepository
from contor.services.chat.settings import ChatSettings


class StoredBudget:
    """The `Budget` of an assistant. Uses its own transactions: usage counts even if the answer fails."""

    def __init__(self, database: Database, settings: ChatSettings) -> None:
        self._database = database
        self._limits = (settings.assistant_requests_per_day, settings.assistant_tokens_per_day)

    async def spend(self, user_id: UUID, day: date, requests: int, tokens: int) -> bool:
        """Add to the day's usage; whether it was within the limits before."""
        async with self._database.transaction() as session:
            total = await ModelUsageRepository(session).add(user_id, day, requests, tokens)
        return total[0] - requests < self._limits[0] and total[1] - tokens < self._limits[1]
