"""The worked examples of `docs/metering.md`, read from its tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

DOCUMENT = Path(__file__).parents[4] / "docs" / "metering.md"
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
TIME = re.compile(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)([+-]\d\d:\d\d)?")
REPEATED = re.compile(r"(.+) to (.+) every (second|(\d+) min)")
ANCHOR = "How to read the examples"


@dataclass(frozen=True)
class Table:
    """A table of an example; `kind` is the title of its first column."""

    kind: str
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class Example:
    title: str
    given: dict[str, str]
    steps: list[Table]

    @property
    def clock(self) -> datetime:
        return datetime.fromisoformat(self.given["clock"]).replace(tzinfo=ZoneInfo(self.given["time zone"]))


def read_examples(text: str) -> list[Example]:
    """The sections of a document that hold tables of known kinds, each with the meter that it begins with."""
    sections = re.split(r"^##+ (.+)\n", text, flags=re.MULTILINE)[1:]
    tables = {title: list(_tables(body)) for title, body in zip(sections[::2], sections[1::2], strict=True)}
    (default,) = (table for table in tables.pop(ANCHOR) if table.kind == "Given")
    examples = []
    for title, found in tables.items():
        steps = [table for table in found if table.kind not in ("Given", "Word")]
        given = [row for table in (default, *found) if table.kind == "Given" for row in table.rows]
        if steps:
            examples.append(Example(title, {row["Given"]: row[""] for row in given}, steps))
    return examples


def _tables(text: str) -> Iterator[Table]:
    for block in TABLE.findall(text):
        titles, _, *rows = ([cell.strip() for cell in line[1:-1].split("|")] for line in block.splitlines())
        yield Table(titles[0], [dict(zip(titles, row, strict=True)) for row in rows])


def instant(text: str, clock: datetime, zone: str) -> datetime:
    """A local time of the meter, in UTC; on the day of `clock` unless it has a date, at the offset that it may name."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text = f"{text} 00:00"
    match = TIME.fullmatch(text)
    assert match, f"{text!r} is not a time, such as `12:05` or `2026-06-17 12:05:10`"
    day, time, offset = match.groups()
    local = clock.astimezone(ZoneInfo(zone))
    moment = datetime.fromisoformat(f"{day or local.date()}T{time}{offset or ''}")
    return (moment if offset else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def instants(text: str, clock: datetime, zone: str) -> list[datetime]:
    """One time, or `12:00 to 13:00 every 15 min`, the last excluded."""
    match = REPEATED.fullmatch(text)
    if match is None:
        return [instant(text, clock, zone)]
    begin, end = (instant(part, clock, zone) for part in match.group(1, 2))
    step = timedelta(minutes=int(match[4])) if match[4] else timedelta(seconds=1)
    return [begin + n * step for n in range((end - begin) // step)]
