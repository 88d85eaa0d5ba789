"""Random events of one meter: readings, changes of limit, owner and zone, acknowledgements; in any order of arrival."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from contor.contracts.devices import DeviceChanged
from tests.integration.services.monitoring.conftest import BUCHAREST, Meters
from tests.integration.services.monitoring.fixed_clock import FixedClock, fixed_clock
from tests.integration.services.monitoring.model import EVER, SLOT_MS, Model, day_start

BEGINNINGS = [
    datetime(2026, 6, 17, 9, 50, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 20, tzinfo=UTC),  # the hour from 03:00 is repeated in Bucharest
    datetime(2026, 6, 16, 21, 35, tzinfo=UTC),  # just after midnight in Bucharest
]
ZONES = [BUCHAREST, "Asia/Kolkata", "Asia/Kathmandu"]
PEOPLE = ("Ana", "Ben", "Cleo")
UWH = 10**9
"""Microwatt-hours of a kilowatt-hour."""

people = st.sampled_from(["Ana", "Ben"])
kwh = st.sampled_from([0.1, 0.7, 1.3])
back = st.integers(-15, 0).map(lambda n: n * 10)


@dataclass(frozen=True)
class Send:
    sender: str | None
    readings: list[tuple[int, float]]
    """Minutes from now, kWh."""


@dataclass(frozen=True)
class Change:
    """A new version of the device. A late one arrives at the end."""

    field: str
    value: Any
    since: int | None = None
    """Minutes from now, of an owner."""
    late: bool = False


@dataclass(frozen=True)
class Correct:
    """An administrator replaces one of the readings, or sets it aside."""

    number: int
    replacement: float | None


@dataclass(frozen=True)
class Acknowledge:
    person: str
    number: int


@dataclass(frozen=True)
class Wait:
    minutes: int


late = st.sampled_from([False, False, True])
owners = st.sampled_from(["Ana", "Ben", "Ben", "Cleo", None])
sends = st.builds(
    Send, st.sampled_from([None, None, "Ana", "Ben"]), st.lists(st.tuples(back, kwh), min_size=2, max_size=6)
)
owner_changes = st.builds(Change, st.just("owner"), owners, st.one_of(st.none(), st.integers(-10, -1)), late)
limit_changes = st.builds(Change, st.just("limit"), st.sampled_from([None, 0.5, 1, 1.5]), late=late)
zone_changes = st.builds(Change, st.just("zone"), st.sampled_from(ZONES), late=late)
corrections = st.builds(Correct, st.integers(0, 20), st.sampled_from([None, 0.1, 1.3]))
acknowledgements = st.builds(Acknowledge, people, st.integers(0, 5))
waits = st.builds(Wait, st.sampled_from([5, 20, 60]))
EVENTS = st.one_of(
    sends,
    sends,
    sends,
    owner_changes,
    owner_changes,
    limit_changes,
    zone_changes,
    corrections,
    acknowledgements,
    waits,
)


def instant_of(slot: int) -> datetime | None:
    return None if slot == EVER else datetime.fromtimestamp(slot * 900, UTC)


class Scenario:
    """One meter in monitoring, and the model of it; each event happens to both."""

    def __init__(self, meters: Meters, clock: FixedClock) -> None:
        self.meters, self.clock, self.model = meters, clock, Model()
        self.device, self.people = uuid4(), {name: uuid4() for name in PEOPLE}
        self.version = 0
        self.state: dict[str, Any] = {"owner": "Ana", "limit": 1.0, "zone": BUCHAREST}
        self.since: dict[str, int] = {"owner": EVER, "limit": EVER, "zone": EVER}
        self.delayed: list[tuple[int, dict[str, Any], dict[str, int]]] = []

    @property
    def slot(self) -> int:
        return int(self.clock.moment.timestamp()) // 900

    async def begin(self) -> None:
        await self.publish()

    async def publish(self) -> None:
        """Publish the next version of the device."""
        await self._deliver(*self._next_version())

    async def happen(self, event: Any) -> None:
        match event:
            case Send():
                await self._send(event)
            case Change():
                await self._change(event)
            case Correct():
                await self._correct(event)
            case Acknowledge():
                await self._acknowledge(event)
            case Wait():
                self.clock.moment += timedelta(minutes=event.minutes)
        self.model.evaluate(self.slot)

    async def end(self, order: list[int]) -> None:
        """Deliver what is delayed, in this order."""
        delayed, self.delayed = self.delayed, []
        for n in sorted(range(len(delayed)), key=lambda n: order[n % len(order)] if order else n):
            await self._deliver(*delayed[n])
        self.model.evaluate(self.slot)

    async def _send(self, event: Send) -> None:
        now = int(self.clock.moment.timestamp() * 1000)
        readings = {now // 300_000 * 300_000 + minutes * 60_000: value for minutes, value in event.readings}
        items = [{"timestamp": at, "measurement_value": value} for at, value in readings.items()]
        by = None if event.sender is None else self.people[event.sender]
        await self.meters.post({"device_id": str(self.device), "readings": items}, by=by)
        self.model.send(event.sender, [(at, round(value * UWH)) for at, value in readings.items()])

    async def _change(self, event: Change) -> None:
        self.state[event.field] = event.value
        self.since[event.field] = self.slot + (event.since or 0)
        if event.late:
            self.delayed.append(self._next_version())
        else:
            await self.publish()

    def _next_version(self) -> tuple[int, dict[str, Any], dict[str, int]]:
        self.version += 1
        return self.version, dict(self.state), dict(self.since)

    async def _deliver(self, version: int, state: dict[str, Any], since: dict[str, int]) -> None:
        limit = None if state["limit"] is None else Decimal(str(state["limit"]))
        message = DeviceChanged(
            device_id=self.device,
            version=version,
            name="Meter",
            owner_id=self.people.get(state["owner"]),
            owner_since=instant_of(since["owner"]),
            kind="interval",
            unit="kWh",
            time_zone=state["zone"],
            max_hourly_consumption_kwh=limit,
            time_zone_since=instant_of(since["zone"]),
            limit_since=instant_of(since["limit"]),
        )
        await self.meters.running.publish(message)
        limit_uwh = None if limit is None else int(limit * UWH)
        starts = since if since["zone"] == EVER else since | {"zone": day_start(since["zone"], state["zone"])}
        self.model.device(version, state | {"limit": limit_uwh}, starts)
        self.model.evaluate(self.slot)

    async def _correct(self, event: Correct) -> None:
        if not self.model.readings:
            return
        at = sorted(self.model.readings)[event.number % len(self.model.readings)]
        body = {"timestamp": at, "replacement": event.replacement, "reason": "Read by hand"}
        await self.meters.request("POST", f"/devices/{self.device}/corrections", expect=201, json=body)
        self.model.correct(at, None if event.replacement is None else round(event.replacement * UWH))

    async def _acknowledge(self, event: Acknowledge) -> None:
        own = sorted(first for first, alert in self.model.alerts.items() if alert.owner == event.person)
        if not own:
            return
        first = own[event.number % len(own)]
        listed = await self.meters.alerts(self.device, by=self.people[event.person])
        (alert,) = [alert for alert in listed if slot_of(alert["hour_start"]) == first]
        await self.meters.request("POST", f"/alerts/{alert['id']}/acknowledge", by=self.people[event.person])
        self.model.alerts[first] = replace(self.model.alerts[first], acknowledged=True)

    def name(self, user_id: str | None) -> str | None:
        return next((name for name, known in self.people.items() if str(known) == user_id), None)

    async def found_alerts(self, by: UUID | None = None) -> dict[int, dict[str, Any]]:
        """By first slot of the part."""
        return {slot_of(alert["hour_start"]): self._comparable(alert) for alert in await self.listed(by)}

    async def listed(self, by: UUID | None) -> list[Any]:
        return await self.meters.alerts(self.device, by=by)

    def _comparable(self, alert: Any) -> dict[str, Any]:
        return {
            "owner": self.name(alert["owner_id"]),
            "energy": round(alert["energy_kwh"] * UWH),
            "limit": round(alert["limit_kwh"] * UWH),
            "state": alert["state"],
            "raised_times": alert["raised_times"],
            "past": alert["past"],
            "acknowledged": alert["acknowledged_at"] is not None,
        }


def slot_of(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000) // SLOT_MS


@contextlib.asynccontextmanager
async def played(meters: Meters, begin: datetime, events: list[Any], order: list[int]) -> AsyncIterator[Scenario]:
    """A scenario after all its events, at the instant of the last one."""
    with fixed_clock(begin) as clock:
        scenario = Scenario(meters, clock)
        await scenario.begin()
        for event in events:
            await scenario.happen(event)
        await scenario.end(order)
        yield scenario
