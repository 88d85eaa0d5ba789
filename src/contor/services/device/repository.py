"""Every SQL statement about meters and the replica of their owners."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import SQLColumnExpression, Text, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.clock import now
from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.kernel.search import contains, folded
from contor.services.device.models import Device, Owner

# Written out, not a parameter: an index over an expression serves only the same expression.
EMPTY = literal_column("''", Text())
ORDERS: dict[str, Sequence[SQLColumnExpression[Any]]] = {
    "name": (folded(Device.name), Device.id),
    "created_at": (Device.created_at, Device.id),
    # Devices of nobody come first: they are the ones that wait for somebody to do something.
    "owner": (folded(func.coalesce(Device.owner_full_name, Device.owner_username, EMPTY)), Device.id),
}

NOBODY: dict[str, Any] = {"owner_id": None, "owner_username": None, "owner_full_name": None}
"""What a device holds of its owner when it has none."""


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
        """A page of devices that belong to each of `owners`; `sort` is a name of ORDERS, '-' in front: descending."""
        statement = select(Device)
        if q:
            statement = statement.where(contains(Device.search, q))
        for owner_id in owners:
            statement = statement.where(Device.owner_id == owner_id)
        if unassigned:
            statement = statement.where(Device.owner_id.is_(None))
        key = ORDERS[sort.removeprefix("-")]
        descending = sort.startswith("-")
        return await keyset_page(self.session, statement, key, cursor=cursor, limit=limit, descending=descending)

    async def get(self, device_id: UUID, *, locked: bool = False) -> Device | None:
        """The device; `locked`: nobody else changes it before this transaction ends."""
        return await self.session.get(Device, device_id, with_for_update=locked or None)

    async def add(self, device: Device) -> None:
        self.session.add(device)
        await self.session.flush()

    async def remove(self, device: Device) -> None:
        await self.session.delete(device)
        await self.session.flush()

    async def free_all_of(self, owner_id: UUID) -> Sequence[Device]:
        """Take that person's devices from them; the devices as they are now."""
        freed = (
            update(Device)
            .where(Device.owner_id == owner_id)
            .values(NOBODY | {"version": Device.version + 1, "updated_at": now()})
            .returning(Device)
        )
        return (await self.session.scalars(freed)).all()


class OwnerRepository(Repository):
    async def get(self, owner_id: UUID, *, kept: bool = False) -> Owner | None:
        """The replica's row; `kept`: the person is not deleted before this transaction ends."""
        statement = select(Owner).where(Owner.id == owner_id)
        if kept:
            statement = statement.with_for_update(read=True)
        found: Owner | None = await self.session.scalar(statement)
        return found

    async def store(self, owner_id: UUID, version: int, username: str, full_name: str | None) -> None:
        """Keep what is newest about a person, in their devices too; of a deleted one nothing."""
        values = {"version": version, "username": username, "full_name": full_name}
        stored = insert(Owner).values(id=owner_id, deleted=False, **values)
        newer = (Owner.version < version) & Owner.deleted.is_(False)
        stored = stored.on_conflict_do_update(index_elements=[Owner.id], set_=values, where=newer)
        if (await self.session.execute(stored.returning(Owner.id))).first() is None:
            return
        renamed = update(Device).where(Device.owner_id == owner_id)
        await self.session.execute(renamed.values(owner_username=username, owner_full_name=full_name))

    async def store_deleted(self, owner_id: UUID) -> None:
        """Forget a person's name and keep that there is nobody by this id any more."""
        gone = {"deleted": True, "username": "", "full_name": None}
        stored = insert(Owner).values(id=owner_id, version=0, **gone)
        await self.session.execute(stored.on_conflict_do_update(index_elements=[Owner.id], set_=gone))
