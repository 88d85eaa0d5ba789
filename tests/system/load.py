"""A load of readings from many meters over several connections, by senders that never give up and never forget."""

import asyncio
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from tests.system.people import Json, Person

READINGS, BATCH, CONNECTIONS = 100_000, 500, 4
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
    batches: deque[list[Key]]
    confirmed: set[Key] = field(default_factory=set)
    unanswered: Counter[str] = field(default_factory=Counter)
    """Batches without a 202, by what came instead; each was sent again."""
    may_send: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, devices: list[Json], seed: int) -> "Load":
        """A reading a minute from each device; every fifth hour passes the limit."""
        chance = random.Random(seed)
        zones = {device["id"]: ZoneInfo(device["time_zone"]) for device in devices}
        readings: dict[Key, int] = {}
        for minute in range(READINGS // len(devices)):
            at = int((BEGIN + timedelta(minutes=minute)).timestamp() * 1000)
            for device in zones:
                readings[device, at] = chance.randint(18, 24) if minute // 60 % 5 == 2 else chance.randint(8, 14)
        keys = list(readings)
        batches = [keys[n : n + BATCH] for n in range(0, len(keys), BATCH)]
        chance.shuffle(batches)
        load = cls(zones, readings, deque(batches))
        load.may_send.set()
        return load

    async def send(self, sender: Person) -> None:
        """Send everything over several connections until each batch was answered with 202."""
        limits = httpx.Limits(max_connections=CONNECTIONS)
        headers = {"Authorization": f"Bearer {sender.token}"}
        async with (
            httpx.AsyncClient(base_url=sender.url, limits=limits, headers=headers, trust_env=False, timeout=60) as http,
            asyncio.TaskGroup() as senders,
        ):
            for _ in range(CONNECTIONS):
                senders.create_task(self._send_next(http))

    async def _send_next(self, http: httpx.AsyncClient) -> None:
        while self.batches:
            batch = self.batches.popleft()
            while (outcome := await self._post(http, batch)) != "202":
                self.unanswered[outcome] += 1
                await asyncio.sleep(0.2)  # as a meter would: what was not confirmed is sent again
            self.confirmed.update(batch)

    async def _post(self, http: httpx.AsyncClient, batch: list[Key]) -> str:
        await self.may_send.wait()
        body = [
            {"device_id": device, "timestamp": at, "measurement_value": self.readings[device, at] / 1000}
            for device, at in batch
        ]
        try:
            answer = await http.post("/monitoring/readings", json=body)
        except httpx.TransportError as error:
            return type(error).__name__
        assert answer.status_code in (202, 503), answer.text
        if answer.status_code == 202:
            receipt = answer.json()
            assert receipt["accepted"] + receipt["duplicates"] == len(batch), receipt["rejected"][:1]
        return str(answer.status_code)

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
