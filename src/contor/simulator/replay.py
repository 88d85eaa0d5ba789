"""Replays readings from a CSV file."""

import csv
import math
from collections.abc import Callable, Iterator
from pathlib import Path

from contor.simulator.errors import SimulatorError
from contor.simulator.reading import Reading
from contor.simulator.times import parse_timestamp

WITHOUT_DEVICE = ("timestamp", "value")
WITH_DEVICE = ("timestamp", "device_id", "value")


def replay(path: Path, device_id: str | None, warn: Callable[[str], None]) -> Iterator[Reading]:
    """Yield the readings of a file of `timestamp,value` or `timestamp,device_id,value`, header optional, in order.

    Times are ISO 8601 with offset or epoch milliseconds; values are in the unit of the device. Lines without a device
    belong to `device_id`. Invalid lines are reported to `warn` with their number. Raises `SimulatorError` when the
    file cannot be read or has no valid line.
    """
    valid = invalid = 0
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = csv.reader(file)
            for cells in lines:
                if not cells or (not valid and not invalid and cells[0].strip().lower() == "timestamp"):
                    continue
                try:
                    reading = _reading([cell.strip() for cell in cells], device_id)
                except ValueError as error:
                    invalid += 1
                    warn(f"{path.name}, line {lines.line_num}: {error}")
                else:
                    valid += 1
                    yield reading
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SimulatorError(f"{path} cannot be read: {error}") from error
    if not valid:
        raise SimulatorError(f"{path} has no valid line; a line is {','.join(WITH_DEVICE)}")


def _reading(cells: list[str], device_id: str | None) -> Reading:
    if len(cells) == len(WITH_DEVICE):
        time, device, value = cells
    elif len(cells) == len(WITHOUT_DEVICE):
        (time, value), device = cells, device_id or ""
    else:
        raise ValueError(f"cells: {len(cells)}, expected {','.join(WITHOUT_DEVICE)} or {','.join(WITH_DEVICE)}")
    if not device:
        raise ValueError("no device: add a device_id column or give one --device")
    return Reading(parse_timestamp(time), device, _number(value))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"“{text}” is not a finite number")
    return number
