"""The channels of a batch: cached from earlier batches, or locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contor.services.monitoring.ingestion.submission import Submission
from contor.services.monitoring.repository.ingest import Channel, IngestRepository

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
