"""What is kept and told of a reading that cannot be used: in a form that JSON and PostgreSQL can always carry."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

LONGEST_INTEGER = 40
"""Digits; more are no timestamp and no energy."""
LONGEST_TEXT = 200
LONGEST_PAYLOAD = 4000
"""Characters of a refused item that are kept."""
DEEPEST_PAYLOAD = 20
"""Levels of a refused item; one that nests deeper is kept as its text, because an answer holds no more than 255."""


@dataclass(slots=True)
class Rejection:
    """One reading that cannot be used: where it stood, why, and itself."""

    index: int
    device_id: str | None
    timestamp: int | str | None
    code: str
    detail: str
    field: str
    payload: Any


def number(value: Decimal) -> float | str:
    """As JSON can hold it: a number if that is exact enough to come back the same, else its text."""
    return float(value) if value.is_finite() and Decimal(repr(float(value))) == value else str(value)


def shown(timestamp: Any) -> int | str | None:
    """A refused timestamp as the answer can carry it."""
    if isinstance(timestamp, str):
        return legible(timestamp)
    if isinstance(timestamp, bool) or not isinstance(timestamp, int):
        return None
    return timestamp if abs(timestamp) < 2**63 else str(timestamp)


def legible(text: str) -> str:
    """Text from outside as PostgreSQL and JSON can carry it: no NUL, no half of a character, not endless."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode().replace("\x00", "␀")


def plain(item: Any) -> Any:
    """A refused item as PostgreSQL's jsonb can keep it: no NaN, no NUL, no half of a character, not endless."""
    try:
        text = json.dumps(item, default=str, ensure_ascii=False)[:LONGEST_PAYLOAD]
    except RecursionError:
        return "an item nested too deeply to be kept"
    text = text.encode("utf-8", "replace").decode()
    if "\\u0000" in text or len(text) == LONGEST_PAYLOAD or _nests_deeper(item, DEEPEST_PAYLOAD):
        return text.replace("\\u0000", "␀")
    return json.loads(text, parse_int=_whole_or_text)


def _nests_deeper(item: Any, levels: int) -> bool:
    if not isinstance(item, dict | list):
        return False
    parts = item.values() if isinstance(item, dict) else item
    return levels == 0 or any(_nests_deeper(part, levels - 1) for part in parts)


def _whole_or_text(literal: str) -> int | str:
    return int(literal) if len(literal) <= LONGEST_INTEGER else literal
