"""Rejected readings: replaying and dismissing them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.services.monitoring.ingestion.decoders import decode_items
from contor.services.monitoring.ingestion.store_batch import record
from contor.services.monitoring.models import RejectedReading
from contor.services.monitoring.repository.writes import WritingRepository

REPLAYED_AT_ONCE = 5_000


async def replay_chosen(
    session: AsyncSession, identity: Identity, ids: Sequence[UUID] | None, code: str | None
) -> tuple[int, int]:
    """Try rejected readings again as an administrator; returns (used now, still rejected)."""
    rows = await WritingRepository(session).waiting(ids, code, REPLAYED_AT_ONCE)
    return await _replay(session, rows, identity.id, by_admin=True)


async def dismiss(session: AsyncSession, ids: Sequence[UUID] | None, code: str | None) -> int:
    """Put rejected readings aside for good; returns how many."""
    repository = WritingRepository(session)
    rows = await repository.waiting(ids, code, REPLAYED_AT_ONCE)
    await repository.close_rejected([row.id for row in rows], "dismissed")
    return len(rows)


async def replay_waiting(session: AsyncSession, device_id: UUID, owner_id: UUID | None) -> int:
    """Use the readings that waited for this device, with the rights of whoever sent them; returns how many."""
    used = 0
    repository = WritingRepository(session)
    while rows := await repository.waiting_for(device_id, owner_id, REPLAYED_AT_ONCE):
        senders = {(row.submitted_by, row.by_admin) for row in rows}
        taken = 0
        for sender, by_admin in senders:
            own = [row for row in rows if (row.submitted_by, row.by_admin) == (sender, by_admin)]
            taken += (await _replay(session, own, sender, by_admin=by_admin))[0]
        used += taken
        if taken < len(rows):
            break
    return used


async def _replay(
    session: AsyncSession, rows: Sequence[RejectedReading], sender: UUID | None, *, by_admin: bool
) -> tuple[int, int]:
    if not rows:
        return 0, 0
    submission = decode_items([row.payload for row in rows], sender, by_admin=by_admin)
    recorded = await record(await raw(session), [submission], keep_rejected=False)
    refused = {rejection.index: rejection for rejection in recorded.receipts[0].rejected}
    for n, row in enumerate(rows):
        if (rejection := refused.get(n)) is None:
            row.state = "replayed"
        else:
            row.code, row.detail = rejection.code, rejection.detail
    await session.flush()
    return len(rows) - len(refused), len(refused)
