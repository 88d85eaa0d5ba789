"""Cursors round-trip, and anything else is rejected."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contor.kernel.errors import InvalidCursor
from contor.kernel.pagination import decode_cursor, encode_cursor

SOME = UUID("01920000-0000-7000-8000-000000000001")
keys = st.lists(st.uuids() | st.integers() | st.text() | st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=4)


@given(keys)
def test_a_key_round_trips(key: list[Any]) -> None:
    assert decode_cursor(encode_cursor(key), [type(value) for value in key]) == key


@given(st.text(max_size=200))
def test_any_other_text_is_rejected(cursor: str) -> None:
    try:
        decode_cursor(cursor, [datetime, UUID])
    except InvalidCursor as problem:
        assert problem.status == 422  # noqa: PT017


@pytest.mark.parametrize(
    ("key", "types"),
    [
        ([SOME], [datetime]),
        ([SOME], [UUID, UUID]),
        ([SOME, SOME], [UUID]),
        ([], [UUID]),
        (["x"], [int]),
        (["9" * 5_000], [int]),
        (["2026-05-04T12:00:00"], [datetime]),
        (["x"], [UUID]),
    ],
)
def test_a_cursor_of_another_list_is_rejected(key: list[Any], types: list[type]) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor(key), types)


def test_a_cursor_is_safe_in_a_url() -> None:
    assert set(encode_cursor(["?&=/+ ș" * 20])) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )
