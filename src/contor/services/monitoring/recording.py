"""Recording readings: stored, added to the profile and held to the limit, in the caller's one transaction."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from contor.contracts.alerts import HourlyLimitExceeded, HourlyLimitRestored
from contor.kernel.message import now
from contor.kernel.outbox import emit_on
from contor.services.monitoring.profile import (
    UnusableValueError,
    energy_of,
    exact_kwh,
    hour_of,
    severity_of,
    start_of,
)
from contor.services.monitoring.readings import Submission
from contor.services.monitoring.rejections import Rejection
from contor.services.monitoring.repository import HotRepository, Hour

AT_BITS = 44
"""A reading's key is `meter << AT_BITS | epoch ms`: one integer sorts and hashes faster than a pair."""
AT_MASK = (1 << AT_BITS) - 1
RECENT = timedelta(hours=2)


@dataclass(slots=True)
class Receipt:
    """What became of one submission: every reading is accepted, a duplicate, rejected or, if patient, put off."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    put_off: list[int] = field(default_factory=list)
    """Positions of readings whose device is not known, in a submission that asked to wait for it."""

    def add(self, later: "Receipt") -> None:
        """Count in what became of the readings that were put off."""
        self.accepted += later.accepted
        self.duplicates += later.duplicates
        self.rejected += later.rejected
        self.put_off = []


@dataclass(slots=True)
class Recorded:
    """What became of a batch; `recent_meters` got a reading of the last two hours."""

    receipts: list[Receipt]
    stored: int
    recent_meters: set[int]


class Months(set[str]):
    """Partitions known to exist; kept by whoever records batch after batch, emptied when a batch failed."""


async def record(
    connection: asyncpg.Connection,
    submissions: Sequence[Submission],
    months: Months | None = None,
    *,
    keep_rejected: bool = True,
) -> Recorded:
    """Record a batch in the connection's open transaction. The same readings again change nothing."""
    repository = HotRepository(connection)
    meters = await _meters(repository, submissions)
    rows: dict[int, int] = {}
    keys: list[list[int]] = []
    receipts: list[Receipt] = []
    for submission in submissions:
        found, receipt = _resolve(submission, meters, rows)
        keys.append(found)
        receipts.append(receipt)
    recent_meters: set[int] = set()
    if rows:
        recent_meters = await _store(repository, connection, rows, keys, receipts, meters, months)
    if keep_rejected:
        await _keep_rejected(repository, submissions, receipts)
    for submission, receipt in zip(submissions, receipts, strict=True):
        settled = len(submission) + len(submission.rejections) - len(receipt.put_off)
        receipt.accepted = settled - receipt.duplicates - len(receipt.rejected)
    return Recorded(receipts, len(rows), recent_meters)


async def _meters(repository: HotRepository, submissions: Sequence[Submission]) -> dict[str, Any]:
    texts = {device for submission in submissions for device in submission.devices}
    ids: dict[str, UUID] = {}
    for given in texts:
        try:
            ids[given] = UUID(given)
        except ValueError:
            continue  # not an id: stays unknown, and is rejected as that
    by_id = await _locked(repository, set(ids.values()))
    if unknown := set(ids.values()) - by_id.keys():
        # One of them may be known in a moment, and replay what was kept for it before we have kept it.
        await repository.hold_back(unknown)
        by_id |= await _locked(repository, unknown)
    return {given: by_id[identifier] for given, identifier in ids.items() if identifier in by_id}


async def _locked(repository: HotRepository, devices: set[UUID]) -> dict[UUID, Any]:
    return {row["device_id"]: row for row in await repository.lock_meters(devices)} if devices else {}


def _resolve(submission: Submission, meters: dict[str, Any], rows: dict[int, int]) -> tuple[list[int], Receipt]:
    """Put the usable readings of a submission into `rows` ({key: mWh}); the rest into its receipt."""
    receipt = Receipt(rejected=list(submission.rejections))
    keys: list[int] = []
    by_admin, sender = submission.by_admin, submission.sender
    for position, (device, at_ms, value) in enumerate(
        zip(submission.devices, submission.instants, submission.values, strict=True)
    ):
        meter = meters.get(device)
        if meter is None or not (by_admin or meter["owner_id"] == sender):
            if submission.patient:
                receipt.put_off.append(position)
                continue
            detail = "no device with this id, or it is not yours; it is kept and replayed if the device appears"
            receipt.rejected.append(submission.rejection(position, "unknown_device", detail, "device_id"))
            continue
        try:
            energy = energy_of(value, meter["unit"])
        except UnusableValueError as error:
            receipt.rejected.append(submission.rejection(position, error.code, error.detail, "measurement_value"))
            continue
        key = meter["number"] << AT_BITS | at_ms
        if rows.get(key) == energy:
            receipt.duplicates += 1
        else:
            rows[key] = energy
            keys.append(key)
    return keys, receipt


async def _store(
    repository: HotRepository,
    connection: asyncpg.Connection,
    rows: dict[int, int],
    keys: list[list[int]],
    receipts: list[Receipt],
    meters: dict[str, Any],
    months: Months | None,
) -> set[int]:
    ordered = sorted(rows)
    numbers = [key >> AT_BITS for key in ordered]
    instants = [key & AT_MASK for key in ordered]
    await _ensure_months(repository, instants, Months() if months is None else months)
    hours = await repository.store(numbers, instants, [rows[key] for key in ordered])
    if (hours[0]["written"] if hours else 0) < len(ordered):
        same = {row["meter"] << AT_BITS | row["at"] for row in await repository.unchanged(numbers, instants)}
        for found, receipt in zip(keys, receipts, strict=True):
            receipt.duplicates += sum(key in same for key in found)
    by_number = {row["number"]: row for row in meters.values()}
    await _judge(connection, repository, hours, by_number)
    horizon = int((now() - RECENT).timestamp() * 1000)
    return {number for number, at_ms in zip(numbers, instants, strict=True) if at_ms > horizon}


async def _ensure_months(repository: HotRepository, instants: Iterable[int], months: Months) -> None:
    days = {at_ms // 86_400_000 for at_ms in instants}
    needed = {datetime.fromtimestamp(day * 86_400, UTC).replace(day=1) for day in days}
    missing = [month for month in needed if f"{month:%Y%m}" not in months]
    spans = [(month, (month + timedelta(days=32)).replace(day=1)) for month in sorted(missing)]
    if spans:
        await repository.ensure_partitions(
            (int(begin.timestamp() * 1000), int(end.timestamp() * 1000), f"{begin:%Y%m}") for begin, end in spans
        )
        months.update(f"{month:%Y%m}" for month in missing)


async def _judge(
    connection: asyncpg.Connection, repository: HotRepository, rows: Sequence[Any], meters: dict[int, Any]
) -> None:
    """Hold the local hours in these UTC hours to the meters' limits; raise or clear alerts."""
    judged: list[tuple[Hour, int]] = []
    unsure: set[Hour] = set()
    for row in rows:
        meter, first, energy = meters[row["meter"]], row["hour"] * 4, row["energy"]
        if (limit := meter["hourly_limit"]) is None:
            continue
        local = hour_of(first, meter["time_zone"])
        if local == (first, first + 4):
            if energy > limit:
                judged.append((Hour(row["meter"], *local, limit), energy))
            elif row["lowered"]:  # it may have an alert that no longer holds
                unsure.add(Hour(row["meter"], *local, limit))
        else:  # local hours begin at a half or a quarter there: the UTC hour touches two
            unsure.add(Hour(row["meter"], *local, limit))
            unsure.add(Hour(row["meter"], *hour_of(first + 3, meter["time_zone"]), limit))
    if unsure:
        judged += await repository.judge(sorted(unsure))
    if judged:
        await _raise_or_clear(connection, repository, judged, meters)


async def _raise_or_clear(
    connection: asyncpg.Connection, repository: HotRepository, judged: list[tuple[Hour, int]], meters: dict[int, Any]
) -> None:
    moment = now()
    rows = [
        (
            uuid7(),
            hour.meter,
            meters[hour.meter]["owner_id"],
            start_of(hour.first),
            start_of(hour.after),
            energy,
            hour.limit,
            severity_of(energy, hour.limit),
            "active" if energy > hour.limit else "cleared",
            moment,
        )
        for hour, energy in judged
    ]
    said: list[HourlyLimitExceeded | HourlyLimitRestored] = []
    for row in await repository.put_alerts(rows):
        if row["raised"] or row["cleared"]:
            kind = HourlyLimitExceeded if row["raised"] else HourlyLimitRestored
            said.append(kind.model_validate(_alert(row, meters[row["meter"]]["device_id"])))
    await emit_on(connection, *said)


def _alert(row: Any, device_id: UUID) -> dict[str, UUID | datetime | Decimal | str]:
    return {
        "alert_id": row["id"],
        "device_id": device_id,
        "owner_id": row["owner_id"],
        "hour_start": row["hour_start"],
        "hour_end": row["hour_end"],
        "energy_kwh": exact_kwh(row["energy"]),
        "limit_kwh": exact_kwh(row["hourly_limit"]),
        "severity": row["severity"],
        "raised_at": row["raised_at"],
    }


async def _keep_rejected(
    repository: HotRepository, submissions: Sequence[Submission], receipts: Sequence[Receipt]
) -> None:
    rows: dict[bytes, tuple[Any, ...]] = {}
    times: Counter[bytes] = Counter()
    for submission, receipt in zip(submissions, receipts, strict=True):
        for rejection in receipt.rejected:
            payload = json.dumps(rejection.payload)
            identity = f"{submission.sender}|{rejection.code}|{payload}".encode()
            fingerprint = hashlib.blake2b(identity, digest_size=16).digest()
            times[fingerprint] += 1
            rows[fingerprint] = (
                uuid7(),
                fingerprint,
                _canonical(rejection.device_id),
                rejection.code,
                rejection.detail,
                payload,
                submission.sender,
                submission.by_admin,
            )
    if rows:
        await repository.keep_rejected([(*row, times[fingerprint]) for fingerprint, row in rows.items()])


def _canonical(device_id: str | None) -> str | None:
    """Ids are written as PostgreSQL writes them, so that a device finds the readings that waited for it."""
    if device_id is None:
        return None
    try:
        return str(UUID(device_id))
    except ValueError:
        return device_id
