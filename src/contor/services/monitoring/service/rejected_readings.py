"""Rejected readings: listing, replaying and dismissing them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.database import raw
from contor.kernel.identity import Identity
from contor.kernel.pagination import Page
from contor.services.monitoring.ingestion.reading_rules import check_items
from contor.services.monitoring.ingestion.store_batch import store_batch
from contor.services.monitoring.ingestion.submission import Submission
from contor.services.monitoring.models import RejectedReading
from contor.services.monitoring.repository.rejected_readings import RejectedReadingRepository
from contor.services.monitoring.schemas.rejected_readings import (
    Dismissed,
    RejectedChoice,
    RejectedGroup,
    RejectedOut,
    RejectionCode,
    RejectionState,
    Replayed,
)

MAX_REPLAYED = 5_000
"""Readings in one batch of a replay, and in one request."""
ANY_MS = 2**43
"""The latest timestamp of readings whose timestamps were accepted when they arrived."""


async def list_rejected(
    session: AsyncSession, code: RejectionCode | None, state: RejectionState, *, cursor: str | None, limit: int
) -> Page[RejectedOut]:
    rows, next_cursor = await RejectedReadingRepository(session).page(code, state, cursor=cursor, limit=limit)
    items = [RejectedOut.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


async def count_pending(session: AsyncSession) -> list[RejectedGroup]:
    rows = await RejectedReadingRepository(session).count_pending_by_code()
    return [RejectedGroup.model_validate(row) for row in rows]


async def replay_chosen(session: AsyncSession, identity: Identity, choice: RejectedChoice, latest: int) -> Replayed:
    """Store rejected readings, with timestamps up to `latest` (epoch ms), with the rights of this administrator."""
    rows = await RejectedReadingRepository(session).lock_pending(choice.ids, choice.code, MAX_REPLAYED)
    replayed = await _replay(session, rows, identity.id, latest, by_admin=True)
    return Replayed(replayed=replayed, still_rejected=len(rows) - replayed)


async def dismiss(session: AsyncSession, choice: RejectedChoice) -> Dismissed:
    repository = RejectedReadingRepository(session)
    rows = await repository.lock_pending(choice.ids, choice.code, MAX_REPLAYED)
    await repository.close([row.id for row in rows], "dismissed")
    return Dismissed(dismissed=len(rows))


async def replay_for_device(session: AsyncSession, device_id: UUID, owners: Collection[UUID]) -> None:
    """Store the readings that were rejected because the device was unknown or not their sender's at their time, with
    the rights of their senders; of people only those who have owned it.
    """
    repository, after = RejectedReadingRepository(session), None
    while rows := await repository.lock_of_device(device_id, owners, after, MAX_REPLAYED):
        after = rows[-1].id
        for sender, by_admin in {(row.submitted_by, row.by_admin) for row in rows}:
            own = [row for row in rows if (row.submitted_by, row.by_admin) == (sender, by_admin)]
            await _replay(session, own, sender, ANY_MS, by_admin=by_admin)


async def _replay(
    session: AsyncSession, rows: Sequence[RejectedReading], sender: UUID | None, latest: int, *, by_admin: bool
) -> int:
    """Returns how many are stored now; the others get their new reason."""
    if not rows:
        return 0
    readings = check_items((row.payload for row in rows), latest)
    stored = await store_batch(await raw(session), [Submission(readings, sender, by_admin)], replay=True)
    rejections = {rejection.index: rejection for rejection in stored.receipts[0].rejected}
    for index, row in enumerate(rows):
        if (rejection := rejections.get(index)) is None:
            row.state = "replayed"
        else:
            row.code, row.detail = rejection.code, rejection.detail
    await session.flush()
    return len(rows) - len(rejections)
