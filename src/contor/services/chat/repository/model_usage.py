"""What people used of the model."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.database import Repository
from contor.services.chat.models import ModelUse


class UseRepository(Repository):
    async def add(self, user_id: UUID, day: date, requests: int, tokens: int) -> tuple[int, int]:
        """Requests and tokens of the day with these."""
        use = insert(ModelUse).values(user_id=user_id, day=day, requests=requests, tokens=tokens)
        use = use.on_conflict_do_update(
            index_elements=[ModelUse.user_id, ModelUse.day],
            set_={"requests": ModelUse.requests + requests, "tokens": ModelUse.tokens + tokens},
        )
        row = (await self.session.execute(use.returning(ModelUse.requests, ModelUse.tokens))).one()
        return row.requests, row.tokens

    async def forget_before(self, day: date) -> None:
        await self.session.execute(delete(ModelUse).where(ModelUse.day < day))
