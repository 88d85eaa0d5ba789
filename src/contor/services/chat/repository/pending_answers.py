"""Questions that the assistant has not answered yet, stored so that any replica can hand over the overdue ones."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from contor.kernel.clock import now
from contor.kernel.database import Repository
from contor.services.chat.models import Conversation, PendingAnswer


class PendingAnswerRepository(Repository):
    async def add(self, conversation: Conversation, question_seq: int, due_at: datetime) -> None:
        key = {"conversation_id": conversation.id, "question_seq": question_seq}
        self.session.add(PendingAnswer(**key, episode=conversation.episode, due_at=due_at))
        await self.session.flush()

    async def remove(self, conversation_id: UUID, question_seq: int) -> bool:
        """Whether the answer to this question was still pending."""
        removed = delete(PendingAnswer).filter_by(conversation_id=conversation_id, question_seq=question_seq)
        return (await self.session.execute(removed.returning(PendingAnswer.question_seq))).first() is not None

    async def list_overdue(self, limit: int) -> list[tuple[UUID, int]]:
        """Conversations, with the episode, that have an overdue answer, most overdue first."""
        statement = select(PendingAnswer.conversation_id, PendingAnswer.episode).where(PendingAnswer.due_at < now())
        rows = await self.session.execute(statement.order_by(PendingAnswer.due_at).limit(limit))
        return list(dict.fromkeys((row.conversation_id, row.episode) for row in rows))

    async def remove_up_to(self, conversation_id: UUID, episode: int) -> None:
        removed = delete(PendingAnswer).where(
            PendingAnswer.conversation_id == conversation_id, PendingAnswer.episode <= episode
        )
        await self.session.execute(removed)
