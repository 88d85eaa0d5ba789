"""`json`: one reading, an array of readings, or one device's readings, each an object."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from contor.services.monitoring.ingestion.decoders.json_items import check_count, fields_beside, parse
from contor.services.monitoring.ingestion.reading_rules import check_item
from contor.services.monitoring.ingestion.rejections import InvalidReadingError
from contor.services.monitoring.ingestion.submission import Readings
from contor.services.monitoring.ingestion.timestamps import EARLIEST_MS, instant_ms


class _DeviceReading(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    timestamp: int | str
    measurement_value: Decimal
    unit: str | None = None
    channel: str | None = None


class _Reading(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    timestamp: int | str
    measurement_value: Decimal
    device_id: str
    unit: str | None = None
    channel: str | None = None


class _DeviceReadings(msgspec.Struct, forbid_unknown_fields=True):
    device_id: str
    readings: list[_DeviceReading]
    unit: str | None = None
    channel: str | None = None


_READING = msgspec.json.Decoder(_Reading)
_ARRAY = msgspec.json.Decoder(list[_Reading])
_DEVICE_READINGS = msgspec.json.Decoder(_DeviceReadings)
_MARKS, _DEVICE_MARKS = 8, 4
"""Quotation marks in a reading that has no text but its id, and in one of a device batch: two for each field's name and
two for the id. More mean more fields or texts. To count them costs less than to look at each field."""
_INVALID = (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError)


def decode(body: bytes, latest: int, readings: Readings) -> None:
    """Raises `MalformedJson`, `NotReadings` or `TooManyReadings`."""
    try:
        if body[:1] == b"{":  # one reading, as nearly every message is
            item = _READING.decode(body)
            at_ms = item.timestamp
            if type(at_ms) is int and EARLIEST_MS <= at_ms <= latest and body.count(b'"') == _MARKS:
                readings.add(0, item.device_id, at_ms, item.measurement_value)
                return
            items = [item]
        else:
            items = _ARRAY.decode(body)
    except _INVALID:
        _decode_batch(body, latest, readings)
    else:
        _add(body, items, [item.device_id for item in items], {}, latest, readings)


def _decode_batch(body: bytes, latest: int, readings: Readings) -> None:
    """One device's readings, or what is wrong with a body that holds something else."""
    try:
        batch = _DEVICE_READINGS.decode(body)
    except _INVALID:
        _check_each(body, latest, readings)
    else:
        beside = fields_beside(msgspec.structs.asdict(batch))
        _add(body, batch.readings, [beside["device_id"]] * len(batch.readings), beside, latest, readings)


def _check_each(body: bytes, latest: int, readings: Readings) -> None:
    for index, item in enumerate(parse(body)):
        check_item(item, index, latest, readings)


def _add(
    body: bytes,
    items: Sequence[_Reading | _DeviceReading],
    devices: Sequence[str],
    beside: Mapping[str, Any],
    latest: int,
    readings: Readings,
) -> None:
    """Readings by column, which is faster than one after the other, if all have epoch milliseconds and nothing more."""
    check_count(len(items))
    instants: list[Any] = [item.timestamp for item in items]
    texts = list(map(type, instants)).count(str)
    stated = 2 * len(items) - [item.unit for item in items].count(None) - [item.channel for item in items].count(None)
    marks = 2 + 4 * len(beside) + _DEVICE_MARKS * len(items) if beside else _MARKS * len(items)
    if body.count(b'"') != marks + 2 * texts + 4 * stated:  # msgspec takes the last of a repeated field
        _check_each(body, latest, readings)
    elif texts or stated or len(beside) > 1 or min(instants) < EARLIEST_MS or max(instants) > latest:
        _add_each(items, devices, beside, latest, readings)
    else:
        readings.extend(range(len(items)), devices, instants, [item.measurement_value for item in items])


def _add_each(
    items: Sequence[_Reading | _DeviceReading],
    devices: Sequence[str],
    beside: Mapping[str, Any],
    latest: int,
    readings: Readings,
) -> None:
    unit, channel = beside.get("unit"), beside.get("channel")
    for index, (device_id, item) in enumerate(zip(devices, items, strict=True)):
        try:
            at_ms = instant_ms(item.timestamp, latest)
            if channel is None and item.channel is None:
                stated = unit if item.unit is None else item.unit
                readings.add(index, device_id, at_ms, item.measurement_value, stated)
                continue
        except InvalidReadingError:
            pass  # named below, together with the whole reading
        given = {name: value for name, value in msgspec.structs.asdict(item).items() if value is not None}
        check_item({**beside, **given}, index, latest, readings)
