"""Decimal numbers of a file, with a dot or a comma."""

import re

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Decimals:
    """Parses the numbers of one file. Its first decimal mark holds for the whole file: in a file with decimal commas
    1.234 could mean a thousand.
    """

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._mark: str | None = "." if separator == "," else None

    def parse(self, text: str) -> float:
        """Raises `ValueError` for what is no number, or could be two."""
        found = set(text) & {".", ","}
        number = text.replace(",", ".")
        if len(found) > 1 or not _NUMBER.fullmatch(number):
            raise ValueError(f"“{text}” is not a number")
        if found and self._mark is None:
            self._mark = found.pop()
        elif found and found != {self._mark}:
            raise ValueError(f"“{text}” is not a number: {self._advice(number)}")
        return float(number)

    def _advice(self, number: str) -> str:
        if self._separator == ",":
            return f"write {number}, or separate the cells by semicolons"
        return f"the numbers above it have “{self._mark}” before the decimals"
