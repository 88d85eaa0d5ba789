"""Recording readings: stored, added to the profile and held to the limit, in the caller's one transaction.

Meters are remembered from batch to batch, so that a batch of what is usual is one statement: it locks them, and stores
nothing if one has changed since. Everything else, and every refusal, is decided with the meters locked first.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from contor.kernel.clock import now
from contor.services.monitoring.ingestion.decoders import Submission
from contor.services.monitoring.ingestion.limits import judge
from contor.services.monitoring.ingestion.rejections import Rejection
from contor.services.monitoring.metering.slots import UnusableValueError, energy_of
from contor.services.monitoring.repository.writes import HotRepository, KnownMeter

AT_BITS = 44
"""A reading's key is `meter << AT_BITS | epoch ms`: one integer sorts and hashes faster than a pair."""
AT_MASK = (1 << AT_BITS) - 1
RECENT = timedelta(hours=2)
MONTH = "%Y%m"
MOST_METERS = 200_000
"""Remembered by a writer, some 300 bytes each; after that it begins anew."""


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


@dataclass(slots=True)
class Memory:
    """What a writer keeps from batch to batch, and throws away when one failed."""

    months: set[str] = field(default_factory=set)
    """Partitions known to exist."""
    meters: dict[str, KnownMeter] = field(default_factory=dict)
    """By the id as it was sent; which of them has changed since is found when readings are stored."""

    def remember(self, meters: Mapping[str, KnownMeter]) -> None:
        if len(self.meters) > MOST_METERS:
            self.meters.clear()
        self.meters.update(meters)


@dataclass(slots=True)
class _Resolved:
    """Submissions, with what is known of their meters: the usable readings as {key: mWh}, and receipts for the rest."""

    rows: dict[int, int] = field(default_factory=dict)
    keys: list[list[int]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    meters: dict[int, KnownMeter] = field(default_factory=dict)


async def record(
    connection: asyncpg.Connection,
    submissions: Sequence[Submission],
    memory: Memory | None = None,
    *,
    keep_rejected: bool = True,
) -> Recorded:
    """Record a batch in the connection's open transaction. The same readings again change nothing."""
    repository = HotRepository(connection)
    memory = Memory() if memory is None else memory
    resolved = _remembered(submissions, memory)
    hours = await _store(repository, resolved, memory) if resolved else None
    if resolved is None or hours is None:
        locked = await _locked_meters(repository, submissions)
        memory.remember(locked)
        resolved = _resolve(submissions, locked)
        hours = await _store(repository, resolved, memory)
    assert hours is not None, "a meter changed under its lock"  # noqa: S101
    await judge(connection, repository, hours, resolved.meters)
    if keep_rejected:
        await _keep_rejected(repository, submissions, resolved.receipts)
    for submission, receipt in zip(submissions, resolved.receipts, strict=True):
        settled = len(submission) + len(submission.rejections) - len(receipt.put_off)
        receipt.accepted = settled - receipt.duplicates - len(receipt.rejected)
    return Recorded(resolved.receipts, len(resolved.rows), _recent_meters(resolved))


def _remembered(submissions: Sequence[Submission], memory: Memory) -> _Resolved | None:
    """None where memory alone must not decide: a meter or a month is not in it, or a reading would be refused.

    Whoever makes a month's partition has locked the meters first: two batches must not do so in another order.
    """
    if not all(device in memory.meters for submission in submissions for device in submission.devices):
        return None
    resolved = _resolve(submissions, memory.meters)
    for submission, receipt in zip(submissions, resolved.receipts, strict=True):
        if receipt.put_off or len(receipt.rejected) > len(submission.rejections):
            return None
    return None if _months(resolved.rows) - memory.months else resolved


async def _locked_meters(repository: HotRepository, submissions: Sequence[Submission]) -> dict[str, KnownMeter]:
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


async def _locked(repository: HotRepository, devices: set[UUID]) -> dict[UUID, KnownMeter]:
    return {meter.device_id: meter for meter in await repository.lock_meters(devices)} if devices else {}


def _resolve(submissions: Sequence[Submission], meters: Mapping[str, KnownMeter]) -> _Resolved:
    resolved = _Resolved()
    for submission in submissions:
        receipt = Receipt(rejected=list(submission.rejections))
        keys: list[int] = []
        by_admin, sender = submission.by_admin, submission.sender
        for position, (device, at_ms, value) in enumerate(
            zip(submission.devices, submission.instants, submission.values, strict=True)
        ):
            meter = meters.get(device)
            if meter is None or not (by_admin or meter.owner_id == sender):
                if submission.patient:
                    receipt.put_off.append(position)
                    continue
                detail = "no device with this id, or it is not yours; it is kept and replayed if the device appears"
                receipt.rejected.append(submission.rejection(position, "unknown_device", detail, "device_id"))
                continue
            try:
                energy = energy_of(value, meter.unit)
            except UnusableValueError as error:
                receipt.rejected.append(submission.rejection(position, error.code, error.detail, "measurement_value"))
                continue
            key = meter.number << AT_BITS | at_ms
            if resolved.rows.get(key) == energy:
                receipt.duplicates += 1
            else:
                resolved.rows[key] = energy
                resolved.meters[meter.number] = meter
                keys.append(key)
        resolved.keys.append(keys)
        resolved.receipts.append(receipt)
    return resolved


async def _store(repository: HotRepository, resolved: _Resolved, memory: Memory) -> list[Any] | None:
    """The hours that changed; None, with nothing stored, when a meter is not any more as it was resolved with."""
    if not resolved.rows:
        return []
    ordered = sorted(resolved.rows)
    numbers = [key >> AT_BITS for key in ordered]
    instants = [key & AT_MASK for key in ordered]
    await _ensure_months(repository, _months(resolved.rows), memory.months)
    values = [resolved.rows[key] for key in ordered]
    hours = await repository.store(list(resolved.meters.values()), numbers, instants, values)
    if hours is not None and (hours[0]["written"] if hours else 0) < len(ordered):
        same = {row["meter"] << AT_BITS | row["at"] for row in await repository.unchanged(numbers, instants)}
        for found, receipt in zip(resolved.keys, resolved.receipts, strict=True):
            receipt.duplicates += sum(key in same for key in found)
    return hours


def _recent_meters(resolved: _Resolved) -> set[int]:
    horizon = int((now() - RECENT).timestamp() * 1000)
    return {key >> AT_BITS for key in resolved.rows if key & AT_MASK > horizon}


async def _ensure_months(repository: HotRepository, needed: set[str], known: set[str]) -> None:
    if missing := sorted(needed - known):
        begins = [datetime.strptime(month, MONTH).replace(tzinfo=UTC) for month in missing]
        spans = [(begin, (begin + timedelta(days=32)).replace(day=1)) for begin in begins]
        await repository.ensure_partitions(
            (int(begin.timestamp() * 1000), int(end.timestamp() * 1000), f"{begin:{MONTH}}") for begin, end in spans
        )
        known.update(missing)


def _months(keys: Iterable[int]) -> set[str]:
    """The months that these readings belong to, as their partitions are called."""
    days = {(key & AT_MASK) // 86_400_000 for key in keys}
    return {f"{datetime.fromtimestamp(day * 86_400, UTC):{MONTH}}" for day in days}


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
