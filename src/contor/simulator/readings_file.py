"""Files of readings for `contor simulate --csv`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contor.simulator.csv_columns import by_name, split_header
from contor.simulator.csv_rows import read_rows
from contor.simulator.decimals import Decimals
from contor.simulator.devices import Device
from contor.simulator.errors import SimulatorError
from contor.simulator.reading import Reading
from contor.simulator.times import parse_timestamp

MAX_REASONS = 10
MINUTE_MS = 60_000
QUARTER_MS = 15 * MINUTE_MS


@dataclass(slots=True)
class ReadingsFile:
    """Every line is a reading, without data (quality `missing`), or unreadable (line number and reason)."""

    readings: list[Reading] = field(default_factory=list)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    without_data: int = 0

    @property
    def lines(self) -> int:
        """How many, without header and blank lines."""
        return len(self.readings) + len(self.unreadable) + self.without_data

    def summary(self) -> str:
        without_data = f", {self.without_data:,} without data" if self.without_data else ""
        return f"{self.lines:,} lines read, {len(self.unreadable):,} unreadable{without_data}"

    def reasons(self) -> str:
        """The first unreadable lines, each after a line break."""
        text = "".join(f"\n  line {line}: {reason}" for line, reason in self.unreadable[:MAX_REASONS])
        more = len(self.unreadable) - MAX_REASONS
        return f"{text}\n  and {more:,} more" if more > 0 else text


def read_file(path: Path, device: Device | None) -> ReadingsFile:
    """Read a file in one of the forms of `csv_columns.FORMS`, in the order of its lines.

    Times are ISO 8601 with offset or epoch milliseconds. Lines without a device belong to `device`. Raises
    `SimulatorError` when no line can be read.
    """
    rows, separator = read_rows(path)
    try:
        names, rows = split_header(rows)
    except SimulatorError as error:
        raise SimulatorError(f"{path} cannot be read: {error}") from error
    if "end" in names and (device is None or not device.known or "device_id" in names):
        raise SimulatorError(
            f"{path}: to send start and end the meter's interval must be known: give one --device, with --username "
            "and --password, and no column device_id"
        )
    file, decimals = ReadingsFile(), Decimals(separator)
    for line, row in rows:
        try:
            cells = by_name(names, row)
            if cells.get("quality", "").lower() == "missing":
                file.without_data += 1
            else:
                file.readings.append(_reading(cells, device, decimals))
        except ValueError as error:
            file.unreadable.append((line, str(error)))
    if not file.readings:
        raise SimulatorError(f"{path}: {_nothing(file)}")
    return file


def _nothing(file: ReadingsFile) -> str:
    if file.unreadable:
        return f"no line can be read{file.reasons()}"
    return f"nothing to send: none of its {file.without_data:,} lines has data"


def _reading(cells: Mapping[str, str], device: Device | None, decimals: Decimals) -> Reading:
    device_id = cells.get("device_id") or (device.id if device else "")
    if not device_id:
        raise ValueError("no device: fill in device_id, or give one --device")
    if "timestamp" in cells or device is None:
        at = parse_timestamp(cells["timestamp"])
    else:
        at = _instant(parse_timestamp(cells["start"]), parse_timestamp(cells["end"]), device)
    if "energy_kwh" in cells:
        return Reading(at, device_id, decimals.parse(cells["energy_kwh"]), "kWh")
    return Reading(at, device_id, decimals.parse(cells["value"]))


def _instant(start: int, end: int, device: Device) -> int:
    """The timestamp with which the meter itself would send the energy between two instants."""
    length = f"the line covers {(end - start) / MINUTE_MS:g} minutes, a reading of this meter"
    if (minutes := device.default_channel.interval_minutes) is not None:
        if end - start != minutes * MINUTE_MS:
            raise ValueError(f"{length} {minutes}")
    elif end <= start:
        raise ValueError("the end is not after the start")
    elif start // QUARTER_MS != (end - 1) // QUARTER_MS:
        raise ValueError(f"{length} at most one quarter hour: state the meter's interval")
    return end if device.default_channel.stamp == "end" else start
