"""The wire forms of readings, and what is wrong with those that cannot be used."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import msgspec

from contor.kernel.clock import now
from contor.kernel.errors import MalformedJson, Problem
from contor.services.monitoring.ingestion.rejections import LONGEST_INTEGER, Rejection, legible, number, plain, shown
from contor.services.monitoring.metering.slots import UnusableValueError, energy_of

MOST_READINGS = 10_000
EARLIEST_MS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
FURTHEST_AHEAD = timedelta(days=1)
FORMS = (
    "send {timestamp, device_id, measurement_value}, an array of those, "
    "or {device_id, readings: [{timestamp, measurement_value}, …]}"
)


class NotReadings(Problem):
    status = 422
    code = "not_readings"
    detail = f"The body holds no readings: {FORMS}."


class TooManyReadings(Problem):
    status = 413
    code = "too_many_readings"
    detail = f"One call takes at most {MOST_READINGS} readings; send the rest in another."


class _Item(msgspec.Struct, gc=False):
    timestamp: int | str
    measurement_value: Decimal
    device_id: str


class _Bare(msgspec.Struct, gc=False):
    timestamp: int | str
    measurement_value: Decimal


class _Pack(msgspec.Struct):
    device_id: str
    readings: list[_Bare]


_ITEMS = msgspec.json.Decoder(list[_Item])
_ITEM = msgspec.json.Decoder(_Item)
_PACK = msgspec.json.Decoder(_Pack)
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError)


@dataclass(slots=True)
class Submission:
    """Readings of one call, as parallel lists; `rejections` grow while they are looked at more closely.

    `sender` None: they came over the queue, whose writers the broker lets in; those are taken as an administrator's.
    The readings of a `patient` one whose device is not known are handed back instead of rejected.
    """

    sender: UUID | None
    by_admin: bool
    patient: bool = False
    indexes: list[int] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    instants: list[int] = field(default_factory=list)
    values: list[Decimal] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.devices)

    def add(self, index: int, device_id: str, at_ms: int, value: Decimal) -> None:
        self.indexes.append(index)
        self.devices.append(device_id)
        self.instants.append(at_ms)
        self.values.append(value)

    def add_all(self, other: "Submission") -> None:
        """Take in the readings and rejections of another one, of the same sender."""
        self.indexes += other.indexes
        self.devices += other.devices
        self.instants += other.instants
        self.values += other.values
        self.rejections += other.rejections

    def rejection(self, position: int, code: str, detail: str, named: str) -> Rejection:
        """A rejection of the reading at `position` of the lists."""
        device_id, at_ms, value = self.devices[position], self.instants[position], self.values[position]
        payload = plain({"timestamp": at_ms, "device_id": device_id, "measurement_value": number(value)})
        return Rejection(self.indexes[position], legible(device_id), at_ms, code, detail, named, payload)

    def only(self, positions: list[int]) -> "Submission":
        """The readings at these positions, with the same sender and their own indexes."""
        part = Submission(self.sender, self.by_admin)
        for n in positions:
            part.add(self.indexes[n], self.devices[n], self.instants[n], self.values[n])
        return part


def decode(body: bytes, sender: UUID | None, *, by_admin: bool) -> Submission:
    """The readings in a body of any accepted form.

    Raises `MalformedJson`, `NotReadings` or `TooManyReadings` for a body that is not readings at all;
    a single reading that is wrong becomes a rejection and the others go on.
    """
    submission = Submission(sender, by_admin)
    horizon = horizon_ms()
    try:
        items: Iterator[tuple[str, int | str, Decimal]] = _decoded(body)
        for index, (device_id, timestamp, value) in enumerate(items):
            at_ms = timestamp if type(timestamp) is int else -1
            if EARLIEST_MS <= at_ms <= horizon:
                submission.add(index, device_id, at_ms, value)
            else:
                _check(submission, index, _payload(device_id, timestamp, value), horizon)
    except UNDECODABLE:  # look again, item by item
        submission = Submission(sender, by_admin)
        for index, item in enumerate(_loosely(body)):
            _check(submission, index, item, horizon)
    return submission


def decode_single(body: bytes) -> _Item | None:
    """The one reading that nearly every message of a meter is; None for anything else, to be looked at by `decode`."""
    if b'"readings"' in body:
        return None
    try:
        return _ITEM.decode(body)
    except UNDECODABLE:
        return None


def decode_items(items: list[Any], sender: UUID | None, *, by_admin: bool) -> Submission:
    """Readings that were kept as rejected, to be looked at again."""
    submission = Submission(sender, by_admin)
    for index, item in enumerate(items):
        _check(submission, index, item, horizon_ms())
    return submission


def horizon_ms() -> int:
    """The latest timestamp that is taken, epoch milliseconds."""
    return int((now() + FURTHEST_AHEAD).timestamp() * 1000)


def _decoded(body: bytes) -> Iterator[tuple[str, int | str, Decimal]]:
    start = body.lstrip()[:1]
    if start == b"[":
        items = _ITEMS.decode(body)
        _bound(len(items))
        return ((item.device_id, item.timestamp, item.measurement_value) for item in items)
    if b'"readings"' in body:
        pack = _PACK.decode(body)
        _bound(len(pack.readings))
        return ((pack.device_id, item.timestamp, item.measurement_value) for item in pack.readings)
    item = _ITEM.decode(body)
    return iter([(item.device_id, item.timestamp, item.measurement_value)])


def _bound(count: int) -> None:
    if count > MOST_READINGS:
        raise TooManyReadings
    if count == 0:
        raise NotReadings("The body holds no reading.")


def _loosely(body: bytes) -> list[Any]:
    """The items of a body in which something is wrong; NaN and infinities, which JSON has not, are let in here."""
    try:
        content = json.loads(body, parse_float=_exactly, parse_int=_whole, parse_constant=Decimal)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"The body is not valid JSON ({error}); {FORMS}.") from error
    if isinstance(content, dict) and isinstance(content.get("readings"), list):
        pack = content["readings"]
        content = [{**item, "device_id": content.get("device_id")} if isinstance(item, dict) else item for item in pack]
    elif isinstance(content, dict):
        content = [content]
    if not isinstance(content, list) or not any(isinstance(item, dict) for item in content):
        raise NotReadings
    _bound(len(content))
    return content


def _exactly(literal: str) -> Decimal | str:
    try:
        return Decimal(literal)
    except InvalidOperation:
        return literal  # an exponent no arithmetic reaches: refused as what it is, text


def _whole(literal: str) -> int | Decimal:
    # Python refuses to convert thousands of digits, and with them it would refuse the whole body.
    return int(literal) if len(literal) <= LONGEST_INTEGER else Decimal(literal)


def _check(submission: Submission, index: int, item: Any, horizon: int) -> None:
    try:
        device_id, at_ms, value = _understood(item, horizon)
    except _Unusable as error:
        known = item if isinstance(item, dict) else {}
        device, stamp = known.get("device_id"), known.get("timestamp")
        submission.rejections.append(
            Rejection(
                index,
                legible(device) if isinstance(device, str) else None,
                shown(stamp),
                error.code,
                error.detail,
                error.field,
                plain(item),
            )
        )
    else:
        submission.add(index, device_id, at_ms, value)


class _Unusable(Exception):
    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.code, self.detail = field, code, detail


def _understood(item: Any, horizon: int) -> tuple[str, int, Decimal]:
    if not isinstance(item, dict):
        raise _Unusable("", "wrong_type", f"a reading is an object; {FORMS}")
    for name in ("device_id", "timestamp", "measurement_value"):
        if item.get(name) is None:
            raise _Unusable(name, "missing_field", f"{name} is missing; {FORMS}")
    device_id = item["device_id"]
    if not isinstance(device_id, str):
        raise _Unusable("device_id", "wrong_type", "device_id must be a string, the id of a device")
    return device_id, _instant(item["timestamp"], horizon), _measurement(item["measurement_value"])


def _measurement(given: Any) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise _Unusable("measurement_value", "wrong_type", "measurement_value must be a number")
    try:
        value = Decimal(str(given))
    except InvalidOperation as error:
        raise _Unusable("measurement_value", "wrong_type", "measurement_value must be a number") from error
    try:
        energy_of(value, "MWh")
    except UnusableValueError as error:
        if error.code != "too_large":  # that depends on the unit of the device, which is not known yet
            raise _Unusable("measurement_value", error.code, error.detail) from error
    return value


def _instant(given: Any, horizon: int) -> int:
    accepted = "epoch milliseconds, or ISO 8601 with an offset"
    if isinstance(given, str):
        try:
            instant = datetime.fromisoformat(given)
        except ValueError as error:
            raise _Unusable("timestamp", "wrong_type", f"timestamp must be {accepted}") from error
        if instant.tzinfo is None:
            raise _Unusable("timestamp", "no_time_zone_offset", f"timestamp needs its offset: {accepted}")
        at_ms = math.floor(instant.timestamp() * 1000)
    elif isinstance(given, int) and not isinstance(given, bool):
        at_ms = given
    else:
        raise _Unusable("timestamp", "wrong_type", f"timestamp must be {accepted}")
    if at_ms < EARLIEST_MS:
        raise _Unusable("timestamp", "time_too_old", f"timestamp is before 2000; it must be {accepted}")
    if at_ms > horizon:
        raise _Unusable("timestamp", "time_in_future", "timestamp is more than a day ahead of now")
    return at_ms


def _payload(device_id: str, timestamp: int | str, value: Decimal) -> dict[str, Any]:
    return {"timestamp": timestamp, "device_id": device_id, "measurement_value": value}
