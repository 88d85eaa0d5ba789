from datetime import UTC, datetime, timedelta

import pytest

from contor.contracts.readings import epoch_ms
from contor.simulator import SimulatorError
from contor.simulator.times import parse_duration, parse_instant, parse_timestamp

NOW = 1_772_323_200.7


def test_durations_are_a_number_and_a_letter() -> None:
    assert [parse_duration(text) for text in ("10s", "1m", "10m", "2h", "30d", "2W")] == [
        10,
        60,
        600,
        7200,
        2_592_000,
        1_209_600,
    ]


@pytest.mark.parametrize("text", ["", "10", "0s", "-5m", "10 minutes", "1.5h"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(SimulatorError, match="not a duration"):
        parse_duration(text)


def test_an_instant_is_a_time_ago_a_date_or_iso_with_offset() -> None:
    assert parse_instant("1d", NOW) == 1_772_236_800
    assert parse_instant("2026-03-01", NOW) == 1_772_323_200
    assert parse_instant("2026-03-01T02:00:00+02:00", NOW) == 1_772_323_200


@pytest.mark.parametrize("text", ["2026-03-01T00:00:00", "yesterday", "2026-13-01"])
def test_other_instants_are_refused(text: str) -> None:
    with pytest.raises(SimulatorError, match=r"no offset|not a time"):
        parse_instant(text, NOW)


def test_a_timestamp_is_epoch_milliseconds_or_iso_with_offset() -> None:
    assert parse_timestamp("1772323200000") == 1_772_323_200_000
    assert parse_timestamp("2026-03-01T00:00:00.250Z") == 1_772_323_200_250


@pytest.mark.parametrize("text", ["1772323200", "2026-03-01T00:00:00", "20260301", "", "noon"])
def test_other_timestamps_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no offset|not a time"):
        parse_timestamp(text)


@pytest.mark.parametrize("text", ["2026-03-01T00:59:59.9999Z", "2026-03-01T00:59:59.9999999999Z"])
def test_fractions_of_a_millisecond_are_cut_so_that_the_reading_stays_in_its_hour(text: str) -> None:
    assert parse_timestamp(text) == epoch_ms(datetime.fromisoformat(text)) == 1_772_326_799_999


def test_every_millisecond_is_kept_and_instants_before_1970_are_cut_downwards() -> None:
    for ms in range(4_102_444_700_000, 4_102_444_701_000):
        assert epoch_ms(datetime.fromtimestamp(ms // 1000, UTC) + timedelta(milliseconds=ms % 1000)) == ms
    assert epoch_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC)) == -1
