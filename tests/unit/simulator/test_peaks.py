from collections import defaultdict
from zoneinfo import ZoneInfo

import pytest

from contor.simulator.meter import Extra, Meter
from contor.simulator.peaks import PeakSoon, RandomPeaks, local_hour
from contor.simulator.profile import LoadProfile

DAY = 1_772_323_200  # 2026-03-01T00:00:00Z
LIMIT = 2.5


def meter(zone: str = "Europe/Bucharest", last: int = DAY, annual_kwh: float = 3200) -> Meter:
    load = LoadProfile(profile="household", zone=ZoneInfo(zone), country="RO", annual_kwh=annual_kwh, seed="1:a")
    return Meter("a", "A", "kWh", load, last, "1:a", LIMIT)


def hourly_kwh(one: Meter, instants: range) -> dict[int, float]:
    """kWh per local clock hour, as the server books them: by the timestamp."""
    hours: dict[int, float] = defaultdict(float)
    for at in instants:
        reading = one.read(at)
        assert reading is not None
        hours[local_hour(at, one.profile.zone)] += reading.measurement_value
    return hours


@pytest.mark.parametrize("zone", ["Europe/Bucharest", "Asia/Kolkata"])
@pytest.mark.parametrize("step", [600, 900, 60])
def test_with_certain_peaks_every_whole_hour_passes_the_limit(zone: str, step: int) -> None:
    one = meter(zone, DAY - 1800 - step)
    one.extras.append(RandomPeaks(profile=one.profile, limit_kwh=LIMIT, probability=1, seed="1:a"))
    hours = hourly_kwh(one, range(DAY - 1800, DAY + 86_400, step))
    whole = [energy for hour, energy in sorted(hours.items())][1:-1]
    assert len(whole) >= 22
    assert all(LIMIT < energy < 2 * LIMIT for energy in whole)


def test_peaks_come_about_as_often_as_asked_and_the_same_with_the_same_seed() -> None:
    def over(seed: str) -> list[int]:
        one = meter()
        one.extras.append(RandomPeaks(profile=one.profile, limit_kwh=LIMIT, probability=0.1, seed=seed))
        hours = hourly_kwh(one, range(DAY + 600, DAY + 40 * 86_400, 600))
        return [hour for hour, energy in hours.items() if energy > LIMIT]

    assert 50 < len(over("1:a")) < 150
    assert over("1:a") == over("1:a")
    assert over("1:a") != over("2:a")


@pytest.mark.parametrize("minute", [0, 29, 31, 58, 59])
@pytest.mark.parametrize("zone", ["Europe/Bucharest", "Asia/Kolkata"])
@pytest.mark.parametrize("step", [10, 30])
@pytest.mark.parametrize("annual_kwh", [3200, 9000])
def test_a_peak_soon_passes_the_limit_after_the_start_and_before_the_deadline(
    minute: int, zone: str, step: int, annual_kwh: float
) -> None:
    now = DAY + 12 * 3600 + minute * 60 + 37
    one = meter(zone, now // 600 * 600 - 6000, annual_kwh)
    soon: Extra = PeakSoon(profile=one.profile, limit_kwh=LIMIT, began=now, deadline=now + 90)
    one.extras.append(soon)
    past = [*range(one.last + 600, now + 1, 600), *range((now // 600 * 600 // step + 1) * step, now + 1, step)]
    hours: dict[int, float] = defaultdict(float)
    for at in past:
        hours[local_hour(at, one.profile.zone)] += getattr(one.read(at), "measurement_value", 0)
    assert max(hours.values()) <= LIMIT
    for at in range((now // step + 1) * step, now + 91, step):
        hours[local_hour(at, one.profile.zone)] += getattr(one.read(at), "measurement_value", 0)
    assert max(hours.values()) > LIMIT


def test_after_a_peak_soon_the_meter_is_normal_again() -> None:
    one, other = meter(last=DAY), meter(last=DAY)
    one.extras.append(PeakSoon(profile=one.profile, limit_kwh=LIMIT, began=DAY, deadline=DAY + 90))
    for at in range(DAY + 10, DAY + 101, 10):
        one.read(at), other.read(at)
    assert one.read(DAY + 110) == other.read(DAY + 110)


def test_a_peak_soon_counts_the_stored_energy_of_the_hour() -> None:
    now = DAY + 12 * 3600 + 1800
    one = meter(last=now)
    one.extras.append(PeakSoon(profile=one.profile, limit_kwh=LIMIT, began=now, deadline=now + 90, stored_kwh=2.0))
    added = sum(hourly_kwh(one, range(now + 10, now + 91, 10)).values())
    assert LIMIT < 2.0 + added < 1.1 * LIMIT


def test_an_hour_of_a_peak_soon_has_no_random_peak() -> None:
    one = meter()
    hour = local_hour(DAY + 7200, one.profile.zone)
    peaks = RandomPeaks(profile=one.profile, limit_kwh=LIMIT, probability=1, seed="1:a", excluded=hour)
    assert peaks.extra_kwh(hour + 600, hour + 1200, 0.1) == 0
    assert peaks.extra_kwh(hour + 3600, hour + 4200, 0.1) > 0
