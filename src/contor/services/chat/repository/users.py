"""The replica of users."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, delete, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert

from contor.contracts.accounts import UserChanged
from contor.kernel.database import Repository, raw
from contor.kernel.identity import Identity
from contor.kernel.search import folded
from contor.services.chat.models import Presence, User
from contor.services.chat.repository.rows import UserRow, user_columns

MAX_ADMINISTRATORS = 200
# A literal, not a parameter: an index on an expression is used for the same expression only.
BY_NAME = folded(func.coalesce(User.full_name, User.username, literal_column("''", Text())))

ROWS = select(
    *(getattr(User, field) for field in UserRow._fields if field != "online"),
    exists().where(Presence.user_id == User.id),
)
BY_ID = f"SELECT {user_columns('u')} FROM people u WHERE u.id = ANY($1)"  # noqa: S608


class UserRepository(Repository):
    async def add_if_missing(self, identity: Identity) -> None:
        """Add a user whose `UserChanged` has not arrived yet, without a name."""
        new = insert(User).values(id=identity.id, role=identity.role, disabled=False, deleted=False, version=0)
        await self.session.execute(new.on_conflict_do_nothing())

    async def get_many(self, ids: Iterable[UUID]) -> dict[UUID, UserRow]:
        wanted = list(set(ids))
        if not wanted:
            return {}
        rows = await (await raw(self.session)).fetch(BY_ID, wanted)
        return {row["id"]: UserRow(*row) for row in rows}

    async def find_active(self, ids: Iterable[UUID], usernames: Iterable[str]) -> list[UserRow]:
        """The active users with one of these ids or usernames, ignoring the case of usernames."""
        lowered = [username.lower() for username in usernames]
        named = or_(User.id.in_(set(ids)), func.lower(User.username).in_(lowered))
        return await self._fetch_active(ROWS.where(named))

    async def list_administrators(self) -> list[UserRow]:
        """The active administrators by name."""
        administrators = ROWS.where(User.role == "admin").order_by(BY_NAME, User.id)
        return await self._fetch_active(administrators.limit(MAX_ADMINISTRATORS))

    async def upsert(self, message: UserChanged) -> User | None:
        """None, and no change, for a deleted user or an older version than the stored one."""
        values = message.model_dump(include={"username", "full_name", "role", "disabled", "version"})
        stored = insert(User).values(id=message.user_id, deleted=False, **values)
        newer = (User.version < message.version) & User.deleted.is_(False)
        stored = stored.on_conflict_do_update(index_elements=[User.id], set_=values, where=newer)
        user: User | None = await self.session.scalar(stored.returning(User))
        return user

    async def mark_deleted(self, user_id: UUID) -> None:
        """Delete the user's names; the row stays, so that a late `UserChanged` does not restore them."""
        deleted = {"deleted": True, "username": None, "full_name": None}
        stored = insert(User).values(id=user_id, role="client", disabled=True, version=0, **deleted)
        await self.session.execute(stored.on_conflict_do_update(index_elements=[User.id], set_=deleted))
        await self.session.execute(delete(Presence).where(Presence.user_id == user_id))

    async def _fetch_active(self, statement: Select[Any]) -> list[UserRow]:
        active = User.deleted.is_(False) & User.disabled.is_(False) & User.username.is_not(None)
        return [UserRow(*row) for row in await self.session.execute(statement.where(active))]
