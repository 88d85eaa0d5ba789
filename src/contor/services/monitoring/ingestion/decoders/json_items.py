"""The items of a JSON body that holds an invalid reading, for the rules that name what is wrong with each."""

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from contor.kernel.errors import MalformedJson, Problem
from contor.services.monitoring.ingestion.reading_rules import FORMS, RepeatedField
from contor.services.monitoring.ingestion.rejections import MAX_DIGITS, MAX_PAYLOAD, MAX_TEXT, legible, storable

MAX_READINGS = 10_000
BESIDE = ("device_id", "unit", "channel")
"""Fields that stand beside `readings` for all those that do not state their own."""
_OBJECT = (dict, RepeatedField)


class NotReadings(Problem):
    status = 422
    code = "not_readings"
    detail = f"The body holds no readings: {FORMS}."


class TooManyReadings(Problem):
    status = 413
    code = "too_many_readings"
    detail = f"A body holds at most {MAX_READINGS} readings; send the rest in another."


def check_count(count: int) -> None:
    if count > MAX_READINGS:
        raise TooManyReadings
    if count == 0:
        raise NotReadings("The body holds no reading.")


def parse(body: bytes) -> list[Any]:
    """Raises `MalformedJson`, `NotReadings` or `TooManyReadings`. NaN and infinities are parsed although they are not
    JSON, so that only their readings are rejected."""
    try:
        content = json.loads(
            body, object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=Decimal
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"The body is not valid JSON ({error}); {FORMS}.") from error
    beside: Mapping[str, Any] = {}
    if isinstance(content, dict) and isinstance(content.get("readings"), list):
        content, beside = content["readings"], fields_beside(content)
    elif isinstance(content, _OBJECT):
        content = [content]
    if not isinstance(content, list) or not any(isinstance(item, _OBJECT) for item in content):
        raise NotReadings
    check_count(len(content))
    return [_merged(beside, item) for item in content] if beside else content


def fields_beside(batch: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the `readings` of a batch: the known fields and the first unknown one.

    Cut, because the rejection of each reading holds them.
    """
    known = [name for name in BESIDE if batch.get(name) is not None]
    unknown = [name for name in batch if name not in (*BESIDE, "readings")]
    return {name: _cut(batch[name]) for name in (*known, *unknown[:1])}


def _cut(value: Any) -> Any:
    value = storable(value)
    return value if len(str(value)) <= MAX_TEXT else f"{str(value)[:MAX_TEXT]}…"


def _merged(beside: Mapping[str, Any], item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {**beside, **{name: value for name, value in item.items() if value is not None or name not in beside}}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | RepeatedField:
    content = dict(pairs)
    if len(content) == len(pairs):
        return content
    text = ", ".join(f"{json.dumps(name)}: {json.dumps(value, default=str)}" for name, value in pairs)
    times = Counter(name for name, _ in pairs)
    return RepeatedField(f"{{{text}}}"[:MAX_PAYLOAD], legible(times.most_common(1)[0][0]))


def _decimal(literal: str) -> Decimal | str:
    try:
        return Decimal(literal)
    except InvalidOperation:
        return literal  # an exponent beyond Decimal's range: rejected as text


def _integer(literal: str) -> int | Decimal:
    # Python refuses to convert thousands of digits, and with them it would refuse the whole body.
    return int(literal) if len(literal) <= MAX_DIGITS else Decimal(literal)
