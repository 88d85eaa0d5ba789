"""A load of readings from many meters, sent again until confirmed."""

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from tests.system.publishers import Publisher
from tests.system.users import Json, User

READINGS, BATCH = 100_000, 500
ZONES = ("Europe/Bucharest", "Asia/Kolkata", "America/St_Johns", "UTC") * 2
LIMIT_KWH = 1.0
BEGIN = datetime(2026, 3, 25, 3, 7, tzinfo=UTC)
"""The nine days from here contain the change to summer time in Bucharest."""
END = BEGIN + timedelta(minutes=READINGS // len(ZONES) + 60)

Key = tuple[str, int]
"""A device id and a time in epoch milliseconds."""


@dataclass
class ReadingLoad:
    """Readings in Wh by (device, time), and which of them were confirmed."""

    devices: dict[str, ZoneInfo]
    readings: dict[Key, int]
    batches: list[list[Key]]
    confirmed: set[Key] = field(default_factory=set)
    unconfirmed: Counter[str] = field(default_factory=Counter)
    """Failed attempts by error or status; each batch was sent again."""
    may_send: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def generate(cls, devices: list[Json], seed: int, readings: int = READINGS) -> "ReadingLoad":
        """One reading per minute and device: of nine days in the past, of which every fifth hour exceeds the limit, and
        of the last whole hour, which does."""
        rng = random.Random(seed)
        zones = {device["id"]: ZoneInfo(device["time_zone"]) for device in devices}
        values: dict[Key, int] = {}
        for minute in range(readings // len(devices)):
            at = int((BEGIN + timedelta(minutes=minute)).timestamp() * 1000)
            for device in zones:
                values[device, at] = rng.randint(18, 24) if minute // 60 % 5 == 2 else rng.randint(8, 14)
        for device, zone in zones.items():
            recent = hour_start(int(datetime.now(UTC).timestamp() * 1000), zone) - timedelta(hours=1)
            for minute in range(60):
                values[device, int((recent + timedelta(minutes=minute)).timestamp() * 1000)] = rng.randint(18, 24)
        keys = list(values)
        batches = [keys[n : n + BATCH] for n in range(0, len(keys), BATCH)]
        rng.shuffle(batches)
        load = cls(zones, values, batches)
        load.may_send.set()
        return load

    async def send(self, *publishers: Publisher) -> None:
        """Send an equal share through each publisher; return when every batch is confirmed."""
        async with asyncio.TaskGroup() as senders:
            for number, publisher in enumerate(publishers):
                senders.create_task(self._send_share(self.batches[number :: len(publishers)], publisher))

    async def _send_share(self, batches: list[list[Key]], publisher: Publisher) -> None:
        for batch in batches:
            while (error := await self._try_send(batch, publisher)) is not None:
                self.unconfirmed[error] += 1
                await asyncio.sleep(0.2)  # like a meter: send again what was not confirmed
            self.confirmed.update(batch)

    async def _try_send(self, batch: list[Key], publisher: Publisher) -> str | None:
        await self.may_send.wait()
        return await publisher(
            [
                {"device_id": device, "timestamp": at, "measurement_value": self.readings[device, at] / 1000}
                for device, at in batch
            ]
        )

    @property
    def in_progress(self) -> bool:
        return len(self.confirmed) < len(self.readings)

    def confirmed_share(self) -> float:
        return len(self.confirmed) / len(self.readings)

    def hours(self) -> dict[tuple[str, datetime], int]:
        """Energy in Wh by (device, start of the local hour), computed without Contor's code."""
        hours: Counter[tuple[str, datetime]] = Counter()
        for (device, at), value in self.readings.items():
            hours[device, hour_start(at, self.devices[device])] += value
        return dict(hours)

    def over_limit(self) -> set[tuple[str, datetime]]:
        return {hour for hour, energy in self.hours().items() if energy > LIMIT_KWH * 1000}


def hour_start(at_ms: int, zone: ZoneInfo) -> datetime:
    """The start, in UTC, of the local hour that contains this time."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return local.astimezone(UTC) - into_hour


async def create_devices(admin: User, load: ReadingLoad) -> set[str]:
    """Create devices while readings are being sent; returns the ids that status 201 confirmed."""
    created: set[str] = set()
    while load.in_progress:
        await load.may_send.wait()
        with contextlib.suppress(httpx.TransportError):
            response = await admin.request(
                "POST", "/devices", {"name": f"Meanwhile {len(created)}", "max_hourly_consumption_kwh": 1}
            )
            if response.status_code == 201:
                created.add(response.json()["id"])
        await asyncio.sleep(0.05)
    return created
