"""The rules for one reading, before its device is known."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from contor.contracts.devices import DEFAULT_CHANNEL
from contor.services.monitoring.ingestion.rejections import (
    InvalidReadingError,
    Rejection,
    json_timestamp,
    legible,
    quoted,
    storable,
)
from contor.services.monitoring.ingestion.submission import Readings
from contor.services.monitoring.ingestion.timestamps import instant_ms

REQUIRED = ("device_id", "timestamp", "measurement_value")
FIELDS = frozenset((*REQUIRED, "unit", "channel"))
ACCEPTED_FIELDS = "timestamp, device_id, measurement_value, unit and channel"
FORMS = (
    "send {timestamp, device_id, measurement_value}, an array of those, "
    "or {device_id, readings: [{timestamp, measurement_value}, …]}"
)


class RepeatedField(str):
    """The text of a JSON object in which the field `name` is repeated: which of the values is meant is not known."""

    name: str

    def __new__(cls, text: str, name: str) -> "RepeatedField":
        made = super().__new__(cls, text)
        made.name = name
        return made


def check_items(items: Iterable[Any], latest: int) -> Readings:
    """The readings in parsed JSON items, and the rejections of the other items."""
    readings = Readings()
    for index, item in enumerate(items):
        check_item(item, index, latest, readings)
    return readings


def check_item(item: Any, index: int, latest: int, readings: Readings) -> None:
    """Add one parsed JSON item to `readings`, or its rejection."""
    try:
        device_id, at_ms, value, unit = _reading(item, latest)
    except InvalidReadingError as error:
        fields = item if isinstance(item, dict) else {}
        device, timestamp = fields.get("device_id"), json_timestamp(fields.get("timestamp"))
        device = legible(device) if isinstance(device, str) else None
        rejection = Rejection(index, device, timestamp, error.code, error.detail, error.field, storable(item))
        readings.rejections.append(rejection)
    else:
        readings.add(index, device_id, at_ms, value, unit)


def _reading(item: Any, latest: int) -> tuple[str, int, Decimal, str | None]:
    if isinstance(item, RepeatedField):
        detail = f"{quoted(item.name)} is in the reading twice; send each field once"
        raise InvalidReadingError(item.name, "repeated_field", detail)
    if not isinstance(item, dict):
        raise InvalidReadingError("", "wrong_type", f"a reading is an object; {FORMS}")
    _check_names(item)
    device_id = _text(item, "device_id", "the id of a device") or ""
    channel, unit = _text(item, "channel", DEFAULT_CHANNEL), _text(item, "unit", "Wh, kWh or MWh")
    if channel not in (None, DEFAULT_CHANNEL):
        detail = f"the meter has no channel {quoted(channel)}; accepted is {DEFAULT_CHANNEL}"
        raise InvalidReadingError("channel", "unknown_channel", detail)
    return device_id, instant_ms(item["timestamp"], latest), _value(item["measurement_value"]), unit


def _check_names(item: dict[str, Any]) -> None:
    if not item.keys() <= FIELDS:
        name = legible(next(name for name in item if name not in FIELDS))
        detail = f"{quoted(name)} is not a field of a reading; accepted are {ACCEPTED_FIELDS}"
        raise InvalidReadingError(name, "unknown_field", detail)
    for name in REQUIRED:
        if item.get(name) is None:
            raise InvalidReadingError(name, "missing_field", f"{name} is missing; {FORMS}")


def _text(item: dict[str, Any], field: str, accepted: str) -> str | None:
    text = item.get(field)
    if text is None or isinstance(text, str):
        return text
    raise InvalidReadingError(field, "wrong_type", f"{field} must be a string: {accepted}")


def _value(given: Any) -> Decimal:
    """Any finite number: its kind, which the channel tells, may accept less."""
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise InvalidReadingError("measurement_value", "wrong_type", "measurement_value must be a number")
    try:
        value = Decimal(str(given))
    except InvalidOperation as error:
        detail = f"measurement_value {quoted(given)} is not a number; send one such as 0.35"
        raise InvalidReadingError("measurement_value", "wrong_type", detail) from error
    if not value.is_finite():
        detail = f"measurement_value is {quoted(given)}; send a finite number"
        raise InvalidReadingError("measurement_value", "not_finite", detail)
    return value
