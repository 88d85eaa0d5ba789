from zoneinfo import ZoneInfo

import pytest

from contor.simulator.meter import Meter
from contor.simulator.profile import LoadProfile

DAY = 1_772_323_200  # 2026-03-01T00:00:00Z
ZONE = ZoneInfo("Europe/Bucharest")


def meter(unit: str = "kWh", last: int = DAY) -> Meter:
    load = LoadProfile(profile="household", zone=ZONE, country="RO", annual_kwh=3200, seed="1:a")
    return Meter("a", "A", unit, load, last, "1:a")


def test_a_year_of_readings_sums_to_the_annual_consumption_within_one_percent() -> None:
    load = LoadProfile(profile="household", zone=ZoneInfo("UTC"), country="RO", annual_kwh=3200, seed="1:a")
    start, end = 1_767_225_600, 1_798_761_600
    one = Meter("a", "A", "kWh", load, start, "1:a")
    readings = [one.read(at) for at in range(start + 600, end + 1, 600)]
    assert sum(reading.measurement_value for reading in readings if reading) == pytest.approx(3200, rel=0.01)


def test_values_are_not_negative_and_whole_microwatt_hours() -> None:
    digits = {"Wh": 6, "kWh": 9, "MWh": 12}
    for unit, places in digits.items():
        one = meter(unit)
        for at in range(DAY + 10, DAY + 3600, 10):
            reading = one.read(at)
            assert reading is not None
            assert reading.measurement_value >= 0
            assert reading.measurement_value == round(reading.measurement_value, places)


def test_the_unit_of_the_device_changes_the_number_and_not_the_energy() -> None:
    kwh, wh, mwh = (meter(unit).read(DAY + 3600) for unit in ("kWh", "Wh", "MWh"))
    assert kwh
    assert wh
    assert mwh
    assert wh.measurement_value == pytest.approx(kwh.measurement_value * 1000, abs=0.001)
    assert mwh.measurement_value == pytest.approx(kwh.measurement_value / 1000, abs=1e-9)


def test_a_reading_carries_the_energy_since_the_previous_one() -> None:
    often, seldom = meter(), meter()
    parts = [often.read(at) for at in range(DAY + 600, DAY + 86_401, 600)]
    whole = seldom.read(DAY + 86_400)
    assert whole is not None
    assert sum(part.measurement_value for part in parts if part) == pytest.approx(whole.measurement_value, rel=0.11)
    assert parts[-1] is not None
    assert parts[-1].timestamp == whole.timestamp == (DAY + 86_400) * 1000


def test_energy_is_not_reported_twice() -> None:
    one = meter()
    assert one.read(DAY) is None
    assert one.read(DAY + 600)
    assert one.read(DAY + 600) is None
    assert one.read(DAY + 10) is None


def test_a_reading_does_not_depend_on_where_the_run_began() -> None:
    early, late = meter(), meter(last=DAY + 6000)
    for at in range(DAY + 600, DAY + 6001, 600):
        early.read(at)
    assert early.read(DAY + 6600) == late.read(DAY + 6600)
