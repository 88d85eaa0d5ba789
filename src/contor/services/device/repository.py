"""SQL statements about devices and the replica of their owners."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, Text, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import selectinload

from contor.kernel.clock import now
from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.kernel.search import contains, folded
from contor.services.device.models import Device, Owner

# A literal, not a parameter: PostgreSQL uses an expression index only for the identical expression.
EMPTY = literal_column("''", Text())
SORT_KEYS: dict[str, Sequence[SQLColumnExpression[Any]]] = {
    "name": (folded(Device.name), Device.id),
    "created_at": (Device.created_at, Device.id),
    # Devices without an owner come first: an administrator has to assign them.
    "owner": (folded(func.coalesce(Device.owner_full_name, Device.owner_username, EMPTY)), Device.id),
}

WITH_CHANNELS = selectinload(Device.channels)

NO_OWNER: dict[str, Any] = {"owner_id": None, "owner_username": None, "owner_full_name": None}


class DeviceRepository(Repository):
    async def page(
        self,
        *,
        q: str | None,
        owners: Sequence[UUID],
        unassigned: bool,
        sort: str,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[Device], str | None]:
        """A device must belong to each of `owners`. `sort` is a name of `SORT_KEYS`, descending with a leading '-'."""
        statement = select(Device).options(WITH_CHANNELS)
        if q:
            statement = statement.where(contains(Device.search, q))
        for owner_id in owners:
            statement = statement.where(Device.owner_id == owner_id)
        if unassigned:
            statement = statement.where(Device.owner_id.is_(None))
        key = SORT_KEYS[sort.removeprefix("-")]
        descending = sort.startswith("-")
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=descending)

    async def get(self, device_id: UUID, *, for_update: bool = False) -> Device | None:
        return await self.session.get(Device, device_id, options=[WITH_CHANNELS], with_for_update=for_update or None)

    async def add(self, device: Device) -> None:
        self.session.add(device)
        await self.session.flush()

    async def delete(self, device: Device) -> None:
        await self.session.delete(device)
        await self.session.flush()

    async def unassign_all(self, owner_id: UUID, since: datetime) -> Sequence[Device]:
        """Remove the owner from all their devices; returns these devices, updated."""
        unassigned = (
            update(Device)
            .where(Device.owner_id == owner_id)
            .values(NO_OWNER | {"owner_since": since, "version": Device.version + 1, "updated_at": now()})
            .returning(Device.id)
        )
        ids = (await self.session.scalars(unassigned)).all()
        return (await self.session.scalars(select(Device).where(Device.id.in_(ids)).options(WITH_CHANNELS))).all()


class OwnerRepository(Repository):
    async def get(self, owner_id: UUID, *, for_share: bool = False) -> Owner | None:
        statement = select(Owner).where(Owner.id == owner_id)
        if for_share:
            statement = statement.with_for_update(read=True)
        found: Owner | None = await self.session.scalar(statement)
        return found

    async def upsert(self, owner_id: UUID, version: int, username: str, full_name: str | None) -> None:
        """Store the owner's names, in their devices too, unless this version is not newer or the owner is deleted."""
        values = {"version": version, "username": username, "full_name": full_name}
        newer = (Owner.version < version) & Owner.deleted.is_(False)
        statement = insert(Owner).values(id=owner_id, deleted=False, **values)
        statement = statement.on_conflict_do_update(index_elements=[Owner.id], set_=values, where=newer)
        if (await self.session.execute(statement.returning(Owner.id))).first() is None:
            return
        renamed = update(Device).where(Device.owner_id == owner_id)
        await self.session.execute(renamed.values(owner_username=username, owner_full_name=full_name))

    async def mark_deleted(self, owner_id: UUID) -> None:
        """Store a tombstone without names, so that a late message does not restore the owner."""
        tombstone = {"deleted": True, "username": "", "full_name": None}
        statement = insert(Owner).values(id=owner_id, version=0, **tombstone)
        await self.session.execute(statement.on_conflict_do_update(index_elements=[Owner.id], set_=tombstone))
