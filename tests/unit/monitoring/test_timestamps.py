"""Timestamps of readings: every form that means one instant is accepted; a refusal says what is wrong with this one."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contor.contracts.readings import epoch_ms
from contor.services.monitoring.ingestion.decoders import decode
from contor.services.monitoring.ingestion.rejections import InvalidReadingError, Rejection
from contor.services.monitoring.ingestion.timestamps import EARLIEST_MS, instant_ms
from contor.services.monitoring.metering.slots import slot_of
from contor.services.monitoring.settings import MonitoringSettings
from tests.doc_examples import CONNECT_A_METER

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LATEST = MonitoringSettings().latest_ms(NOW)
AT = 1_732_250_400_000
ACCEPTED = [
    (AT, AT),
    ("1732250400000", AT),
    (1732250400000.0, AT),
    (1732250400000.75, AT),
    ("1732250400000.999", AT),
    ("2024-11-22T04:40:00Z", AT),
    ("2024-11-22T04:40:00z", AT),
    ("2024-11-22t04:40:00z", AT),
    (" 2024-11-22T04:40:00Z\n", AT),
    ("2024-11-22 04:40:00+00:00", AT),
    ("2024-11-22T04:40Z", AT),
    ("2024-11-22T06:40:00+02:00", AT),
    ("2024-11-22T06:40:00+0200", AT),
    ("2024-11-22T06:40+02", AT),
    ("2024-11-22T10:10:00.000999+05:30", AT),
    ("2024-11-22T04:40:00,000999999Z", AT),
    ("20241122T044000Z", AT),
    ("20241122T0440z", AT),
    ("2024-W47-5T04:40Z", AT),
    ("2024-11-21T24:00:00Z", AT - 16_800_000),
    ("2024-11-21T24:00:00.000z", AT - 16_800_000),
    ("2024-11-21T24:00+00:00", AT - 16_800_000),
    ("20241121T240000Z", AT - 16_800_000),
    ("20241121T2400Z", AT - 16_800_000),
    ("2024-11-22T24:00+02:00", AT + 62_400_000),
    ("2024-12-31T24:00Z", 1_735_689_600_000),
    ("2016-12-31T23:59:60Z", 1_483_228_799_999),
    ("2016-12-31T23:59:60.7z", 1_483_228_799_999),
    ("20161231T235960Z", 1_483_228_799_999),
    ("2017-01-01T05:29:60+05:30", 1_483_228_799_999),
    ("2010-01-01T00:00:00Z", EARLIEST_MS),
    ("2026-11-22T10:05:00Z", LATEST),
]


def of_body(given_timestamp: Any, latest: int = LATEST) -> Rejection | int:
    """The instant of a single reading, of one of an array and of one of a device batch, or its rejection."""
    item = {"timestamp": given_timestamp, "measurement_value": 1}
    one = item | {"device_id": "x"}
    found = [decode(json.dumps(body).encode(), latest) for body in (one, [one], {"device_id": "x", "readings": [item]})]
    if all(readings.instants for readings in found):
        assert len({readings.instants[0] for readings in found}) == 1
        return found[0].instants[0]
    single, *others = [readings.rejections[0] for readings in found]
    assert all((r.code, r.detail, r.field) == (single.code, single.detail, single.field) for r in others)
    return single


@pytest.mark.parametrize(("sent", "expected"), ACCEPTED)
def test_every_form_of_an_instant_is_accepted(sent: Any, expected: int) -> None:
    assert of_body(sent) == expected


@given(st.datetimes(datetime(2010, 1, 2), datetime(2026, 11, 20), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_leap_second_stays_in_its_quarter_hour(instant: datetime) -> None:
    minute = instant.replace(second=0, microsecond=0)
    at_ms = instant_ms(f"{minute:%Y-%m-%dT%H:%M}:60Z", LATEST)
    assert at_ms == epoch_ms(minute) + 59_999
    assert slot_of(at_ms) == slot_of(epoch_ms(minute))


@given(st.dates(datetime(2010, 1, 1).date(), datetime(2026, 11, 20).date()))  # noqa: DTZ001
def test_24_00_is_the_midnight_that_ends_the_day(day: Any) -> None:
    assert instant_ms(f"{day}T24:00:00Z", LATEST) == instant_ms(f"{day + timedelta(days=1)}T00:00:00Z", LATEST)


@pytest.mark.parametrize(
    ("sent", "code", "fault"),
    [
        ("yesterday", "wrong_type", '"yesterday" is no time; send epoch milliseconds such as'),
        ("", "wrong_type", '"" is no time'),
        ("22.11.2024 04:40", "wrong_type", '"22.11.2024 04:40" is no time'),
        ("2024-13-01T00:00:00Z", "wrong_type", "month must be in 1..12"),
        ("2024-02-30T00:00:00Z", "wrong_type", "day"),
        ("2024-11-22T24:30:00Z", "wrong_type", "hour must be in 0..23"),
        ("2024-11-22T04:61:00Z", "wrong_type", "minute must be in 0..59"),
        ("2024-11-22T04:40:61Z", "wrong_type", "second must be in 0..59"),
        ("20241122044000Z", "wrong_type", '"20241122044000Z" is no time'),
        ("2024112204400Z", "wrong_type", '"2024112204400Z" is no time'),
        ("x" * 5000, "wrong_type", '…" is no time'),
        ("2024-11-22T04:40:00", "no_time_zone_offset", '"2024-11-22T04:40:00" has no offset; add Z for UTC'),
        ("2024-11-22T24:00", "no_time_zone_offset", "has no offset"),
        ("2024-11-22", "no_time_zone_offset", "has no offset"),
        ("20241122", "no_time_zone_offset", "has no offset"),
        (AT // 1000, "not_milliseconds", "1732250400 looks like epoch seconds; send milliseconds: 1732250400000"),
        (AT / 1000 + 0.25, "not_milliseconds", "looks like epoch seconds; send milliseconds: 1732250400250"),
        (str(AT // 1000), "not_milliseconds", "looks like epoch seconds; send milliseconds: 1732250400000"),
        (AT * 1000, "not_milliseconds", "looks like epoch microseconds; send milliseconds: 1732250400000"),
        (AT * 10**6, "not_milliseconds", "looks like epoch nanoseconds; send milliseconds: 1732250400000"),
        (0, "time_too_old", "0 is before 2010-01-01T00:00:00Z"),
        (1.5, "time_too_old", "1.5 is before 2010-01-01T00:00:00Z"),
        (EARLIEST_MS - 1, "time_too_old", "is before 2010-01-01T00:00:00Z"),
        ("2009-12-31T23:59:59.999Z", "time_too_old", "is before 2010-01-01T00:00:00Z"),
        ("2000-01-01T01:00:00+01:00", "time_too_old", '"2000-01-01T01:00:00+01:00" is before 2010'),
        ("0001-01-01T00:00:00+23:59", "time_too_old", "check the clock of the sender"),
        (-(10**30), "time_too_old", "is before"),
        (LATEST + 1, "time_in_future", "is after 2026-11-22T10:05:00Z, the latest time accepted now"),
        ("2026-11-22T10:05:00.001Z", "time_in_future", "check the clock of the sender"),
        ("9999-12-31T24:00:00-23:59", "time_in_future", "is after 2026-11-22T10:05:00Z"),
        (10**30, "time_in_future", "is after"),
        (True, "wrong_type", "timestamp is true or false; send"),
        ([AT], "wrong_type", "timestamp is an array; send"),
        ({"at": AT}, "wrong_type", "timestamp is an object; send"),
    ],
)
def test_a_refusal_says_what_is_wrong_with_this_timestamp(sent: Any, code: str, fault: str) -> None:
    rejection = of_body(sent)
    assert isinstance(rejection, Rejection)
    assert (rejection.code, rejection.field) == (code, "timestamp")
    assert fault in rejection.detail
    assert len(rejection.detail) < 300


def test_the_guide_shows_forms_that_are_accepted_and_refused_as_it_says() -> None:
    section = CONNECT_A_METER.read_text().split("### Timestamps\n")[1].split("\n## ")[0]
    cells = [row.split("|")[2] for row in section.splitlines() if row.startswith("|")]
    examples = [json.loads(text) for cell in cells for text in re.findall("`([^`]+)`", cell)]
    assert len(examples) == 7
    assert all(isinstance(of_body(example), int) for example in examples)
    refusals = re.findall(r"such as `([^`]+)`, (?:are|is) rejected as `(\w+)`", section)
    assert len(refusals) == 2
    for sent, code in refusals:
        rejection = of_body(json.loads(sent))
        assert isinstance(rejection, Rejection)
        assert rejection.code == code


def of_literal(literal: str) -> Rejection:
    body = f'{{"timestamp": {literal}, "device_id": "x", "measurement_value": 1}}'.encode()
    return decode(body, LATEST).rejections[0]


@pytest.mark.parametrize(
    "literal", ["NaN", "Infinity", "-Infinity", "1e999999", "-1e99999999", "1e-99999999", "9" * 5000]
)
def test_a_number_that_is_no_instant_is_rejected(literal: str) -> None:
    assert of_literal(literal).field == "timestamp"


@pytest.mark.parametrize("minutes", [0, 5, 60])
def test_a_setting_says_how_far_ahead_a_timestamp_may_be(minutes: int) -> None:
    latest = MonitoringSettings(max_ahead_minutes=minutes).latest_ms(NOW)
    bound = NOW + timedelta(minutes=minutes)
    assert instant_ms(bound.isoformat(), latest) == latest == epoch_ms(bound)
    with pytest.raises(InvalidReadingError):
        instant_ms(latest + 1, latest)


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.from_regex(r"\d{4}-?\d\d-?\d\d[Tt _]\d\d:?\d\d:?(\d\d)?([.,]\d+)?(Z|z|[+-]\d\d:?\d\d)?", fullmatch=True)
    | st.from_regex(r"\d{8,20}(\.\d+)?", fullmatch=True)
    | st.lists(st.integers())
)
def test_any_value_is_an_instant_in_the_bounds_or_a_rejection(sent: Any) -> None:
    try:
        at_ms = instant_ms(sent, LATEST)
    except InvalidReadingError as error:
        assert error.detail.startswith("timestamp ")  # noqa: PT017
    else:
        assert EARLIEST_MS <= at_ms <= LATEST
        assert isinstance(at_ms, int)
        if isinstance(sent, int | float | Decimal):
            assert 0 <= Decimal(sent) - at_ms < 1
