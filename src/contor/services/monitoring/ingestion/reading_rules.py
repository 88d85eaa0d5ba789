"""The rules for one reading, before its device is known."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from contor.contracts.readings import epoch_ms
from contor.services.monitoring.ingestion.rejections import Rejection, json_timestamp, legible, storable
from contor.services.monitoring.ingestion.submission import Readings

EARLIEST_MS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
MAX_AHEAD = timedelta(days=1)
FORMS = (
    "send {timestamp, device_id, measurement_value}, an array of those, "
    "or {device_id, readings: [{timestamp, measurement_value}, …]}"
)
INSTANT = "epoch milliseconds, or ISO 8601 with an offset"


class _InvalidReadingError(Exception):
    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.code, self.detail = field, code, detail


def latest_ms(at: datetime) -> int:
    """The latest timestamp that is accepted at this instant."""
    return int((at + MAX_AHEAD).timestamp() * 1000)


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
    except _InvalidReadingError as error:
        fields = item if isinstance(item, dict) else {}
        device, timestamp = fields.get("device_id"), json_timestamp(fields.get("timestamp"))
        device = legible(device) if isinstance(device, str) else None
        rejection = Rejection(index, device, timestamp, error.code, error.detail, error.field, storable(item))
        readings.rejections.append(rejection)
    else:
        readings.add(index, device_id, at_ms, value, unit)


def _reading(item: Any, latest: int) -> tuple[str, int, Decimal, str | None]:
    if not isinstance(item, dict):
        raise _InvalidReadingError("", "wrong_type", f"a reading is an object; {FORMS}")
    for name in ("device_id", "timestamp", "measurement_value"):
        if item.get(name) is None:
            raise _InvalidReadingError(name, "missing_field", f"{name} is missing; {FORMS}")
    device_id = item["device_id"]
    if not isinstance(device_id, str):
        raise _InvalidReadingError("device_id", "wrong_type", "device_id must be a string, the id of a device")
    unit = item.get("unit")
    if not (unit is None or isinstance(unit, str)):
        raise _InvalidReadingError("unit", "wrong_type", "unit must be a string")
    return device_id, _instant(item["timestamp"], latest), _value(item["measurement_value"]), unit


def _value(given: Any) -> Decimal:
    """Any finite number: its kind, which the channel tells, may accept less."""
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise _InvalidReadingError("measurement_value", "wrong_type", "measurement_value must be a number")
    try:
        value = Decimal(str(given))
    except InvalidOperation as error:
        raise _InvalidReadingError("measurement_value", "wrong_type", "measurement_value must be a number") from error
    if not value.is_finite():
        raise _InvalidReadingError("measurement_value", "not_finite", "measurement_value must be a finite number")
    return value


def _instant(given: Any, latest: int) -> int:
    if isinstance(given, str):
        try:
            instant = datetime.fromisoformat(given)
        except ValueError as error:
            raise _InvalidReadingError("timestamp", "wrong_type", f"timestamp must be {INSTANT}") from error
        if instant.tzinfo is None:
            raise _InvalidReadingError("timestamp", "no_time_zone_offset", f"timestamp has no offset; send {INSTANT}")
        at_ms = epoch_ms(instant)
    elif isinstance(given, int) and not isinstance(given, bool):
        at_ms = given
    else:
        raise _InvalidReadingError("timestamp", "wrong_type", f"timestamp must be {INSTANT}")
    if at_ms < EARLIEST_MS:
        raise _InvalidReadingError("timestamp", "time_too_old", f"timestamp is before 2000; send {INSTANT}")
    if at_ms > latest:
        raise _InvalidReadingError("timestamp", "time_in_future", "timestamp is more than a day ahead of now")
    return at_ms
