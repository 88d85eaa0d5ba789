import asyncio
import itertools
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contor.simulator import Choice, Client, FaultRates, Habits, PeakRequest, Plan, Screen, SimulatorError, run
from contor.simulator.assembly import Assembly
from tests.unit.simulator.fake_contor import FakeContor
from tests.waiting import until

OWNER = "00000000-0000-0000-0000-000000000001"
NOW = int(time.time())


async def test_the_past_is_sent_in_full_and_aligned(contor: FakeContor, client: Client) -> None:
    devices = [contor.add_device(f"Flat {number}") for number in range(5)]
    tally = await run(Plan(everything=True, since=NOW - 30 * 86_400, once=True, batch=5000), client)
    assert tally.accepted == tally.sent == len(contor.stored)
    for device in devices:
        times = sorted(contor.of(device))
        assert len(times) in (4320, 4321)
        assert all(later - earlier == 600_000 for earlier, later in itertools.pairwise(times))
        assert times[0] % 600_000 == 0


async def test_a_repeated_run_sends_the_same_readings(contor: FakeContor, client: Client) -> None:
    contor.add_device("Flat")
    plan = Plan(everything=True, since=NOW - 86_400, until=NOW - 3600, once=True)
    first, again = await run(plan, client), await run(plan, client)
    assert first.accepted == again.duplicates > 100
    assert again.accepted == 0


async def test_all_of_an_owner_means_no_other_meter(contor: FakeContor, client: Client) -> None:
    hers = {contor.add_device(f"Hers {number}", owner_id=OWNER) for number in range(3)}
    contor.add_device("Other")
    for owner in (OWNER, "ana", "me"):
        contor.stored.clear()
        await run(Plan(owner=owner, since=NOW - 7200, once=True), client)
        assert {device for device, _ in contor.stored} == hers


async def test_a_meter_is_found_by_name_and_has_its_own_habits(contor: FakeContor, client: Client) -> None:
    small, large = contor.add_device("Small"), contor.add_device("Large")
    choices = (Choice("small", Habits(annual_kwh=1000)), Choice(large, Habits(annual_kwh=20_000)))
    await run(Plan(choices=choices, since=NOW - 7 * 86_400, once=True), client)
    assert sum(contor.of(large).values()) > 10 * sum(contor.of(small).values()) > 0


async def test_resume_goes_on_after_the_last_reading(contor: FakeContor, client: Client) -> None:
    last = NOW - 3600 - 123
    told = contor.add_device("Told", last_reading_at=datetime.fromtimestamp(last, UTC).isoformat())
    new = contor.add_device("New", last_reading_at=None)
    await run(Plan(everything=True, since=NOW - 86_400, resume=True, once=True), client)
    assert min(contor.of(told)) // 1000 in range(last + 1, last + 601)
    assert len(contor.of(new)) > 140


async def test_late_readings_are_sent_before_the_end(contor: FakeContor, client: Client) -> None:
    contor.add_device("Flat")
    faults = FaultRates(duplicates=0.1, late=0.2, out_of_order=0.2, garbage=0.05)
    tally = await run(Plan(everything=True, since=NOW - 10 * 86_400, once=True, faults=faults), client)
    assert len(contor.stored) in (1440, 1441)
    assert tally.duplicates > 50
    assert tally.rejected > 20


async def test_after_the_past_the_run_is_live_and_a_meter_exceeds_its_limit(contor: FakeContor, client: Client) -> None:
    flat, house, began = contor.add_device("Flat"), contor.add_device("House"), int(time.time())
    plan = Plan(everything=True, since=began - 7200, interval=1, peak_soon=PeakRequest(within_s=4, device="house"))
    task = asyncio.create_task(run(plan, client))

    def passed() -> bool:
        hours: Counter[int] = Counter()
        for at, value in contor.of(house).items():
            hours[at // 3_600_000] += round(value * 1_000_000)
        return max(contor.of(flat), default=0) > began * 1000 and max(hours.values()) > 3_000_000

    await until(passed, seconds=30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_peak_soon_of_a_resumed_meter_adds_only_what_its_hour_lacks(contor: FakeContor, client: Client) -> None:
    now = NOW // 3600 * 3600 + 1800
    hour, last = (datetime.fromtimestamp(at, UTC).isoformat() for at in (now - 1800, now))
    contor.add_device("Flat", last_reading_at=last, hour={"start": hour, "energy_kwh": 2.9})
    await client.sign_in()
    plan = Plan(everything=True, resume=True, interval=1, peak_soon=PeakRequest(within_s=4))
    [meter] = await Assembly(plan, client, now, pytest.fail).meters()
    readings = [meter.read(now + second) for second in range(1, 5)]
    assert 0.1 < sum(reading.measurement_value for reading in readings if reading) < 0.2


async def test_a_csv_is_replayed_with_its_own_values(contor: FakeContor, client: Client, tmp_path: Path) -> None:
    flat, path = contor.add_device("Flat"), tmp_path / "flat.csv"
    path.write_text("timestamp,value\n1772323200000,0.25\nnonsense\n1772323800000,0.5\n")
    tally = await run(Plan(csv=path, choices=(Choice("Flat", Habits()),)), client)
    assert contor.of(flat) == {1772323200000: 0.25, 1772323800000: 0.5}
    assert tally.accepted == 2
    assert tally.line() == "3 lines read, 1 unreadable; 2 sent: 2 accepted, 0 duplicates, 0 rejected"


async def test_meters_of_other_kinds_are_skipped_with_a_warning(contor: FakeContor, client: Client) -> None:
    from rich.console import Console

    console = Console(record=True, width=200, quiet=False)
    contor.add_device("Boiler", kind="register")
    with pytest.raises(SimulatorError, match="no meters found"):
        await run(Plan(everything=True), client, Screen(console))
    assert "skipped Boiler" in console.export_text()


@pytest.mark.parametrize(
    ("choice", "reason"),
    [("Nowhere", "no meter visible"), (OWNER, "no meter with the id"), ("Twice", "several meters")],
)
async def test_a_meter_that_cannot_be_found_is_named(
    contor: FakeContor, client: Client, choice: str, reason: str
) -> None:
    contor.add_device("Twice"), contor.add_device("twice")
    with pytest.raises(SimulatorError, match=reason):
        await run(Plan(choices=(Choice(choice, Habits()),)), client)


def test_invalid_habits_are_refused() -> None:
    for wrong in ({"profile": "castle"}, {"annual_kwh": -5}, {"annual_kwh": 0}, {"peaks": 2}):
        with pytest.raises(SimulatorError):
            Habits(**wrong)


def test_an_invalid_plan_is_refused() -> None:
    for wrong in (
        {},
        {"everything": True, "speed": 60.0},
        {"everything": True, "speed": -1.0, "since": 1},
        {"everything": True, "interval": 90_000},
        {"everything": True, "peak_soon": PeakRequest(within_s=90)},
        {"csv": Path("a.csv"), "everything": True},
        {"csv": Path("a.csv"), "owner": "me"},
        {"csv": Path("a.csv"), "choices": (Choice("a", Habits()), Choice("b", Habits()))},
    ):
        with pytest.raises(SimulatorError):
            Plan(**wrong)
