"""Exact energy, kinds of channel and limits; pure, as everything in `metering`."""

import ast
import sys
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contor.contracts.devices import UNITS, DeviceKind, DeviceUnit
from contor.services.monitoring import metering
from contor.services.monitoring.metering.intervals import Interval, spread
from contor.services.monitoring.metering.kinds import KINDS, Kind, interval
from contor.services.monitoring.metering.limits import is_over_limit, severity_of
from contor.services.monitoring.metering.units import (
    UWH_PER_KWH,
    InvalidValueError,
    exact_kwh,
    kwh,
    mean_power_w,
)

WHOLE = Interval()
LARGEST = interval.largest(100_000_000, None)
"""Of a meter with a maximum power of 100 kW: 74,400 kWh."""
FOLDER = Path(metering.__file__).parent
readings_of_a_channel = st.dictionaries(
    st.integers(946_684_800_000, 946_684_800_000 + 10_000_000), st.integers(0, 10**9), max_size=50
)


@pytest.mark.parametrize("path", FOLDER.rglob("*.py"), ids=lambda path: str(path.relative_to(FOLDER)))
def test_metering_imports_only_the_standard_library_and_itself(path: Path) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            imported.add(node.module or "")
    assert {
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(f"{metering.__name__}.")
    } == set()


def test_the_accepted_kinds_are_those_that_metering_has() -> None:
    assert KINDS.keys() == UNITS.keys() <= set(get_args(DeviceKind))
    assert all(isinstance(kind, Kind) for kind in KINDS.values())
    assert {unit for units in UNITS.values() for unit in units} <= set(get_args(DeviceUnit))
    assert UNITS["interval"]["kWh"] == UWH_PER_KWH


def test_the_database_can_add_up_the_readings_of_every_kind() -> None:
    """`repository.ingest.STORE` adds each reading to the slot of its timestamp."""
    assert {kind.neighbours for kind in KINDS.values()} == {0}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@given(before=readings_of_a_channel, stored=readings_of_a_channel)
def test_a_stored_reading_changes_the_profile_only_by_its_stretch(
    kind: Kind, before: dict[int, int], stored: dict[int, int]
) -> None:
    after = before | stored
    touched = {n for n, at_ms in enumerate(sorted(after)) if at_ms in stored}
    stretch = {
        at_ms for n, at_ms in enumerate(sorted(after)) if any(abs(n - other) <= kind.neighbours for other in touched)
    }

    def within(readings: dict[int, int]) -> dict[int, int]:
        return kind.profile({at_ms: amount for at_ms, amount in readings.items() if at_ms in stretch}, WHOLE)

    changes = difference(within(after), within(before))
    assert difference(kind.profile(after, WHOLE), kind.profile(before, WHOLE)) == changes


def difference(new: dict[int, int], old: dict[int, int]) -> dict[int, int]:
    changes = {slot: new.get(slot, 0) - old.get(slot, 0) for slot in new.keys() | old.keys()}
    return {slot: change for slot, change in changes.items() if change}


def interval_energy(value: str, unit: str = "kWh") -> int:
    return interval.amount(Decimal(value), UNITS["interval"][unit], LARGEST)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1", "Wh", 1_000_000),
        ("1", "kWh", 1_000_000_000),
        ("1", "MWh", 1_000_000_000_000),
        ("0.1", "kWh", 100_000_000),
        ("0", "kWh", 0),
        ("-0", "kWh", 0),
        ("0.000000001", "kWh", 1),
        ("0.35", "Wh", 350_000),
        ("1e3", "Wh", 1_000_000_000),
        ("1e-999999999", "kWh", 0),
        ("74400", "kWh", LARGEST),
        ("74.4", "MWh", LARGEST),
    ],
)
def test_an_interval_value_becomes_whole_microwatt_hours(value: str, unit: str, expected: int) -> None:
    assert interval_energy(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.0000000005", 0), ("0.0000000015", 2), ("0.0000000025", 2), ("0.00000000051", 1), ("0.0000000035", 4)],
)
def test_fractions_of_a_microwatt_hour_are_rounded_half_to_even(value: str, expected: int) -> None:
    assert interval_energy(value) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NaN", "not_finite"),
        ("sNaN", "not_finite"),
        ("Infinity", "not_finite"),
        ("-Infinity", "not_finite"),
        ("-0.000000001", "negative_energy"),
        ("-1e999999", "negative_energy"),
        ("74400.000000001", "implausible"),
        ("1e999999", "implausible"),
        ("1e999999999999", "implausible"),
        ("9" * 5_000, "implausible"),
    ],
)
def test_an_invalid_interval_value_is_rejected_with_its_reason(value: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as rejected:
        interval_energy(value)
    assert rejected.value.code == code


def test_three_tenths_are_exactly_three_tenths() -> None:
    assert 3 * interval_energy("0.1") == interval_energy("0.3")


@given(st.integers(0, LARGEST // 1000).map(lambda milliwatt_hours: milliwatt_hours * 1000))
def test_energy_converts_to_kwh_and_back_without_loss(energy: int) -> None:
    assert interval_energy(str(exact_kwh(energy))) == energy
    assert interval_energy(repr(kwh(energy))) == energy


def test_a_thousand_tiny_readings_add_up() -> None:
    """1.2 W in one-second readings are 1.2 Wh an hour."""
    assert 3600 * interval_energy("0.000333333333", "Wh") == 1_198_800
    assert 3600 * interval_energy(f"{1.2 / 3600:.12f}", "Wh") == pytest.approx(1_200_000, rel=0.002)


intervals = st.sampled_from([WHOLE, Interval.of("end", None)]) | st.builds(
    Interval.of, st.sampled_from(["start", "end"]), st.integers(1, 1440)
)


@given(readings_of_a_channel, intervals)
def test_an_interval_profile_is_a_function_of_the_set_of_readings(readings: dict[int, int], given: Interval) -> None:
    profile = interval.profile(readings, given)
    assert sum(profile.values()) == sum(readings.values())
    assert interval.profile(dict(reversed(readings.items())), given) == profile


@given(st.integers(10**12, 2 * 10**12), st.integers(0, LARGEST), intervals)
def test_an_interval_is_spread_exactly_and_in_proportion(at_ms: int, energy: int, given: Interval) -> None:
    shares = list(spread(at_ms, energy, given))
    assert sum(share.energy for share in shares) == energy
    assert sum(share.covered for share in shares) == given.length
    assert all(abs(share.energy - energy * share.covered / given.length) <= 1 + energy * 1e-12 for share in shares)


def test_an_interval_stamped_at_its_end_lies_before_the_stamp() -> None:
    ten = 10 * 3_600_000
    assert [share.slot for share in spread(ten, 4, Interval.of("end", None))] == [39]
    assert [share.slot for share in spread(ten, 4, Interval.of("end", 60))] == [36, 37, 38, 39]
    assert [share.slot for share in spread(ten, 4, Interval.of("start", 60))] == [40, 41, 42, 43]


def test_an_hour_at_its_limit_is_not_over_it() -> None:
    assert not is_over_limit(300_000, 300_000)
    assert is_over_limit(300_001, 300_000)


def test_severity_is_critical_from_one_and_a_half_times_the_limit() -> None:
    assert severity_of(1_499_999, 1_000_000) == "warning"
    assert severity_of(1_500_000, 1_000_000) == "critical"


def test_mean_power_is_energy_over_time() -> None:
    assert mean_power_w(100_000_000, 0, 600_000) == 600.0
    assert mean_power_w(100_000_000, 5, 5) is None
    assert mean_power_w(100_000_000, 0, 7_200_000) == 50.0
    assert mean_power_w(100_000_000, 0, 7_200_001) is None
