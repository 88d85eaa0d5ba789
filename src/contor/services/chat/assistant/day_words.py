"""Single days, months and years as people write them: `17 March 2025`, `17.03`, `the 12th`, `marți`, `Feb`, `2 weeks`."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from contor.services.chat.assistant.formats import MONTHS, WEEKDAYS
from contor.services.chat.assistant.vocabulary import slip_of
from contor.services.chat.assistant.wording import fold

Text = Sequence[str]
Named = tuple[date, int]
"""A day, and how many words name it."""

_MONTHS = {fold(name): n for names in MONTHS.values() for n, name in enumerate(names, 1)}
_MONTHS |= {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10}
_MONTHS |= {"nov": 11, "dec": 12, "ian": 1, "febr": 2, "iun": 6, "iul": 7}
_AMBIGUOUS = frozenset({"mai", "may", "mar", "dec"})
"""`mai` is also "more", `may` also "might"."""
_WEEKDAYS = {fold(name): n for days in WEEKDAYS.values() for n, name in enumerate(days)}
_WEEKDAYS |= {f"{fold(name)}s": n for n, name in enumerate(WEEKDAYS["en"])}
_WEEKDAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_WEEKDAYS |= {"lunea": 0, "martea": 1, "miercurea": 2, "joia": 3, "vinerea": 4, "sambata": 5, "simbata": 5}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMBERS |= {"twelve": 12, "fourteen": 14, "twenty": 20, "thirty": 30, "couple": 2, "few": 3}
_NUMBERS |= {"doi": 2, "doua": 2, "trei": 3, "patru": 4, "cinci": 5, "sase": 6, "sapte": 7, "opt": 8, "noua": 9}
_NUMBERS |= {"zece": 10, "paisprezece": 14, "douazeci": 20, "treizeci": 30, "cateva": 3}
_FIRSTS = frozenset({"first", "intai", "intii", "prima", "primul"})
_FESTIVE = {("christmas",): (12, 25), ("christmas", "day"): (12, 25), ("christmas", "eve"): (12, 24)}
_FESTIVE |= {("craciun",): (12, 25), ("craciunul",): (12, 25), ("ajun",): (12, 24), ("ajunul", "craciunului"): (12, 24)}
_FESTIVE |= {("new", "year", "s", "day"): (1, 1), ("new", "year", "s", "eve"): (12, 31), ("new", "year"): (1, 1)}
_FESTIVE |= {("revelion",): (12, 31), ("anul", "nou"): (1, 1)}
ORDINALS = frozenset({"th", "st", "nd", "rd"})
_WITHIN = ORDINALS | {"of", "ale", "a", "lunii", "luna", "the", "lui"}
COUNTED = frozenset(
    "kwh kw w wh mwh lei ron euro percent procente la ori times time hours ore ora hour contoare meters minutes am pm "
    "alerts alerte of din dintre zile days saptamani weeks luni months ani years".split()
)
"""What a number before it counts, so that it names no day."""


def number(word: str) -> int | None:
    """`17`, `two`, `trei`."""
    return int(word) if word.isdigit() and len(word) <= 3 else _NUMBERS.get(word)


@lru_cache(4096)
def weekday(word: str) -> int | None:
    """0 for Monday; the word may hold a slip."""
    if word in _WEEKDAYS or word in _MONTHS:  # marți is a slip away from martie
        return _WEEKDAYS.get(word)
    return next((n for name, n in _WEEKDAYS.items() if len(name) > 5 and slip_of(word, name)), None)


@lru_cache(4096)
def _month(word: str) -> int | None:
    if word in _MONTHS or word in _WEEKDAYS:
        return _MONTHS.get(word)
    return next((n for name, n in _MONTHS.items() if len(name) > 5 and slip_of(word, name)), None)


def month(text: Text, at: int) -> int | None:
    """The month named there; a word with another meaning needs a number or a preposition before it."""
    if at >= len(text) or (found := _month(text[at])) is None or text[at] not in _AMBIGUOUS:
        return _month(text[at]) if at < len(text) else None
    before = text[at - 1] if at else ""
    said = before.isdigit() or before in ORDINALS | {"in", "luna", "lunii", "month", "of", "since", "ale", "din", "pe"}
    return found if said and text[at : at + 2] not in (["mai", "mult"], ["mai", "putin"]) else None


def year(text: Text, at: int, today: date) -> tuple[int, int] | None:
    """The year named there and how many words do: `2025`, `last year`, `anul trecut`."""
    if at < len(text) and re.fullmatch(r"20\d\d", text[at]):
        counts = at + 1 < len(text) and text[at + 1] in COUNTED - {"of", "din", "la"}
        return None if counts else (int(text[at]), 1)
    said = tuple(text[at : at + 2])
    if said in {("last", "year"), ("anul", "trecut")}:
        return today.year - 1, 2
    return (today.year, 2) if said in {("this", "year"), ("anul", "acesta"), ("anul", "asta")} else None


def day(text: Text, at: int, today: date) -> Named | None:
    """The day that is written there."""
    return (
        _in_figures(text, at, today)
        or _day_of_month(text, at, today)
        or _month_and_day(text, at, today)
        or _festive(text, at, today)
        or _day_alone(text, at, today)
    )


def in_figures(word: str, today: date) -> date | None:
    """`2026-03-17`, `17.03.2026`, `17/3`, `17.03`: the day comes first unless the year does."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", word):
        return date_of(*(int(part) for part in found.groups()))
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)", word):
        day, month, year = (int(part) for part in found.groups())
        return date_of(year if year > 99 else 2000 + year, month, day)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})", word):
        day, month = (int(part) for part in found.groups())
        return latest(today, month, day) if date_of(2024, month, day) else None
    return None


def _in_figures(text: Text, at: int, today: date) -> Named | None:
    found = in_figures(text[at], today)
    counts = at + 1 < len(text) and text[at + 1] in COUNTED
    return (found, 1) if found and not counts else None


def _day_of_month(text: Text, at: int, today: date) -> Named | None:
    """`17 March`, `17th of March 2025`, `întâi martie`."""
    number_ = 1 if text[at] in _FIRSTS else number(text[at])
    after = next((n for n in range(at + 1, len(text)) if text[n] not in _WITHIN), len(text))
    found = month(text, after)
    if number_ is None or found is None or after - at > 4 or date_of(2024, found, number_) is None:
        return None
    return _dated(text, at, after + 1, found, number_, today)


def _month_and_day(text: Text, at: int, today: date) -> Named | None:
    """`March 17th`, `March the 17th 2025`."""
    found = month(text, at)
    after = at + 2 if text[at + 1 : at + 2] == ["the"] else at + 1
    if found is None or after >= len(text) or not text[after].isdigit() or date_of(2024, found, int(text[after])) is None:
        return None
    end = after + 1 + (text[after + 1 : after + 2] != [] and text[after + 1] in ORDINALS)
    if end < len(text) and text[end] in COUNTED - {"la", "of", "din"}:
        return None
    return _dated(text, at, end, found, int(text[after]), today)


def _dated(text: Text, start: int, end: int, month: int, day: int, today: date) -> Named | None:
    end += text[end : end + 1] == ["of"]
    given = year(text, end, today)
    found = date_of(given[0], month, day) if given else latest(today, month, day)
    return (found, end + (given[1] if given else 0) - start) if found else None


def _festive(text: Text, at: int, today: date) -> Named | None:
    for words, (month, day) in sorted(_FESTIVE.items(), key=lambda each: -len(each[0])):
        if tuple(text[at : at + len(words)]) == words:
            return latest(today, month, day), len(words)
    return None


def _day_alone(text: Text, at: int, today: date) -> Named | None:
    """`the 12th`, `on the 12`, `pe 12`, `data de 12`: the latest such day."""
    if not text[at].isdigit() or not 1 <= int(text[at]) <= 31:
        return None
    after = text[at + 1] if at + 1 < len(text) else ""
    before = tuple(text[max(at - 2, 0) : at])
    pointed = before[-1:] == ("pe",) or before in {("data", "de"), ("ziua", "de"), ("on", "the")}
    if not (after in ORDINALS or (pointed and after not in COUNTED)):
        return None
    end = at + 1 + (after in ORDINALS)
    found, back = None, today.replace(day=1)
    while found is None or found > today:
        found = date_of(back.year, back.month, int(text[at]))
        back = date(back.year - (back.month == 1), (back.month - 2) % 12 + 1, 1)
    return found, end - at


def latest(today: date, month: int, day: int) -> date:
    """The latest such day that is not ahead; 29 February in the latest leap year."""
    year = today.year
    while (found := date_of(year, month, day)) is None or found > today:
        year -= 1
    return found


def date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
