"""The rows of a CSV file: its encoding, line ends, separator and quotes."""

import csv
import io
from pathlib import Path

from contor.simulator.errors import SimulatorError

SEPARATORS = ";\t,"
Row = tuple[int, list[str]]
"""The number of the line, and its cells without surrounding spaces."""


def read_rows(path: Path) -> tuple[list[Row], str]:
    """The rows that are not blank, and the separator of their cells. Raises `SimulatorError`."""
    text = _decode(path)
    separator = _separator(text)
    # Strict: after a quote that is never closed the rest of the file would be one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((reader.line_num, stripped))
    except csv.Error as error:
        raise SimulatorError(f"{path} cannot be read: line {reader.line_num}: {error}") from error
    if not rows:
        raise SimulatorError(f"{path} is empty")
    return rows, separator


def _decode(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SimulatorError(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = content.decode("utf-8-sig")
        invalid = content.find(b"\0")  # valid UTF-8, and every other byte of UTF-16
    except UnicodeDecodeError as error:
        invalid = error.start
    if invalid >= 0:
        line = content.count(b"\n", 0, invalid) + 1
        raise SimulatorError(f"{path} cannot be read: line {line} is not UTF-8 text; save the file as “CSV UTF-8”")
    return text


def _separator(text: str) -> str:
    """The first of `SEPARATORS` in the first line: a decimal comma must not count where semicolons separate."""
    first = text.lstrip().partition("\n")[0].partition("\r")[0]
    return next((separator for separator in SEPARATORS if separator in first), ",")
