"""The columns of a file of readings."""

from collections.abc import Mapping
from typing import Any

from contor.simulator.csv_rows import Row
from contor.simulator.errors import SimulatorError

WITHOUT_HEADER = {2: ("timestamp", "value"), 3: ("timestamp", "device_id", "value")}
TIMES = ("timestamp", "start", "end")
ENERGIES = ("value", "energy_kwh")
IGNORED = ("limit_kwh", "quality")
SYNONYMS = {"measurement_value": "value"}
FORMS = "timestamp,value or timestamp,device_id,value, or a download of Contor: start,end,energy_kwh,limit_kwh,quality"


def split_header(rows: list[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """The names of the columns, and the rows below the header. Without a header the number of columns decides.

    Raises `SimulatorError` for columns that are unknown, double or missing: nothing in a file is ignored silently.
    """
    first = rows[0][1]
    if first[0][:1].isdigit():  # a time or a value
        return WITHOUT_HEADER.get(len(first), WITHOUT_HEADER[2]), rows
    names = tuple(SYNONYMS.get(name.lower(), name.lower()) for name in first)
    for name in names:
        if name not in (*TIMES, *ENERGIES, *IGNORED, "device_id"):
            raise SimulatorError(f"unknown column “{name}”; {_ACCEPTED}")
        if names.count(name) > 1:
            raise SimulatorError(f"the column {name} is there twice; {_ACCEPTED}")
    if sorted(set(names) & set(TIMES)) not in (["timestamp"], ["end", "start"]):
        raise SimulatorError(f"no column with the time, or several; {_ACCEPTED}")
    if len(set(names) & set(ENERGIES)) != 1:
        raise SimulatorError(f"no column with the energy, or several; {_ACCEPTED}")
    if len(rows) == 1:
        raise SimulatorError("the file has a header and no lines")
    return names, rows[1:]


def by_name(names: tuple[str, ...], cells: list[str]) -> Mapping[str, Any]:
    """The cells of a row by the names of their columns. Raises `ValueError` when there are more or fewer."""
    if len(cells) != len(names):
        raise ValueError(f"cells: {len(cells)}, expected {len(names)}: {', '.join(names)}")
    return dict(zip(names, cells, strict=True))


_ACCEPTED = f"a file has the columns {FORMS}"
