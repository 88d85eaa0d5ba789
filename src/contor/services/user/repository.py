"""Every SQL statement about people."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.database import Repository
from contor.kernel.identity import Role
from contor.kernel.pagination import keyset_page
from contor.kernel.search import contains, folded
from contor.services.user.models import DeletedUser, EarlyStanding, Profile

ORDERS: dict[str, Sequence[SQLColumnExpression[Any]]] = {
    "username": (folded(Profile.username), Profile.id),
    # Someone without a name stands under the username, which is what a list shows of them.
    "full_name": (folded(func.coalesce(Profile.full_name, Profile.username)), Profile.id),
    "created_at": (Profile.created_at, Profile.id),
}


class UserRepository(Repository):
    async def page(
        self, *, q: str | None, role: Role | None, disabled: bool | None, sort: str, cursor: str | None, limit: int
    ) -> tuple[list[Profile], str | None]:
        """A page of profiles; `sort` is a name of ORDERS, with '-' in front for descending."""
        statement = select(Profile)
        if q:
            statement = statement.where(contains(Profile.search, q))
        if role is not None:
            statement = statement.where(Profile.role == role)
        if disabled is not None:
            statement = statement.where(Profile.disabled.is_(disabled))
        key = ORDERS[sort.removeprefix("-")]
        descending = sort.startswith("-")
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=descending)

    async def lock(self, user_id: UUID) -> None:
        """Be the only transaction that works on this person until it ends, whether there is a row yet or not."""
        await self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(user_id), 0))))

    async def get(self, user_id: UUID) -> Profile | None:
        return await self.session.get(Profile, user_id)

    async def add(self, profile: Profile) -> None:
        self.session.add(profile)
        await self.session.flush()

    async def remove(self, profile: Profile) -> None:
        """Delete the profile and remember its id."""
        await self.session.delete(profile)
        self.session.add(DeletedUser(id=profile.id))
        await self.session.flush()

    async def is_deleted(self, user_id: UUID) -> bool:
        return await self.session.get(DeletedUser, user_id) is not None

    async def lock_enabled_administrators(self) -> list[UUID]:
        """The ids of the administrators who can sign in; none of them changes before this transaction ends."""
        found = await self.session.scalars(
            select(Profile.id)
            .where(Profile.role == "admin", Profile.disabled.is_(False))
            .order_by(Profile.id)
            .with_for_update()
        )
        return list(found)

    async def keep_early_standing(self, user_id: UUID, version: int, role: Role, disabled: bool) -> None:
        """Keep the newest standing of an account that has no profile yet."""
        values = {"version": version, "role": role, "disabled": disabled}
        kept = insert(EarlyStanding).values(id=user_id, **values)
        newer = kept.on_conflict_do_update(
            index_elements=[EarlyStanding.id], set_=values, where=EarlyStanding.version < version
        )
        await self.session.execute(newer)

    async def take_early_standing(self, user_id: UUID) -> EarlyStanding | None:
        """The standing kept for this account, which is then forgotten."""
        standing = await self.session.get(EarlyStanding, user_id)
        if standing is not None:
            await self.session.delete(standing)
        return standing
