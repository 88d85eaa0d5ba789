"""Any sequence of readings, corrections, undos and deletions leaves what a pure model of {instant: value} says."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.kinds import interval as interval_kind
from contor.services.monitoring.metering.slots import slot_at, start_of
from contor.services.monitoring.metering.units import UWH_PER_KWH, exact_kwh
from tests.integration.services.monitoring.conftest import Meters, at, reading
from tests.integration.services.monitoring.test_corrections import BEGIN, END, correct, delete, iso, ms, stored, undo

ORIGIN = at(2026, 5, 4, 12)
MOMENTS = [ORIGIN + timedelta(minutes=minutes) for minutes in (0, 7, 14, 40, 70)]
LIMIT = 0.75
INTERVALS: list[dict[str, Any]] = [{}, {"interval_minutes": 30, "stamp": "end"}, {"interval_minutes": 7}]

instants = st.integers(0, len(MOMENTS) - 1)
kwh = st.integers(0, 6).map(lambda n: n / 4)
events = st.one_of(
    st.tuples(st.just("send"), instants, kwh),
    st.tuples(st.just("correct"), instants, st.one_of(st.none(), kwh)),
    st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
    st.tuples(st.just("delete"), instants, instants),
)


@dataclass
class Model:
    """What was sent, and the value that an administrator put in its place (None: set aside) by instant."""

    sent: dict[int, float] = field(default_factory=dict)
    in_force: dict[int, float | None] = field(default_factory=dict)

    def value(self, instant: int) -> float | None:
        return self.in_force[instant] if instant in self.in_force else self.sent.get(instant)

    @property
    def readings(self) -> dict[int, float]:
        values = {instant: self.value(instant) for instant in self.sent | self.in_force}
        return {instant: value for instant, value in values.items() if value is not None}


@dataclass
class Scenario:
    meters: Meters
    device: UUID
    owner: UUID
    model: Model = field(default_factory=Model)
    made: list[tuple[int, Any]] = field(default_factory=list)

    async def happen(self, event: tuple[str, int, Any]) -> None:
        name, number, value = event
        await getattr(self, f"_{name}")(number, value)

    async def _send(self, instant: int, value: float) -> None:
        receipt = await self.meters.post(reading(self.device, MOMENTS[instant], value), by=self.owner)
        corrected = instant in self.model.in_force
        assert [r["code"] for r in receipt["rejected"]] == ["corrected"] * corrected
        if not corrected:
            self.model.sent[instant] = value

    async def _correct(self, instant: int, value: float | None) -> None:
        model = self.model
        exists = instant in model.sent or instant in model.in_force
        expect = 404 if value is None and not exists else 201
        made = await correct(self.meters, self.device, MOMENTS[instant], value, expect=expect)
        if expect == 201:
            assert made["previous_value"] == model.sent.get(instant)
            model.in_force[instant] = value
            self.made.append((instant, made))

    async def _undo(self, number: int, _: None) -> None:
        """The correction made so many corrections ago."""
        if number >= len(self.made):
            return
        instant, made = self.made[-1 - number]
        is_last = all(other["id"] == made["id"] for at, other in self.made[-1 - number :] if at == instant)
        await undo(self.meters, self.device, made, expect=204 if is_last or instant not in self.model.in_force else 409)
        if is_last:
            self.model.in_force.pop(instant, None)

    async def _delete(self, first: int, last: int) -> None:
        first, last = min(first, last), max(first, last)
        gone = [instant for instant in self.model.readings if first <= instant <= last]
        end = MOMENTS[last] + timedelta(milliseconds=1)
        assert await delete(self.meters, self.device, MOMENTS[first], end) == {"deleted": len(gone)}
        for instant in range(first, last + 1):
            self.model.sent.pop(instant, None)
            self.model.in_force.pop(instant, None)

    async def check(self, interval: Interval) -> None:
        """Readings, profile and alerts are those of a meter that was only ever sent what the model says."""
        values = {MOMENTS[instant]: value for instant, value in self.model.readings.items()}
        assert await stored(self.meters, self.device) == {iso(m): v for m, v in sorted(values.items())}
        energies = {ms(moment): round(value * UWH_PER_KWH) for moment, value in values.items()}
        slots = interval_kind.profile(energies, interval)
        profile = {iso(start_of(slot)): float(exact_kwh(energy)) for slot, energy in slots.items()}
        query: dict[str, Any] = {"from": BEGIN.isoformat(), "to": END.isoformat(), "resolution": "quarter_hour"}
        points = (await self.meters.consumption(self.device, **query))["points"]
        assert {p["start"]: p["energy_kwh"] for p in points if p["quality"] != "missing"} == profile
        hours: dict[int, int] = {}
        for slot, energy in slots.items():
            hours[slot // 4] = hours.get(slot // 4, 0) + energy
        over = {iso(start_of(hour * 4)) for hour, energy in hours.items() if energy > LIMIT * UWH_PER_KWH}
        alerts = await self.meters.alerts(self.device)
        assert {a["hour_start"] for a in alerts if a["state"] == "active"} == over
        assert all(a["energy_kwh"] == float(exact_kwh(hours.get(hour_of(a["hour_start"]), 0))) for a in alerts)


def hour_of(text: str) -> int:
    return slot_at(datetime.fromisoformat(text)) // 4


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(INTERVALS), st.lists(events, min_size=1, max_size=12))
async def test_corrections_and_readings_in_any_sequence_leave_what_the_model_says(
    meters: Meters, stated: dict[str, Any], sequence: list[tuple[str, int, Any]]
) -> None:
    owner = uuid4()
    device = await meters.device(owner=owner, limit=str(LIMIT), **stated)
    scenario = Scenario(meters, device, owner)
    for event in sequence:
        await scenario.happen(event)
    await scenario.check(Interval.of(stated.get("stamp", "start"), stated.get("interval_minutes")))


async def test_readings_that_arrive_during_corrections_leave_an_exact_profile(meters: Meters) -> None:
    device = await meters.device(limit=str(LIMIT))
    for _ in range(10):
        sent = [meters.post(reading(device, moment, 0.5)) for moment in MOMENTS]
        changed = [correct(meters, device, MOMENTS[n], 0.25 * n) for n in range(3)]
        answers = await asyncio.gather(*sent, *changed, delete(meters, device, MOMENTS[3], MOMENTS[4]))
        values = await stored(meters, device)
        assert {iso(MOMENTS[n]): 0.25 * n for n in range(3)}.items() <= values.items()
        slots = interval_kind.profile(
            {ms(m): round(values[iso(m)] * 10**9) for m in MOMENTS if iso(m) in values}, Interval()
        )
        expected = {iso(start_of(slot)): float(exact_kwh(energy)) for slot, energy in slots.items()}
        assert await meters.profile(device, BEGIN, END) == expected
        for made in answers[len(sent) : -1]:
            await undo(meters, device, made)
