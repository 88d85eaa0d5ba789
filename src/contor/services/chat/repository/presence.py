"""Which users are connected to which replica of communication."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.database import Repository
from contor.services.chat.models import Presence

# Of members, only those who may still see the conversation: an operator who is no administrator any more may not.
AUDIENCES = text("""
    SELECT u.id, u.role = 'client' AS is_client,
        ARRAY(
            SELECT DISTINCT theirs.user_id
            FROM participants mine
            JOIN conversations c ON c.id = mine.conversation_id
            JOIN participants theirs ON theirs.conversation_id = mine.conversation_id AND theirs.member
            JOIN people other ON other.id = theirs.user_id
            WHERE mine.user_id = u.id AND mine.member AND theirs.user_id <> u.id
              AND (c.kind = 'direct' OR theirs.user_id = c.client_id OR other.role = 'admin')
            LIMIT 1000
        ) AS audience
    FROM people u
    WHERE u.id = ANY(:users) AND NOT u.deleted
""")


class PresenceRepository(Repository):
    async def add(self, replica: UUID, users: Sequence[UUID], at: datetime) -> list[UUID]:
        """Record that these users are connected to the replica; return those who were offline before."""
        if not users:
            return []
        before = await self._online(users)
        # Sorted, because two replicas that update the same users in different orders would deadlock.
        rows = [{"user_id": user_id, "replica": replica, "seen_at": at} for user_id in sorted(set(users))]
        seen = insert(Presence).values(rows)
        seen = seen.on_conflict_do_update(
            index_elements=[Presence.user_id, Presence.replica],
            set_={"seen_at": seen.excluded.seen_at},
            where=Presence.seen_at < seen.excluded.seen_at,
        )
        await self.session.execute(seen)
        return [user_id for user_id in users if user_id not in before]

    async def remove(self, replica: UUID, users: Sequence[UUID], at: datetime) -> list[UUID]:
        """Record that these users disconnected from the replica; return those who are now offline."""
        gone = delete(Presence).where(Presence.user_id.in_(users), Presence.replica == replica, Presence.seen_at <= at)
        return await self._offline(set(await self.session.scalars(gone.returning(Presence.user_id))))

    async def purge(self, before: datetime) -> list[UUID]:
        """Delete presence that was not repeated since; return the users who are now offline."""
        old = delete(Presence).where(Presence.seen_at < before).returning(Presence.user_id)
        return await self._offline(set(await self.session.scalars(old)))

    async def audiences(self, users: Sequence[UUID]) -> list[tuple[UUID, bool, list[UUID]]]:
        """For each of these users: whether it is a client, and the users it shares a conversation with."""
        rows = await self.session.execute(AUDIENCES, {"users": list(users)})
        return [(row.id, row.is_client, row.audience) for row in rows]

    async def _offline(self, users: set[UUID]) -> list[UUID]:
        return sorted(users - await self._online(users)) if users else []

    async def _online(self, users: Collection[UUID]) -> set[UUID]:
        return set(await self.session.scalars(select(Presence.user_id).where(Presence.user_id.in_(users))))
