"""The replica of people, and who of them is connected."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, delete, func, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from contor.contracts.accounts import UserChanged
from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity
from contor.kernel.search import folded
from contor.services.chat.models import Person, Presence
from contor.services.chat.repository.rows import PersonRow, person_columns

MOST_ADMINISTRATORS = 200
# Written out, not a parameter: an index over an expression serves only the same expression.
BY_NAME = folded(func.coalesce(Person.full_name, Person.username, literal_column("''", Text())))

KNOWN = f"SELECT {person_columns('p')} FROM people p WHERE p.id = ANY($1)"  # noqa: S608
ACQUAINTED = text("""
    SELECT p.id, p.role = 'client' AS is_client,
        ARRAY(
            SELECT DISTINCT theirs.user_id
            FROM participants mine
            JOIN conversations c ON c.id = mine.conversation_id
            JOIN participants theirs ON theirs.conversation_id = mine.conversation_id AND theirs.member
            JOIN people other ON other.id = theirs.user_id
            WHERE mine.user_id = p.id AND mine.member AND theirs.user_id <> p.id
              AND (c.kind = 'direct' OR theirs.user_id = c.client_id OR other.role = 'admin')
            LIMIT 1000
        ) AS others
    FROM people p
    WHERE p.id = ANY(:people) AND NOT p.deleted
""")


class PeopleRepository(Repository):
    async def ensure(self, identity: Identity) -> None:
        """See that there is a row of this person, of whom no message may have told yet."""
        new = insert(Person).values(id=identity.id, role=identity.role, disabled=False, deleted=False, version=0)
        await self.session.execute(new.on_conflict_do_nothing())

    async def by_id(self, ids: Iterable[UUID]) -> dict[UUID, PersonRow]:
        wanted = list(set(ids))
        if not wanted:
            return {}
        rows = await (await raw(self.session)).fetch(KNOWN, wanted)
        return {row["id"]: PersonRow(*row) for row in rows}

    async def addressees(self, ids: Iterable[UUID], usernames: Iterable[str]) -> Sequence[Person]:
        """Those of these ids and usernames (whatever their case) who can be written to."""
        lowered = [username.lower() for username in usernames]
        named = or_(Person.id.in_(set(ids)), func.lower(Person.username).in_(lowered))
        return (await self.session.scalars(select(Person).where(named, _there()))).all()

    async def administrators(self) -> Sequence[Person]:
        statement = select(Person).where(Person.role == "admin", _there())
        return (await self.session.scalars(statement.order_by(BY_NAME, Person.id).limit(MOST_ADMINISTRATORS))).all()

    async def store(self, message: UserChanged) -> Person | None:
        """Keep what is newest about a person, of a deleted one nothing; None when the message tells nothing new."""
        values = {
            "username": message.username,
            "full_name": message.full_name,
            "role": message.role,
            "disabled": message.disabled,
            "version": message.version,
        }
        stored = insert(Person).values(id=message.user_id, deleted=False, **values)
        newer = (Person.version < message.version) & Person.deleted.is_(False)
        stored = stored.on_conflict_do_update(index_elements=[Person.id], set_=values, where=newer)
        person: Person | None = await self.session.scalar(stored.returning(Person))
        return person

    async def store_deleted(self, person_id: UUID) -> None:
        """Forget a person's name and keep that there is nobody by this id any more."""
        gone = {"deleted": True, "username": None, "full_name": None}
        stored = insert(Person).values(id=person_id, role="client", disabled=True, version=0, **gone)
        await self.session.execute(stored.on_conflict_do_update(index_elements=[Person.id], set_=gone))
        await self.session.execute(delete(Presence).where(Presence.user_id == person_id))

    async def online(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those of these people who are connected somewhere."""
        return set(await self.session.scalars(select(Presence.user_id).where(Presence.user_id.in_(set(ids)))))


class PresenceRepository(Repository):
    async def see(self, replica: UUID, people: Sequence[UUID], at: datetime) -> list[UUID]:
        """Note that these people are connected to the replica; those whom nobody had seen before."""
        if not people:
            return []
        before = set(await self.session.scalars(select(Presence.user_id).where(Presence.user_id.in_(people))))
        # In one order, or two replicas that say the same people wait for each other.
        rows = [{"user_id": person, "replica": replica, "seen_at": at} for person in sorted(set(people))]
        seen = insert(Presence).values(rows)
        later = Presence.seen_at < seen.excluded.seen_at
        await self.session.execute(
            seen.on_conflict_do_update(
                index_elements=[Presence.user_id, Presence.replica],
                set_={"seen_at": seen.excluded.seen_at},
                where=later,
            )
        )
        return [person for person in people if person not in before]

    async def leave(self, replica: UUID, people: Sequence[UUID], at: datetime) -> list[UUID]:
        """Note that these people left the replica; those who are now connected nowhere."""
        gone = delete(Presence).where(Presence.user_id.in_(people), Presence.replica == replica, Presence.seen_at <= at)
        return await self._nowhere(set(await self.session.scalars(gone.returning(Presence.user_id))))

    async def forget_before(self, horizon: datetime) -> list[UUID]:
        """Drop what was not said again since; those who are now connected nowhere."""
        old = delete(Presence).where(Presence.seen_at < horizon).returning(Presence.user_id)
        return await self._nowhere(set(await self.session.scalars(old)))

    async def acquainted(self, people: Sequence[UUID]) -> list[tuple[UUID, bool, list[UUID]]]:
        """Of each of these people: whether they are a client of support, and who else is in their conversations."""
        rows = await self.session.execute(ACQUAINTED, {"people": list(people)})
        return [(row.id, row.is_client, row.others) for row in rows]

    async def _nowhere(self, left: set[UUID]) -> list[UUID]:
        if not left:
            return []
        elsewhere = set(await self.session.scalars(select(Presence.user_id).where(Presence.user_id.in_(left))))
        return sorted(left - elsewhere)


def _there() -> ColumnElement[bool]:
    return Person.deleted.is_(False) & Person.disabled.is_(False) & Person.username.is_not(None)
