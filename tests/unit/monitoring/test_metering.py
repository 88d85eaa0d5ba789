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
from contor.services.monitoring.metering.kinds import KINDS, Kind, interval
from contor.services.monitoring.metering.limits import is_over_limit, severity_of
from contor.services.monitoring.metering.slots import slot_of
from contor.services.monitoring.metering.units import (
    MAX_ENERGY,
    MWH_PER_KWH,
    InvalidValueError,
    exact_kwh,
    kwh,
    mean_power_w,
)

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
    assert UNITS["interval"]["kWh"] == MWH_PER_KWH


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
        return kind.profile({at_ms: amount for at_ms, amount in readings.items() if at_ms in stretch})

    changes = difference(within(after), within(before))
    assert difference(kind.profile(after), kind.profile(before)) == changes


def difference(new: dict[int, int], old: dict[int, int]) -> dict[int, int]:
    changes = {slot: new.get(slot, 0) - old.get(slot, 0) for slot in new.keys() | old.keys()}
    return {slot: change for slot, change in changes.items() if change}


def interval_energy(value: str, unit: str = "kWh") -> int:
    return interval.amount(Decimal(value), UNITS["interval"][unit])


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1", "Wh", 1_000),
        ("1", "kWh", 1_000_000),
        ("1", "MWh", 1_000_000_000),
        ("0.1", "kWh", 100_000),
        ("0", "kWh", 0),
        ("-0", "kWh", 0),
        ("0.000001", "kWh", 1),
        ("0.35", "Wh", 350),
        ("1e3", "Wh", 1_000_000),
        ("1e-999999999", "kWh", 0),
        ("1000000000", "kWh", MAX_ENERGY),
        ("1000000", "MWh", MAX_ENERGY),
    ],
)
def test_an_interval_value_becomes_whole_milliwatt_hours(value: str, unit: str, expected: int) -> None:
    assert interval_energy(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0.0000005", 0), ("0.0000015", 2), ("0.0000025", 2), ("0.00000051", 1), ("0.0000035", 4)]
)
def test_fractions_of_a_milliwatt_hour_are_rounded_half_to_even(value: str, expected: int) -> None:
    assert interval_energy(value) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("NaN", "not_finite"),
        ("sNaN", "not_finite"),
        ("Infinity", "not_finite"),
        ("-Infinity", "not_finite"),
        ("-0.000001", "negative_energy"),
        ("-1e999999", "negative_energy"),
        ("1000000000.000001", "too_large"),
        ("1e999999", "too_large"),
        ("1e999999999999", "too_large"),
        ("9" * 5_000, "too_large"),
    ],
)
def test_an_invalid_interval_value_is_rejected_with_its_reason(value: str, code: str) -> None:
    with pytest.raises(InvalidValueError) as rejected:
        interval_energy(value)
    assert rejected.value.code == code


def test_three_tenths_are_exactly_three_tenths() -> None:
    assert 3 * interval_energy("0.1") == interval_energy("0.3")


@given(st.integers(0, MAX_ENERGY))
def test_energy_converts_to_kwh_and_back_without_loss(energy: int) -> None:
    assert interval_energy(str(exact_kwh(energy))) == energy
    assert interval_energy(repr(kwh(energy))) == energy


@given(readings_of_a_channel)
def test_an_interval_profile_is_a_function_of_the_set_of_readings(readings: dict[int, int]) -> None:
    profile = interval.profile(readings)
    assert sum(profile.values()) == sum(readings.values())
    assert interval.profile(dict(reversed(readings.items()))) == profile
    assert set(profile) == {slot_of(at_ms) for at_ms in readings}


def test_an_hour_at_its_limit_is_not_over_it() -> None:
    assert not is_over_limit(300_000, 300_000)
    assert is_over_limit(300_001, 300_000)


def test_severity_is_critical_from_one_and_a_half_times_the_limit() -> None:
    assert severity_of(1_499_999, 1_000_000) == "warning"
    assert severity_of(1_500_000, 1_000_000) == "critical"


def test_mean_power_is_energy_over_time() -> None:
    assert mean_power_w(100_000, 0, 600_000) == 600.0
    assert mean_power_w(100_000, 5, 5) is None
    assert mean_power_w(100_000, 0, 7_200_000) == 50.0
    assert mean_power_w(100_000, 0, 7_200_001) is None
