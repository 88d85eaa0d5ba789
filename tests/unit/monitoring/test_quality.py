"""The quality of intervals: the first that applies, of slots and of longer intervals."""

from typing import Any

import pytest

from contor.services.monitoring.metering.intervals import Interval
from contor.services.monitoring.metering.quality import Quality, coverage, is_spread, qualities, silences, slots_of
from contor.services.monitoring.metering.slots import QUARTER_MS, Resolution

NEVER = 10**6
HOURS = [0, 4, 8, 12]


def test_an_interval_without_data_is_missing_and_one_not_fully_covered_partial() -> None:
    assert coverage(HOURS, NEVER, [4, None, 3]) == ["measured", "missing", "partial"]


def test_only_slots_before_now_need_data() -> None:
    assert coverage([0, 4, 8], 6, [4, 2]) == ["measured", "measured"]
    assert coverage([0, 4, 8], 7, [4, 2]) == ["measured", "partial"]
    assert coverage([0, 4, 8], 7, [3, 3]) == ["partial", "measured"]
    assert coverage([5, 6], 5, [0]) == ["measured"]
    assert coverage([5, 6], 5, [None]) == ["missing"]


@pytest.mark.parametrize(
    ("found", "evidence", "expected"),
    [
        ("measured", {"corrected": [1]}, "corrected"),
        ("partial", {"corrected": [1]}, "partial"),
        ("partial", {"after_silence": [3], "corrected": [1]}, "estimated"),
        ("partial", {"spread": True}, "estimated"),
        ("partial", {"after_silence": [3], "suspicious": [2]}, "suspicious"),
        ("measured", {"spread": True, "suspicious": [2]}, "suspicious"),
        ("missing", {"corrected": [1], "spread": True}, "missing"),
        ("measured", {"corrected": [-1, 4], "after_silence": [-1, 4], "suspicious": [-1, 4]}, "measured"),
    ],
)
def test_the_first_quality_that_applies_is_that_of_the_interval(
    found: Quality, evidence: dict[str, Any], expected: Quality
) -> None:
    assert qualities([0, 4], [found], **evidence) == [expected]


@pytest.mark.parametrize(
    ("found", "previous", "ranges"),
    [
        ("mmm", None, []),
        ("mmm", -1, []),
        ("mmm", -4, []),
        ("mmm", -5, [(0, 1)]),
        ("mpm", -1, [(4, 9)]),
        ("m-m", -1, [(4, 9)]),
        ("-pm", -1, [(0, 9)]),
        ("pmp", -1, [(0, 5), (8, 12)]),
    ],
)
def test_a_silence_ends_in_or_right_after_an_interval_that_lacks_data(
    found: str, previous: int | None, ranges: list[tuple[int, int]]
) -> None:
    names: dict[str, Quality] = {"m": "measured", "p": "partial", "-": "missing"}
    assert silences(HOURS, [names[letter] for letter in found], previous) == ranges


def test_many_silences_are_sought_in_one_range() -> None:
    edges, found = list(range(0, 4 * 301, 4)), list[Quality](["measured", "partial", "measured"] * 100)
    assert len(silences(edges, found, None)) == 100
    assert silences([*edges, 1204, 1208], [*found, "measured", "partial"], None) == [(4, 1208)]


@pytest.mark.parametrize(
    ("minutes", "finest"),
    [(None, "quarter_hour"), (15, "quarter_hour"), (16, "hour"), (60, "hour"), (61, "day"), (1_440, "day")],
)
def test_energy_is_spread_where_the_resolution_is_finer_than_the_interval(
    minutes: int | None, finest: Resolution
) -> None:
    resolutions: tuple[Resolution, ...] = ("quarter_hour", "hour", "day")
    assert [is_spread(Interval.of("start", minutes), each) for each in resolutions] == [
        resolutions.index(each) < resolutions.index(finest) for each in resolutions
    ]


def test_a_reading_has_a_share_in_every_slot_that_its_interval_touches() -> None:
    at_ms = 40 * QUARTER_MS
    assert list(slots_of(at_ms, Interval())) == [40]
    assert list(slots_of(at_ms, Interval.of("end", None))) == [39]
    assert list(slots_of(at_ms, Interval.of("end", 60))) == [36, 37, 38, 39]
    assert list(slots_of(at_ms + 10_000, Interval.of("end", 60))) == [36, 37, 38, 39, 40]
