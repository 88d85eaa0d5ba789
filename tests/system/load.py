"""A load of readings from many meters, by senders that never give up and never forget."""

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from tests.system.people import Json, Person
from tests.system.ways import Way

READINGS, BATCH = 100_000, 500
ZONES = ("Europe/Bucharest", "Asia/Kolkata", "America/St_Johns", "UTC") * 2
LIMIT_KWH = 1.0
BEGIN = datetime(2026, 3, 25, 3, 7, tzinfo=UTC)
"""Nine days in which Bucharest's clocks change."""
END = BEGIN + timedelta(minutes=READINGS // len(ZONES) + 60)

Key = tuple[str, int]
"""A device and an instant, epoch ms."""


@dataclass
class Load:
    """Readings in kWh thousandths (Wh), by (device, instant), and what the senders were answered."""

    devices: dict[str, ZoneInfo]
    readings: dict[Key, int]
    batches: list[list[Key]]
    confirmed: set[Key] = field(default_factory=set)
    unanswered: Counter[str] = field(default_factory=Counter)
    """Batches that were not confirmed, by what came instead; each was sent again."""
    may_send: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, devices: list[Json], seed: int, readings: int = READINGS) -> "Load":
        """A reading a minute from each device; every fifth hour passes the limit."""
        chance = random.Random(seed)
        zones = {device["id"]: ZoneInfo(device["time_zone"]) for device in devices}
        values: dict[Key, int] = {}
        for minute in range(readings // len(devices)):
            at = int((BEGIN + timedelta(minutes=minute)).timestamp() * 1000)
            for device in zones:
                values[device, at] = chance.randint(18, 24) if minute // 60 % 5 == 2 else chance.randint(8, 14)
        keys = list(values)
        batches = [keys[n : n + BATCH] for n in range(0, len(keys), BATCH)]
        chance.shuffle(batches)
        load = cls(zones, values, batches)
        load.may_send.set()
        return load

    async def send(self, *ways: Way) -> None:
        """Send everything, a share by each of these ways, until each batch was confirmed."""
        async with asyncio.TaskGroup() as senders:
            for number, way in enumerate(ways):
                senders.create_task(self._send_share(self.batches[number :: len(ways)], way))

    async def _send_share(self, batches: list[list[Key]], way: Way) -> None:
        for batch in batches:
            while (refusal := await self._tried(batch, way)) is not None:
                self.unanswered[refusal] += 1
                await asyncio.sleep(0.2)  # as a meter would: what was not confirmed is sent again
            self.confirmed.update(batch)

    async def _tried(self, batch: list[Key], way: Way) -> str | None:
        await self.may_send.wait()
        return await way(
            [
                {"device_id": device, "timestamp": at, "measurement_value": self.readings[device, at] / 1000}
                for device, at in batch
            ]
        )

    @property
    def under_way(self) -> bool:
        return len(self.confirmed) < len(self.readings)

    def share_confirmed(self) -> float:
        return len(self.confirmed) / len(self.readings)

    def hours(self) -> dict[tuple[str, datetime], int]:
        """The energy, in Wh, of each device's local clock hours, by when they start; computed without Contor."""
        hours: Counter[tuple[str, datetime]] = Counter()
        for (device, at), value in self.readings.items():
            hours[device, hour_start(at, self.devices[device])] += value
        return dict(hours)

    def over_limit(self) -> set[tuple[str, datetime]]:
        return {hour for hour, energy in self.hours().items() if energy > LIMIT_KWH * 1000}


def hour_start(at_ms: int, zone: ZoneInfo) -> datetime:
    """The start, in UTC, of the local clock hour that holds this instant."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
    into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return local.astimezone(UTC) - into_hour


async def create_devices(admin: Person, load: Load) -> set[str]:
    """Make devices as long as readings are sent; returns those that were confirmed with 201."""
    made: set[str] = set()
    while load.under_way:
        await load.may_send.wait()
        with contextlib.suppress(httpx.TransportError):
            answer = await admin.ask(
                "POST", "/devices", {"name": f"Meanwhile {len(made)}", "max_hourly_consumption_kwh": 1}
            )
            if answer.status_code == 201:
                made.add(answer.json()["id"])
        await asyncio.sleep(0.05)
    return made
