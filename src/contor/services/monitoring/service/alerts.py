"""The rules of alerts, the fleet and rejected readings: who sees, acknowledges, replays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.alerts import AlertAcknowledged
from contor.kernel.clock import now
from contor.kernel.database import raw
from contor.kernel.errors import NotFound
from contor.kernel.identity import Identity
from contor.kernel.messaging.outbox import emit
from contor.services.monitoring.ingestion.decoders import decode_items
from contor.services.monitoring.ingestion.store_batch import record
from contor.services.monitoring.metering.slots import kwh
from contor.services.monitoring.models import Alert, Meter, RejectedReading
from contor.services.monitoring.repository.reads import Queries
from contor.services.monitoring.repository.writes import WritingRepository
from contor.services.monitoring.schemas import AlertOut, Attention, Fleet, MinuteCount
from contor.services.monitoring.service.consumption import owner_filter

REPLAYED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are asked for; None leaves a question open."""

    device_id: UUID | None = None
    state: str | None = None
    acknowledged: bool | None = None
    begin: datetime | None = None
    end: datetime | None = None

    def conditions(self, identity: Identity) -> list[Any]:
        given: list[tuple[object, Callable[[], Any]]] = [
            (owner_filter(identity), lambda: Alert.owner_id == identity.id),
            (self.device_id, lambda: Meter.device_id == self.device_id),
            (self.state, lambda: Alert.state == self.state),
            (self.acknowledged is False or None, lambda: Alert.acknowledged_at.is_(None)),
            (self.acknowledged or None, lambda: Alert.acknowledged_at.is_not(None)),
            (self.begin, lambda: Alert.hour_start >= self.begin),
            (self.end, lambda: Alert.hour_start < self.end),
        ]
        return [condition() for value, condition in given if value is not None]


async def alerts(
    session: AsyncSession, identity: Identity, wanted: AlertFilter, *, cursor: str | None, limit: int
) -> tuple[list[AlertOut], str | None]:
    """Alerts of their own meters, or of every meter for an administrator."""
    rows, following = await Queries(session).alerts(wanted.conditions(identity), cursor=cursor, limit=limit)
    return [_out(alert, device_id) for alert, device_id in rows], following


async def acknowledge(session: AsyncSession, identity: Identity, alert_id: UUID) -> AlertOut:
    """Take note of one alert; doing it again changes nothing. Raises `NotFound` for somebody else's."""
    await acknowledge_all(session, identity, [alert_id])
    conditions = [Alert.id == alert_id, *AlertFilter().conditions(identity)]
    rows, _ = await Queries(session).alerts(conditions, cursor=None, limit=1)
    if not rows:
        raise NotFound
    return _out(*rows[0])


async def acknowledge_all(session: AsyncSession, identity: Identity, ids: Sequence[UUID]) -> int:
    """Take note of these alerts; returns how many were open and theirs."""
    queries = Queries(session)
    moment = now()
    done = await queries.acknowledge(ids, owner_filter(identity), identity.id, moment)
    meters = await queries.meters_by_number([meter for _, meter, _ in done])
    await emit(
        session,
        *(
            AlertAcknowledged(
                alert_id=alert_id,
                device_id=meters[meter].device_id,
                owner_id=owner_id,
                acknowledged_at=moment,
                acknowledged_by=identity.id,
            )
            for alert_id, meter, owner_id in done
            if meter in meters
        ),
    )
    return len(done)


def _out(alert: Alert, device_id: UUID) -> AlertOut:
    return AlertOut.model_validate(
        {
            "id": alert.id,
            "device_id": device_id,
            "owner_id": alert.owner_id,
            "hour_start": alert.hour_start,
            "hour_end": alert.hour_end,
            "energy_kwh": kwh(alert.energy),
            "limit_kwh": kwh(alert.limit),
            "severity": alert.severity,
            "state": alert.state,
            "acknowledged_at": alert.acknowledged_at,
            "acknowledged_by": alert.acknowledged_by,
            "raised_at": alert.raised_at,
        }
    )


async def fleet(session: AsyncSession, silent_after: timedelta) -> Fleet:
    """How the meters are doing, and what needs a look."""
    queries = Queries(session)
    moment = now()
    row = await queries.fleet(int((moment - silent_after).timestamp() * 1000))
    counted = {m.minute: m.readings for m in await queries.minutes(moment - timedelta(hours=1))}
    minutes = [moment.replace(second=0, microsecond=0) - timedelta(minutes=n) for n in range(59, -1, -1)]
    attention = [Attention(kind="over_limit", **item) for item in row["over"] or []]
    attention += [Attention(kind="silent", **item) for item in row["quiet"] or []]
    if row["rejected_pending"]:
        attention.append(Attention(kind="rejected", count=row["rejected_pending"]))
    names = ("devices", "reporting", "silent", "never", "over_limit", "rejected_pending")
    return Fleet(
        **{name: row[name] for name in names},
        readings_per_minute=[MinuteCount(minute=minute, count=counted.get(minute, 0)) for minute in minutes],
        attention=attention,
    )


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
