"""The channels of a batch: cached from batch to batch, or locked, and its readings resolved with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contor.services.monitoring.ingestion.submission import Receipt, Submission
from contor.services.monitoring.metering.units import InvalidValueError
from contor.services.monitoring.repository.ingest import Channel, IngestRepository

AT_BITS = 44
"""A reading's key is `meter << AT_BITS | epoch ms`: one integer sorts and hashes faster than a pair."""
AT_MASK = (1 << AT_BITS) - 1
MAX_CHANNELS = 200_000
"""Cached by a writer, some 300 bytes each; then the cache is emptied."""
UNKNOWN_DEVICE = "no device with this id, or it is not yours; the reading is stored and replayed if the device appears"


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
class Resolved:
    """The valid readings of submissions as {key: amount}, and receipts of the others."""

    rows: dict[int, int] = field(default_factory=dict)
    keys: list[list[int]] = field(default_factory=list)
    """Of each submission."""
    receipts: list[Receipt] = field(default_factory=list)
    channels: dict[int, Channel] = field(default_factory=dict)
    """By meter number."""


async def lock_channels(repository: IngestRepository, submissions: Sequence[Submission]) -> dict[str, Channel]:
    """The channels of all known devices in these submissions, by the id as it was sent, locked until the commit."""
    ids: dict[str, UUID] = {}
    for device in {device for submission in submissions for device in submission.readings.devices}:
        try:
            ids[device] = UUID(device)
        except ValueError:
            continue  # not an id, so an unknown device
    wanted = set(ids.values())
    channels = await repository.lock_channels(wanted) if wanted else {}
    if unknown := wanted - channels.keys():
        await repository.lock_unknown_devices(unknown)
        channels |= await repository.lock_channels(unknown)
    return {device: channels[identifier] for device, identifier in ids.items() if identifier in channels}


def resolve(submissions: Sequence[Submission], channels: Mapping[str, Channel]) -> Resolved:
    resolved = Resolved()
    rows, by_number = resolved.rows, resolved.channels
    for submission in submissions:
        readings, by_admin, sender = submission.readings, submission.by_admin, submission.sender
        receipt = Receipt(rejected=list(readings.rejections))
        keys: list[int] = []
        for position, (device, at_ms, value) in enumerate(
            zip(readings.devices, readings.instants, readings.values, strict=True)
        ):
            channel = channels.get(device)
            if channel is None or not (by_admin or channel.owner_id == sender):
                if submission.wait_for_device:
                    receipt.deferred.append(position)
                else:
                    receipt.rejected.append(readings.rejection(position, "unknown_device", UNKNOWN_DEVICE, "device_id"))
                continue
            try:
                amount = channel.kind.amount(value, channel.scale)
            except InvalidValueError as error:
                receipt.rejected.append(readings.rejection(position, error.code, error.detail, "measurement_value"))
                continue
            key = channel.number << AT_BITS | at_ms
            if rows.get(key) == amount:
                receipt.duplicates += 1
            else:
                rows[key] = amount
                by_number[channel.number] = channel
                keys.append(key)
        resolved.keys.append(keys)
        resolved.receipts.append(receipt)
    return resolved
