import itertools
from collections import Counter

import pytest

from contor.simulator import FaultRates, SimulatorError
from contor.simulator.faults import Faults, Item
from contor.simulator.reading import Reading


def stream(meters: int = 3, rounds: int = 2000) -> list[Reading]:
    return [Reading(at * 1000, f"d{meter}", float(at)) for at in range(rounds) for meter in range(meters)]


def with_faults(rates: FaultRates, seed: int = 1) -> list[Item]:
    faults, readings = Faults(rates, seed), stream()
    out = [item for first in range(0, len(readings), 7) for item in faults.apply(readings[first : first + 7])]
    return out + faults.remaining()


def readings_of(items: list[Item]) -> list[Reading]:
    return [item for item in items if isinstance(item, Reading)]


def test_without_faults_the_stream_is_untouched() -> None:
    assert with_faults(FaultRates()) == stream()


def test_late_and_overtaken_readings_all_arrive_once() -> None:
    items = with_faults(FaultRates(late=0.05, out_of_order=0.05))
    assert items != stream()
    assert sorted(readings_of(items), key=lambda r: (r.timestamp, r.device_id)) == stream()


def test_out_of_order_means_overtaken_by_a_reading_of_the_same_meter() -> None:
    items = [r.timestamp for r in readings_of(with_faults(FaultRates(out_of_order=0.1))) if r.device_id == "d0"]
    steps = Counter(later - earlier for earlier, later in itertools.pairwise(items))
    assert steps[-1000] > 100


def test_duplicates_are_the_same_reading_again() -> None:
    counts = Counter(readings_of(with_faults(FaultRates(duplicates=0.1))))
    assert set(counts) == set(stream())
    assert 400 < sum(count == 2 for count in counts.values()) < 800


def test_gaps_lose_a_row_of_readings_of_one_meter() -> None:
    items = readings_of(with_faults(FaultRates(gaps=0.01)))
    assert set(items) < set(stream())
    assert 0.85 < len(items) / len(stream()) < 0.99


def test_garbage_comes_in_addition_to_every_good_reading() -> None:
    items = with_faults(FaultRates(garbage=0.05))
    assert readings_of(items) == stream()
    assert 200 < len(items) - len(stream()) < 400


def test_the_same_seed_makes_the_same_faults() -> None:
    rates = FaultRates(duplicates=0.1, late=0.1, out_of_order=0.1, gaps=0.01, garbage=0.1)
    assert with_faults(rates, seed=4) == with_faults(rates, seed=4)
    assert with_faults(rates, seed=4) != with_faults(rates, seed=5)


def test_rates_are_read_from_one_line() -> None:
    rates = FaultRates.parse("duplicates=0.01, late=0.02,out-of-order=1")
    assert rates == FaultRates(duplicates=0.01, late=0.02, out_of_order=1)


@pytest.mark.parametrize("text", ["delays=0.1", "late", "late=often", "late=1.5", "late=-0.1", "late=nan"])
def test_an_unknown_fault_is_refused(text: str) -> None:
    with pytest.raises(SimulatorError, match="is not a fault"):
        FaultRates.parse(text)
