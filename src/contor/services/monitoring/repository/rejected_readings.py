"""SQL of rejected readings that are listed, replayed or dismissed."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from contor.kernel.database import Repository
from contor.kernel.pagination import keyset_page
from contor.services.monitoring.models import RejectedReading


class RejectedReadingRepository(Repository):
    async def page(
        self, code: str | None, state: str, *, cursor: str | None, limit: int
    ) -> tuple[list[RejectedReading], str | None]:
        """Newest first; None is every reason."""
        readings = select(RejectedReading).where(RejectedReading.state == state)
        if code is not None:
            readings = readings.where(RejectedReading.code == code)
        key = [RejectedReading.received_at, RejectedReading.id]
        return await keyset_page(self.session, readings, key, cursor=cursor, limit=limit, descending=True)

    async def count_pending_by_code(self) -> Sequence[Any]:
        """(code, count, times, latest_at), the most frequent code first."""
        count = func.count().label("count")
        groups = (
            select(
                RejectedReading.code,
                count,
                func.sum(RejectedReading.times).label("times"),
                func.max(RejectedReading.received_at).label("latest_at"),
            )
            .where(RejectedReading.state == "pending")
            .group_by(RejectedReading.code)
            .order_by(count.desc())
        )
        return (await self.session.execute(groups)).mappings().all()

    async def lock_of_device(
        self, device_id: UUID, owners: Collection[UUID], after: UUID | None, limit: int
    ) -> Sequence[RejectedReading]:
        """Pending readings, the oldest after `after` first, that were rejected because this device was unknown or not
        its sender's, sent by administrators or these owners.
        """
        pending = select(RejectedReading).where(
            RejectedReading.device_id == str(device_id),
            RejectedReading.code.in_(["unknown_device", "not_owner_then"]),
            RejectedReading.state == "pending",
            RejectedReading.by_admin | RejectedReading.submitted_by.in_(owners),
        )
        if after is not None:
            pending = pending.where(RejectedReading.id > after)
        return (await self.session.scalars(pending.order_by(RejectedReading.id).limit(limit).with_for_update())).all()

    async def lock_pending(self, ids: Sequence[UUID] | None, code: str | None, limit: int) -> Sequence[RejectedReading]:
        """Pending readings chosen by id or by reason, oldest first."""
        chosen = select(RejectedReading).where(RejectedReading.state == "pending").order_by(RejectedReading.id)
        if ids is not None:
            chosen = chosen.where(RejectedReading.id.in_(ids))
        if code is not None:
            chosen = chosen.where(RejectedReading.code == code)
        return (await self.session.scalars(chosen.limit(limit).with_for_update())).all()

    async def close(self, ids: Sequence[UUID], state: str) -> None:
        await self.session.execute(update(RejectedReading).where(RejectedReading.id.in_(ids)).values(state=state))
