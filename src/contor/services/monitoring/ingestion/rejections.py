"""Rejections of readings, in a form that JSON and PostgreSQL can always carry."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MAX_DIGITS = 40
"""Of an integer; more are no timestamp and no energy."""
MAX_TEXT = 200
MAX_QUOTED = 40
MAX_PAYLOAD = 4000
"""Characters of a rejected item that are stored."""
MAX_DEPTH = 20
"""Levels of a rejected item; a deeper one is stored as text, because an HTTP response holds no more than 255."""


@dataclass(slots=True)
class Rejection:
    """A rejected reading or message; `index` is its position in the body, `field` names what is wrong in it."""

    index: int
    device_id: str | None
    timestamp: int | str | None
    code: str
    detail: str
    field: str
    payload: Any


class InvalidReadingError(Exception):
    """A reading that its rules refuse: the field, the code and the detail of its rejection."""

    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.code, self.detail = field, code, detail


def json_number(value: Decimal) -> float | str:
    """A double if it is the same number, else the text."""
    return float(value) if value.is_finite() and Decimal(repr(float(value))) == value else str(value)


def json_timestamp(timestamp: Any) -> int | str | None:
    if isinstance(timestamp, str | float | Decimal):
        return legible(str(timestamp))
    if isinstance(timestamp, bool) or not isinstance(timestamp, int):
        return None
    return timestamp if abs(timestamp) < 2**63 else str(timestamp)


def legible(text: str) -> str:
    """Without NUL and lone surrogates, and cut."""
    return text[:MAX_TEXT].encode("utf-8", "replace").decode().replace("\x00", "␀")


def quoted(given: Any) -> str:
    """A value as it was sent, cut, for the detail of a rejection."""
    text = legible(str(given))
    if len(text) > MAX_QUOTED:
        text = f"{text[:MAX_QUOTED]}…"
    return f'"{text}"' if isinstance(given, str) else text


def storable(item: Any) -> Any:
    """A rejected item as jsonb can hold it: without NaN, NUL and lone surrogates; cut or as text if it is too large."""
    try:
        text = json.dumps(item, default=str, ensure_ascii=False)[:MAX_PAYLOAD]
    except RecursionError:
        return "an item nested too deeply to be stored"
    text = text.encode("utf-8", "replace").decode()
    if "\\u0000" in text or len(text) == MAX_PAYLOAD or _is_deeper(item, MAX_DEPTH):
        return text.replace("\\u0000", "␀")
    return json.loads(text, parse_int=_int_or_text)


def _is_deeper(item: Any, levels: int) -> bool:
    if not isinstance(item, dict | list):
        return False
    parts = item.values() if isinstance(item, dict) else item
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts)


def _int_or_text(literal: str) -> int | str:
    return int(literal) if len(literal) <= MAX_DIGITS else literal
