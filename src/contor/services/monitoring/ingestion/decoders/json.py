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
_INVALID = (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError)


def decode(body: bytes, latest: int, readings: Readings) -> None:
    """Raises `MalformedJson`, `NotReadings` or `TooManyReadings`."""
    try:
        if body[:1] == b"{":  # one reading, as nearly every message is
            item = _READING.decode(body)
            at_ms = item.timestamp
            if type(at_ms) is int and EARLIEST_MS <= at_ms <= latest and item.channel is None:
                readings.add(0, item.device_id, at_ms, item.measurement_value, item.unit)
                return
            items = [item]
        else:
            items = _ARRAY.decode(body)
    except _INVALID:
        _decode_batch(body, latest, readings)
    else:
        _add(items, [item.device_id for item in items], {}, latest, readings)


def _decode_batch(body: bytes, latest: int, readings: Readings) -> None:
    """One device's readings, or what is wrong with a body that holds something else."""
    try:
        batch = _DEVICE_READINGS.decode(body)
    except _INVALID:
        for index, given in enumerate(parse(body)):
            check_item(given, index, latest, readings)
    else:
        beside = fields_beside(msgspec.structs.asdict(batch))
        _add(batch.readings, [beside["device_id"]] * len(batch.readings), beside, latest, readings)


def _add(
    items: Sequence[_Reading | _DeviceReading],
    devices: Sequence[str],
    beside: Mapping[str, Any],
    latest: int,
    readings: Readings,
) -> None:
    check_count(len(items))
    unit, channel = beside.get("unit"), beside.get("channel")
    if unit is channel is None and (instants := _plain_instants(items, latest)):
        readings.extend(range(len(items)), devices, instants, [item.measurement_value for item in items])
        return
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


def _plain_instants(items: Sequence[_Reading | _DeviceReading], latest: int) -> list[int] | None:
    """The timestamps if all readings have valid epoch milliseconds, no unit and no channel: checked by column, which
    is faster than one reading after the other."""
    instants: list[Any] = [item.timestamp for item in items]
    plain = (
        set(map(type, instants)) == {int}
        and min(instants) >= EARLIEST_MS
        and max(instants) <= latest
        and [item.unit for item in items].count(None) == len(items)
        and [item.channel for item in items].count(None) == len(items)
    )
    return instants if plain else None
