"""Single days, months and years as people write them: `17 March 2025`, `17.03`, `the 12th`, `marți`, `Feb`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from contor.services.chat.assistant.formats import MONTHS, WEEKDAYS
from contor.services.chat.assistant.rules.intents.lexicon import load, says
from contor.services.chat.assistant.rules.intents.normalize import alike, fold

Text = Sequence[str]
Named = tuple[date, int]
"""A day, and how many words name it."""

_WRITTEN = load("periods")
_MONTHS: dict[str, int] = {fold(name): n for names in MONTHS.values() for n, name in enumerate(names, 1)}
_MONTHS |= _WRITTEN["months"]
_WEEKDAYS: dict[str, int] = {fold(name): n for days in WEEKDAYS.values() for n, name in enumerate(days)}
_WEEKDAYS |= _WRITTEN["weekdays"]
_WEEKDAYS |= {f"{fold(name)}s": n for n, name in enumerate(WEEKDAYS["en"])}
_LONG_MONTHS = frozenset(name for name in _MONTHS if len(name) > 4)
_LONG_WEEKDAYS = frozenset(name for name in _WEEKDAYS if len(name) > 5)  # luna is a slip away from lunea
_UNITS = {unit: frozenset(words.split()) for unit, words in _WRITTEN["units"].items()}
_SEVERAL = {unit: words & frozenset(_WRITTEN["near"]["several"].split()) for unit, words in _UNITS.items()}
"""Units of time, and as they follow a number."""
_NUMBERS: dict[str, int] = _WRITTEN["numbers"]
_FESTIVE = sorted(((tuple(name.split()), day) for name, day in _WRITTEN["festive"].items()), key=lambda it: -len(it[0]))
_AMBIGUOUS = frozenset({"mai", "may", "mar", "dec"})
"""`mai` is also "more", `may` also "might"."""
_FIRSTS = frozenset({"first", "intai", "intii", "prima", "primul"})


def word_set(name: str) -> frozenset[str]:
    return frozenset(_WRITTEN["words"][name].split())


_POINTING = {("data", "de"), ("ziua", "de"), ("noaptea", "de"), ("seara", "de"), ("dimineata", "de"), ("on", "the")}
ORDINALS = word_set("ordinals")
_WITHIN = ORDINALS | word_set("within_date")
COUNTED = word_set("counted")
"""What a number before it counts, so that it names no day."""


def number(word: str) -> int | None:
    """`17`, `two`, `trei`."""
    return int(word) if word.isdigit() and len(word) <= 3 else _NUMBERS.get(word)


@lru_cache(4096)
def weekday(word: str) -> int | None:
    """0 for Monday; the word may hold a slip."""
    if word in _WEEKDAYS or word in _MONTHS:  # marți is a slip away from martie
        return _WEEKDAYS.get(word)
    return _slip(word, _WEEKDAYS, _LONG_WEEKDAYS)


@lru_cache(4096)
def _month(word: str) -> int | None:
    if word in _MONTHS or word in _WEEKDAYS:
        return _MONTHS.get(word)
    return _slip(word, _MONTHS, _LONG_MONTHS)


def _slip(word: str, names: Mapping[str, int], long: frozenset[str]) -> int | None:
    return next((names[name] for name in sorted(long) if alike(word, name)), None) if says(word, long) else None


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


def counted(text: Text, at: int, *, one: bool = False) -> tuple[int, str, int] | None:
    """A number and a unit of time: `7 days`, `30 de zile`, `a couple of weeks`, and if `one`: `a month`."""
    start = at + (text[at : at + 1] in (["a"], ["o"], ["un"]) and text[at + 1 : at + 2] in (["couple"], ["few"]))
    if start >= len(text):
        return None
    count = number(text[start])
    if count is None and one and text[start] in ("a", "o", "un", "one"):
        count = 1
    after = start + 1 + (text[start + 1 : start + 2] in (["de"], ["of"], ["full"], ["whole"]))
    unit = unit_of(text, after, _UNITS if count == 1 else _SEVERAL)
    if unit is None and after < len(text) and text[after] == "luni":
        unit = "month"
    return (count, unit, after + 1) if count and unit else None


def unit_of(text: Text, at: int, units: Mapping[str, frozenset[str]] = _UNITS) -> str | None:
    if at >= len(text) or not text[at] or weekday(text[at]) is not None:
        return None
    return next((unit for unit, words in units.items() if says(text[at], words)), None)


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
    if (
        found is None
        or after >= len(text)
        or not text[after].isdigit()
        or date_of(2024, found, int(text[after])) is None
    ):
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
    for words, (month, day) in _FESTIVE:
        if tuple(text[at : at + len(words)]) == words:
            return latest(today, month, day), len(words)
    return None


def _day_alone(text: Text, at: int, today: date) -> Named | None:
    """`the 12th`, `on the 12`, `pe 12`, `data de 12`: the latest such day."""
    if not text[at].isdigit() or not 1 <= int(text[at]) <= 31:
        return None
    after = text[at + 1] if at + 1 < len(text) else ""
    before = tuple(text[max(at - 2, 0) : at])
    pointed = before[-1:] == ("pe",) or before in _POINTING
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
