from itertools import islice

import pytest

from contor.simulator.clock import Clock, Schedule

NOW = 1_772_323_200


class Wall:
    """A wall clock that moves only when the code sleeps."""

    def __init__(self) -> None:
        self.time = float(NOW)
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds


def test_past_readings_are_coarse_and_live_ones_fine() -> None:
    schedule = Schedule(NOW - 1800, NOW + 25, 600, 10)
    first = [at - NOW for at in islice(schedule, 8)]
    assert first == [-1200, -600, 0, 10, 20, 30, 40, 50]


@pytest.mark.parametrize("start", [NOW - 86_400, NOW - 1234, NOW - 5, NOW, NOW + 3])
@pytest.mark.parametrize("present", [NOW, NOW + 599, NOW + 601])
@pytest.mark.parametrize(("coarse", "fine"), [(600, 600), (600, 10), (600, 7), (60, 60)])
@pytest.mark.parametrize("until", [None, NOW - 4000, NOW + 300, NOW + 90_000])
def test_the_number_of_past_readings_is_known_before(
    start: int, present: int, coarse: int, fine: int, until: int | None
) -> None:
    schedule = Schedule(start, present, coarse, fine, until)
    past = [at for at in islice(schedule, 3000) if start < at <= present]
    assert schedule.past(start) == len(past)
    assert past == sorted(set(past))


def test_until_ends_the_schedule() -> None:
    assert list(Schedule(NOW, NOW + 100, 600, 10, NOW + 40)) == [NOW + 10, NOW + 20, NOW + 30, NOW + 40]
    assert list(Schedule(NOW, NOW + 100, 600, 10, NOW - 40)) == []


async def test_without_a_speed_the_present_is_now() -> None:
    wall = Wall()
    clock = Clock(start=NOW - 9999, wall=wall, sleep=wall.sleep)
    assert clock.now() == NOW
    await clock.wait_until(NOW + 100)
    assert wall.time == NOW + 100


async def test_a_speed_runs_through_the_past_and_never_into_the_future() -> None:
    wall = Wall()
    clock = Clock(start=NOW - 3600, speed=60, wall=wall, sleep=wall.sleep)
    await clock.wait_until(NOW - 3000)
    assert wall.time == pytest.approx(NOW + 10)
    await clock.wait_until(NOW)
    assert wall.time == pytest.approx(NOW + 60)
    await clock.wait_until(NOW + 200)
    assert wall.time == pytest.approx(NOW + 200, abs=0.01)


async def test_after_a_suspend_the_clock_continues_at_the_present() -> None:
    wall = Wall()
    clock = Clock(wall=wall, sleep=wall.sleep)
    wall.time += 7200
    await clock.wait_until(NOW + 600)
    assert wall.naps == []
