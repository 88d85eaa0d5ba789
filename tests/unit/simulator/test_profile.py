import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contor.simulator import SimulatorError
from contor.simulator.profile import LoadProfile, _standard_year

BUCHAREST = ZoneInfo("Europe/Bucharest")


def load_profile(
    *, profile: str = "household", zone: ZoneInfo = BUCHAREST, country: str = "RO", seed: str = "1:a"
) -> LoadProfile:
    return LoadProfile(profile=profile, zone=zone, country=country, annual_kwh=3200, seed=seed)


def midnight(year: int, month: int, day: int, zone: ZoneInfo = BUCHAREST) -> int:
    return int(datetime(year, month, day, tzinfo=zone).timestamp())


@pytest.mark.parametrize(
    ("profile", "zone"),
    [
        ("household", "Europe/Bucharest"),
        ("business", "Asia/Kolkata"),
        ("farm", "Australia/Lord_Howe"),
        ("solar", "UTC"),
        ("storage", "America/St_Johns"),
    ],
)
def test_a_local_year_sums_to_the_annual_consumption(profile: str, zone: str) -> None:
    there = ZoneInfo(zone)
    load = load_profile(profile=profile, zone=there)
    assert load.energy_kwh(midnight(2026, 1, 1, there), midnight(2027, 1, 1, there)) == pytest.approx(3200)


def test_energy_over_new_year_is_the_sum_of_both_sides() -> None:
    load = load_profile()
    new_year = midnight(2027, 1, 1)
    both = load.energy_kwh(new_year - 400, new_year) + load.energy_kwh(new_year, new_year + 800)
    assert load.energy_kwh(new_year - 400, new_year + 800) == pytest.approx(both)


def test_the_same_seed_gives_the_same_energy_whatever_was_asked_before() -> None:
    at = midnight(2026, 5, 3)
    asked_before, fresh = load_profile(), load_profile()
    asked_before.energy_kwh(midnight(2025, 2, 2), at)
    assert asked_before.energy_kwh(at, at + 600) == fresh.energy_kwh(at, at + 600)


def test_another_seed_gives_other_days() -> None:
    day = midnight(2026, 5, 3)
    energies = {load_profile(seed=f"1:{i}").energy_kwh(day, day + 86_400) for i in range(5)}
    assert len(energies) == 5


def test_a_household_uses_more_in_winter_and_in_the_evening() -> None:
    start, shape = _standard_year("household", "Europe/Bucharest", "RO", 2026)
    january, july = shape[: 31 * 96].sum(), shape[181 * 96 : 212 * 96].sum()
    wednesday = (midnight(2026, 1, 14) - start) // 900
    assert january > 1.1 * july
    assert shape[wednesday + 19 * 4] > 2 * shape[wednesday + 3 * 4]


def test_a_holiday_looks_like_a_sunday_in_its_own_country_only() -> None:
    romanian_national_day = midnight(2026, 12, 1)
    shapes = {}
    for country in ("RO", "DE"):
        start, shape = _standard_year("business", "Europe/Bucharest", country, 2026)
        first = (romanian_national_day - start) // 900
        shapes[country] = shape[first : first + 96].sum()
    assert shapes["RO"] < 0.8 * shapes["DE"]


def test_the_days_of_a_clock_change_have_23_and_25_hours_of_profile() -> None:
    start, shape = _standard_year("household", "Europe/Bucharest", "RO", 2026)
    for month, day, hours in ((3, 29, 23), (10, 25, 25)):
        first = midnight(2026, month, day)
        following = datetime(2026, month, day) + timedelta(days=1)  # noqa: DTZ001
        assert midnight(2026, following.month, following.day) - first == hours * 3600
        evening = (int(datetime(2026, month, day, 19, tzinfo=BUCHAREST).timestamp()) - start) // 900
        night = (int(datetime(2026, month, day, 5, tzinfo=BUCHAREST).timestamp()) - start) // 900
        assert shape[evening] > 1.5 * shape[night]


def test_an_unknown_country_is_an_error_of_one_line() -> None:
    with pytest.raises(SimulatorError, match="country “QQ”"):
        load_profile(country="QQ").energy_kwh(0, 1)


def test_importing_the_simulator_does_not_import_pandas() -> None:
    code = "import sys, contor.simulator, contor.simulator.command; print({'pandas', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
