"""Storing a batch in one transaction: readings, load profile, limits, rejected readings.

Channels are cached from batch to batch, so that an ordinary batch is one statement: it locks the meters, and stores
nothing if one has changed since. All other batches, and every rejection, are decided with the meters locked first.
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
from contor.services.monitoring.ingestion.limits import evaluate_limits
from contor.services.monitoring.ingestion.rejections import legible
from contor.services.monitoring.ingestion.submission import Receipt, Submission
from contor.services.monitoring.metering.units import InvalidValueError
from contor.services.monitoring.repository.ingest import Channel, IngestRepository

AT_BITS = 44
"""A reading's key is `channel << AT_BITS | epoch ms`: one integer sorts and hashes faster than a pair."""
AT_MASK = (1 << AT_BITS) - 1
RECENT = timedelta(hours=2)
MONTH = "%Y%m"
UNKNOWN_DEVICE = "no device with this id, or it is not yours; the reading is stored and replayed if the device appears"
NOT_OWNER_THEN = "the device was not yours at this time; send readings of the time in which you own it"
CORRECTED = "an administrator has corrected the reading of this time; it accepts no other value until that is undone"
VALUE_EXISTS = "another value is stored for this time, and a replay never replaces one; correct it if this one is right"

MAX_CHANNELS = 200_000
"""Cached by a writer, some 300 bytes each; then the cache is emptied."""


@dataclass(slots=True)
class ChannelCache:
    """What a writer knows from earlier batches; discarded when a batch fails."""

    months: set[str] = field(default_factory=set)
    """Partitions that exist."""
    channels: dict[str, Channel] = field(default_factory=dict)
    """By the device id as it was sent. Storing readings finds out whether one has changed."""

    def update(self, channels: Mapping[str, Channel]) -> None:
        if len(self.channels) > MAX_CHANNELS:
            self.channels.clear()
        self.channels.update(channels)


@dataclass(slots=True)
class StoredBatch:
    receipts: list[Receipt]
    readings: int
    recent: Mapping[int, Channel]
    """The channels, by number, that got a reading of the last two hours."""


@dataclass(slots=True)
class _Resolved:
    """The valid readings of submissions as {key: amount}, and receipts of the others."""

    rows: dict[int, int] = field(default_factory=dict)
    keys: list[list[int]] = field(default_factory=list)
    """Of each submission."""
    receipts: list[Receipt] = field(default_factory=list)
    channels: dict[int, Channel] = field(default_factory=dict)
    """By number."""


async def store_batch(
    connection: asyncpg.Connection,
    submissions: Sequence[Submission],
    cache: ChannelCache | None = None,
    *,
    replay: bool = False,
) -> StoredBatch:
    """Store a batch in the connection's open transaction. The same readings again change nothing.

    A `replay` of rejected readings never replaces a stored value, and does not store its rejections again.
    """
    repository = IngestRepository(connection)
    cache = ChannelCache() if cache is None else cache
    resolved = None if replay else _resolve_cached(submissions, cache)
    hours = await _store(repository, resolved, cache) if resolved else None
    if resolved is None or hours is None:
        channels = await _lock_channels(repository, submissions)
        cache.update(channels)
        resolved = _resolve(submissions, channels)
        if replay:
            resolved = _resolve(submissions, channels, await _stored_values(repository, resolved.rows))
        hours = await _store(repository, resolved, cache)
    assert hours is not None, "a meter changed under its lock"  # noqa: S101
    await evaluate_limits(connection, hours, resolved.channels)
    if hours and hours[0]["replaced"]:
        await _name_senders(repository, submissions, resolved)
    if not replay:
        await _store_rejected(repository, submissions, resolved.receipts)
    for submission, receipt in zip(submissions, resolved.receipts, strict=True):
        readings = submission.readings
        settled = len(readings.devices) + len(readings.rejections) - len(receipt.deferred)
        receipt.accepted = settled - receipt.duplicates - len(receipt.rejected)
    return StoredBatch(resolved.receipts, len(resolved.rows), _recent(resolved))


def _resolve_cached(submissions: Sequence[Submission], cache: ChannelCache) -> _Resolved | None:
    """None where the cache alone must not decide: it lacks a channel or a month, or a reading would be rejected.

    A month's partition is created with the meters locked: all batches take these locks in one order.
    """
    known = cache.channels
    if not all(device in known for submission in submissions for device in submission.readings.devices):
        return None
    resolved = _resolve(submissions, known)
    for submission, receipt in zip(submissions, resolved.receipts, strict=True):
        if receipt.deferred or len(receipt.rejected) > len(submission.readings.rejections):
            return None
    return None if months_of(resolved.rows) - cache.months else resolved


async def _lock_channels(repository: IngestRepository, submissions: Sequence[Submission]) -> dict[str, Channel]:
    """The channels of all known devices in these submissions, by the id as it was sent, locked until the commit."""
    sent = {device for submission in submissions for device in submission.readings.devices}
    ids = {device: identifier for device in sent if (identifier := _uuid_of(device)) is not None}
    wanted = set(ids.values())
    channels = await repository.lock_channels(wanted) if wanted else {}
    if unknown := wanted - channels.keys():
        await repository.lock_unknown_devices(unknown)
        channels |= await repository.lock_channels(unknown)
    return {device: channels[identifier] for device, identifier in ids.items() if identifier in channels}


def _uuid_of(device_id: str) -> UUID | None:
    try:
        return UUID(device_id)
    except ValueError:
        return None


async def _stored_values(repository: IngestRepository, keys: Iterable[int]) -> dict[int, int]:
    found = await repository.values([key >> AT_BITS for key in keys], [key & AT_MASK for key in keys])
    return {row["channel"] << AT_BITS | row["at"]: row["value"] for row in found}


def _resolve(
    submissions: Sequence[Submission], channels: Mapping[str, Channel], stored: Mapping[int, int] | None = None
) -> _Resolved:
    """`stored`: values by key that may not be replaced."""
    resolved = _Resolved()
    for submission in submissions:
        _resolve_submission(submission, channels, stored or {}, resolved)
    return resolved


def _resolve_submission(
    submission: Submission, channels: Mapping[str, Channel], stored: Mapping[int, int], resolved: _Resolved
) -> None:
    readings, by_admin, sender = submission.readings, submission.by_admin, submission.sender
    receipt, keys, units = Receipt(rejected=list(readings.rejections)), list[int](), readings.units

    def reject(code: str, detail: str, field: str) -> None:
        receipt.rejected.append(readings.rejection(position, code, detail, field))

    for position, (device, at_ms, value) in enumerate(
        zip(readings.devices, readings.instants, readings.values, strict=True)
    ):
        channel = channels.get(device)
        if channel is None or not (by_admin or channel.has_owned(sender)):
            if submission.wait_for_device:
                receipt.deferred.append(position)
            else:
                reject("unknown_device", UNKNOWN_DEVICE, "device_id")
            continue
        scale = channel.units.get(units[position]) if position in units else channel.scale
        if scale is None:
            reject("unsuitable_unit", _unsuitable_unit(channel, units[position]), "unit")
            continue
        try:
            amount = channel.kind.amount(value, scale, channel.largest)
        except InvalidValueError as error:
            reject(error.code, error.detail, "measurement_value")
            continue
        key = channel.number << AT_BITS | at_ms
        if not (by_admin or channel.owner_at(at_ms) == sender):
            reject("not_owner_then", NOT_OWNER_THEN, "timestamp")
        elif at_ms in channel.corrected:
            reject("corrected", CORRECTED, "timestamp")
        elif stored.get(key, amount) != amount:
            reject("value_exists", VALUE_EXISTS, "timestamp")
        elif resolved.rows.get(key) == amount:
            receipt.duplicates += 1
        else:
            resolved.rows[key] = amount
            resolved.channels[channel.number] = channel
            keys.append(key)
    resolved.keys.append(keys)
    resolved.receipts.append(receipt)


def _unsuitable_unit(channel: Channel, unit: str) -> str:
    return f'unit must be one of {", ".join(channel.units)} for this meter, not "{legible(unit)}"'


async def _store(repository: IngestRepository, resolved: _Resolved, cache: ChannelCache) -> list[Any] | None:
    """The UTC hours that changed; None, with nothing stored, when a channel has changed since it was cached."""
    if not resolved.rows:
        return []
    ordered = sorted(resolved.rows)
    numbers = [key >> AT_BITS for key in ordered]
    instants = [key & AT_MASK for key in ordered]
    await ensure_months(repository, months_of(resolved.rows), cache.months)
    amounts = [resolved.rows[key] for key in ordered]
    hours = await repository.store(list(resolved.channels.values()), numbers, instants, amounts)
    if hours is not None and (hours[0]["written"] if hours else 0) < len(ordered):
        unchanged = {row["channel"] << AT_BITS | row["at"] for row in await repository.unchanged(numbers, instants)}
        for keys, receipt in zip(resolved.keys, resolved.receipts, strict=True):
            receipt.duplicates += sum(key in unchanged for key in keys)
    return hours


async def _name_senders(repository: IngestRepository, submissions: Sequence[Submission], resolved: _Resolved) -> None:
    senders = {
        key: submission.sender
        for submission, keys in zip(submissions, resolved.keys, strict=True)
        if submission.sender is not None
        for key in keys
    }
    if senders:
        numbers, instants = [key >> AT_BITS for key in senders], [key & AT_MASK for key in senders]
        await repository.name_senders(numbers, instants, list(senders.values()))


def _recent(resolved: _Resolved) -> dict[int, Channel]:
    begin = int((now() - RECENT).timestamp() * 1000)
    numbers = {key >> AT_BITS for key in resolved.rows if key & AT_MASK > begin}
    return {number: resolved.channels[number] for number in numbers}


async def ensure_months(repository: IngestRepository, needed: set[str], known: set[str]) -> None:
    """Create the partitions of `needed` months that are not `known`, and add them to those."""
    if missing := sorted(needed - known):
        begins = [datetime.strptime(month, MONTH).replace(tzinfo=UTC) for month in missing]
        spans = [(begin, (begin + timedelta(days=32)).replace(day=1)) for begin in begins]
        await repository.ensure_partitions(
            (int(begin.timestamp() * 1000), int(end.timestamp() * 1000), f"{begin:{MONTH}}") for begin, end in spans
        )
        known.update(missing)


def months_of(keys: Iterable[int]) -> set[str]:
    """The months of readings with these keys or instants, as their partitions are called."""
    days = {(key & AT_MASK) // 86_400_000 for key in keys}
    return {f"{datetime.fromtimestamp(day * 86_400, UTC):{MONTH}}" for day in days}


async def _store_rejected(
    repository: IngestRepository, submissions: Sequence[Submission], receipts: Sequence[Receipt]
) -> None:
    """Equal rejections of one sender are one row, which counts them."""
    rows: dict[bytes, tuple[Any, ...]] = {}
    times: Counter[bytes] = Counter()
    for submission, receipt in zip(submissions, receipts, strict=True):
        for rejection in receipt.rejected:
            payload = json.dumps(rejection.payload)
            identity = f"{submission.sender}|{rejection.code}|{payload}".encode()
            fingerprint = hashlib.blake2b(identity, digest_size=16).digest()
            times[fingerprint] += 1
            # As PostgreSQL writes an id: by this the readings are found when the device appears.
            device_id = rejection.device_id and str(_uuid_of(rejection.device_id) or rejection.device_id)
            sender, code, detail = submission.sender, rejection.code, rejection.detail
            rows[fingerprint] = (uuid7(), fingerprint, device_id, code, detail, payload, sender, submission.by_admin)
    if rows:
        await repository.upsert_rejected([(*row, times[fingerprint]) for fingerprint, row in rows.items()])
