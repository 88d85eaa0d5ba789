"""How much each user used the language model, by day."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.database import Repository
from contor.services.chat.models import ModelUsage


class ModelUsageRepository(Repository):
    async def add(self, user_id: UUID, day: date, requests: int, tokens: int) -> tuple[int, int]:
        """Return the day's totals of requests and tokens, these included."""
        usage = insert(ModelUsage).values(user_id=user_id, day=day, requests=requests, tokens=tokens)
        usage = usage.on_conflict_do_update(
            index_elements=[ModelUsage.user_id, ModelUsage.day],
            set_={"requests": ModelUsage.requests + requests, "tokens": ModelUsage.tokens + tokens},
        )
        row = (await self.session.execute(usage.returning(ModelUsage.requests, ModelUsage.tokens))).one()
        return row.requests, row.tokens

    async def purge(self, before: date) -> None:
        await self.session.execute(delete(ModelUsage).where(ModelUsage.day < before))
