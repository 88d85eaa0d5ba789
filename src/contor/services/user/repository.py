"""SQL statements about users."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.database import Repository
from contor.kernel.identity import Role
from contor.kernel.pagination import keyset_page
from contor.kernel.search import contains, folded
from contor.services.user.models import DeletedUser, PendingAccountState, Profile

SORT_KEYS: dict[str, Sequence[SQLColumnExpression[Any]]] = {
    "username": (folded(Profile.username), Profile.id),
    # Lists show the username of users without a name.
    "full_name": (folded(func.coalesce(Profile.full_name, Profile.username)), Profile.id),
    "created_at": (Profile.created_at, Profile.id),
}


class UserRepository(Repository):
    async def page(
        self, *, q: str | None, role: Role | None, disabled: bool | None, sort: str, cursor: str | None, limit: int
    ) -> tuple[list[Profile], str | None]:
        """`sort` is a name of `SORT_KEYS`, descending with a leading '-'."""
        statement = select(Profile)
        if q:
            statement = statement.where(contains(Profile.search, q))
        if role is not None:
            statement = statement.where(Profile.role == role)
        if disabled is not None:
            statement = statement.where(Profile.disabled.is_(disabled))
        key = SORT_KEYS[sort.removeprefix("-")]
        descending = sort.startswith("-")
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=descending)

    async def lock(self, user_id: UUID) -> None:
        """Lock the user until the end of the transaction, even when there is no row yet (advisory lock)."""
        await self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(user_id), 0))))

    async def get(self, user_id: UUID) -> Profile | None:
        return await self.session.get(Profile, user_id)

    async def add(self, profile: Profile) -> None:
        self.session.add(profile)
        await self.session.flush()

    async def delete(self, profile: Profile) -> None:
        """Replace the profile by a tombstone."""
        await self.session.delete(profile)
        self.session.add(DeletedUser(id=profile.id))
        await self.session.flush()

    async def is_deleted(self, user_id: UUID) -> bool:
        return await self.session.get(DeletedUser, user_id) is not None

    async def lock_enabled_administrators(self) -> list[UUID]:
        """Lock the administrators who can sign in, until the end of the transaction; returns their ids."""
        found = await self.session.scalars(
            select(Profile.id)
            .where(Profile.role == "admin", Profile.disabled.is_(False))
            .order_by(Profile.id)
            .with_for_update()
        )
        return list(found)

    async def upsert_pending_state(self, account_id: UUID, version: int, role: Role, disabled: bool) -> None:
        """Store the state of an account without a profile, unless a newer version is stored."""
        values = {"version": version, "role": role, "disabled": disabled}
        statement = insert(PendingAccountState).values(id=account_id, **values)
        await self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[PendingAccountState.id], set_=values, where=PendingAccountState.version < version
            )
        )

    async def pop_pending_state(self, account_id: UUID) -> PendingAccountState | None:
        state = await self.session.get(PendingAccountState, account_id)
        if state is not None:
            await self.session.delete(state)
        return state
