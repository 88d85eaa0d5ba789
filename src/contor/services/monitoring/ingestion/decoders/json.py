"""`json`: one reading, an array of readings, or one device's readings, each an object."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from contor.kernel.errors import MalformedJson, Problem
from contor.services.monitoring.ingestion.reading_rules import EARLIEST_MS, FORMS, check_item
from contor.services.monitoring.ingestion.rejections import MAX_DIGITS
from contor.services.monitoring.ingestion.submission import Readings

MAX_READINGS = 10_000


class NotReadings(Problem):
    status = 422
    code = "not_readings"
    detail = f"The body holds no readings: {FORMS}."


class TooManyReadings(Problem):
    status = 413
    code = "too_many_readings"
    detail = f"A body holds at most {MAX_READINGS} readings; send the rest in another."


class _Reading(msgspec.Struct, gc=False):
    timestamp: int | str
    measurement_value: Decimal
    device_id: str
    unit: str | None = None


class _DeviceReading(msgspec.Struct, gc=False):
    timestamp: int | str
    measurement_value: Decimal
    unit: str | None = None


class _DeviceReadings(msgspec.Struct):
    device_id: str
    readings: list[_DeviceReading]
    unit: str | None = None


_READING = msgspec.json.Decoder(_Reading)
_ARRAY = msgspec.json.Decoder(list[_Reading])
_DEVICE_READINGS = msgspec.json.Decoder(_DeviceReadings)
_INVALID = (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError)


def decode(body: bytes, latest: int, readings: Readings) -> None:
    """Raises `MalformedJson`, `NotReadings` or `TooManyReadings`."""
    try:
        if body[:1] == b"{" and b'"readings"' not in body:  # one reading, as nearly every message is
            item = _READING.decode(body)
            timestamp = item.timestamp
            if type(timestamp) is int and EARLIEST_MS <= timestamp <= latest:
                readings.add(0, item.device_id, timestamp, item.measurement_value, item.unit)
                return
            items = [(item.device_id, timestamp, item.measurement_value, item.unit)]
        else:
            items = _decode_several(body)
    except _INVALID:  # find out which items, and why
        for index, given in enumerate(_parse(body)):
            check_item(given, index, latest, readings)
        return
    for index, (device_id, timestamp, value, unit) in enumerate(items):
        if type(timestamp) is int and EARLIEST_MS <= timestamp <= latest:
            readings.add(index, device_id, timestamp, value, unit)
        else:
            given = {"timestamp": timestamp, "device_id": device_id, "measurement_value": value}
            if unit is not None:
                given["unit"] = unit
            check_item(given, index, latest, readings)


def _decode_several(body: bytes) -> list[tuple[str, int | str, Decimal, str | None]]:
    if b'"readings"' in body and body.lstrip()[:1] != b"[":
        batch = _DEVICE_READINGS.decode(body)
        _check_count(len(batch.readings))
        return [
            (batch.device_id, item.timestamp, item.measurement_value, item.unit or batch.unit)
            for item in batch.readings
        ]
    array = _ARRAY.decode(body)
    _check_count(len(array))
    return [(item.device_id, item.timestamp, item.measurement_value, item.unit) for item in array]


def _check_count(count: int) -> None:
    if count > MAX_READINGS:
        raise TooManyReadings
    if count == 0:
        raise NotReadings("The body holds no reading.")


def _parse(body: bytes) -> list[Any]:
    """The items of a body that `_decode` refused. NaN and infinities, which are not JSON, are parsed as well."""
    try:
        content = json.loads(body, parse_float=_decimal, parse_int=_integer, parse_constant=Decimal)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"The body is not valid JSON ({error}); {FORMS}.") from error
    if isinstance(content, dict) and isinstance(content.get("readings"), list):
        device_id, unit, items = content.get("device_id"), content.get("unit"), content["readings"]
        content = [
            {**item, "device_id": device_id, "unit": item.get("unit", unit)} if isinstance(item, dict) else item
            for item in items
        ]
    elif isinstance(content, dict):
        content = [content]
    if not isinstance(content, list) or not any(isinstance(item, dict) for item in content):
        raise NotReadings
    _check_count(len(content))
    return content


def _decimal(literal: str) -> Decimal | str:
    try:
        return Decimal(literal)
    except InvalidOperation:
        return literal  # an exponent beyond Decimal's range: rejected as text


def _integer(literal: str) -> int | Decimal:
    # Python refuses to convert thousands of digits, and with them it would refuse the whole body.
    return int(literal) if len(literal) <= MAX_DIGITS else Decimal(literal)
