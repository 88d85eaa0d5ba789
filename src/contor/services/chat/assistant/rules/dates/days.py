"""Single days, months and years: `17 March 2025`, `17.03`, `the 12th`, `marți`, `Feb`."""

import re
from datetime import date

from contor.services.chat.assistant.rules.dates.vocabulary import (
    COUNTABLE,
    HOLIDAYS,
    ORDINALS,
    Tokens,
    month_name,
    number,
    words,
)

DayMatch = tuple[date, int]
"""A day, and the number of tokens that name it."""

_AMBIGUOUS = frozenset({"mai", "may", "mar", "dec"})
"""`mai` is also "more", `may` also "might"."""
_FIRST = frozenset({"first", "intai", "intii", "prima", "primul"})
_BEFORE_MONTH = ORDINALS | {"in", "luna", "lunii", "month", "of", "since", "ale", "din", "pe"}
_BEFORE_DAY = {("data", "de"), ("ziua", "de"), ("noaptea", "de"), ("seara", "de"), ("dimineata", "de"), ("on", "the")}
_WITHIN_DATE = ORDINALS | words("within_date")


def month(tokens: Tokens, at: int) -> int | None:
    """The month at this position; an ambiguous word needs a number or a preposition before it."""
    found = month_name(tokens[at]) if at < len(tokens) else None
    if found is None or tokens[at] not in _AMBIGUOUS:
        return found
    before = tokens[at - 1] if at else ""
    is_month = before.isdigit() or before in _BEFORE_MONTH
    return found if is_month and tokens[at : at + 2] not in (["mai", "mult"], ["mai", "putin"]) else None


def year(tokens: Tokens, at: int, today: date) -> tuple[int | None, int]:
    """The year at this position and its number of tokens, None and 0 without: `2025`, `last year`, `anul trecut`."""
    if at < len(tokens) and re.fullmatch(r"20\d\d", tokens[at]):
        is_count = at + 1 < len(tokens) and tokens[at + 1] in COUNTABLE - {"of", "din", "la"}
        return (None, 0) if is_count else (int(tokens[at]), 1)
    pair = tuple(tokens[at : at + 2])
    if pair in {("last", "year"), ("anul", "trecut")}:
        return today.year - 1, 2
    return (today.year, 2) if pair in {("this", "year"), ("anul", "acesta"), ("anul", "asta")} else (None, 0)


def day(tokens: Tokens, at: int, today: date) -> DayMatch | None:
    return (
        _numeric(tokens, at, today)
        or _day_and_month(tokens, at, today)
        or _month_and_day(tokens, at, today)
        or _holiday(tokens, at, today)
        or _day_of_month(tokens, at, today)
    )


def numeric_date(token: str, today: date) -> date | None:
    """`2026-03-17`, `17.03.2026`, `17/3`, `17.03`: the day comes first unless the year does."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", token):
        return valid_date(*(int(part) for part in found.groups()))
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)", token):
        day, month, year = (int(part) for part in found.groups())
        return valid_date(year if year > 99 else 2000 + year, month, day)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})", token):
        day, month = (int(part) for part in found.groups())
        return latest(today, month, day) if valid_date(2024, month, day) else None
    return None


def _numeric(tokens: Tokens, at: int, today: date) -> DayMatch | None:
    found = numeric_date(tokens[at], today)
    is_count = at + 1 < len(tokens) and tokens[at + 1] in COUNTABLE
    return (found, 1) if found and not is_count else None


def _day_and_month(tokens: Tokens, at: int, today: date) -> DayMatch | None:
    """`17 March`, `17th of March 2025`, `întâi martie`."""
    day = 1 if tokens[at] in _FIRST else number(tokens[at])
    after = next((n for n in range(at + 1, len(tokens)) if tokens[n] not in _WITHIN_DATE), len(tokens))
    found = month(tokens, after)
    if day is None or found is None or after - at > 4 or valid_date(2024, found, day) is None:
        return None
    return _with_year(tokens, at, after + 1, found, day, today)


def _month_and_day(tokens: Tokens, at: int, today: date) -> DayMatch | None:
    """`March 17th`, `March the 17th 2025`."""
    found = month(tokens, at)
    after = at + 2 if tokens[at + 1 : at + 2] == ["the"] else at + 1
    if found is None or after >= len(tokens) or not tokens[after].isdigit():
        return None
    day = int(tokens[after])
    if valid_date(2024, found, day) is None:
        return None
    end = after + 1 + (tokens[after + 1 : after + 2] != [] and tokens[after + 1] in ORDINALS)
    if end < len(tokens) and tokens[end] in COUNTABLE - {"la", "of", "din"}:
        return None
    return _with_year(tokens, at, end, found, day, today)


def _with_year(tokens: Tokens, start: int, end: int, month: int, day: int, today: date) -> DayMatch | None:
    end += tokens[end : end + 1] == ["of"]
    in_year, length = year(tokens, end, today)
    found = valid_date(in_year, month, day) if in_year else latest(today, month, day)
    return (found, end + length - start) if found else None


def _holiday(tokens: Tokens, at: int, today: date) -> DayMatch | None:
    for names, (month, day) in HOLIDAYS:
        if tuple(tokens[at : at + len(names)]) == names:
            return latest(today, month, day), len(names)
    return None


def _day_of_month(tokens: Tokens, at: int, today: date) -> DayMatch | None:
    """`the 12th`, `on the 12`, `pe 12`, `data de 12`: the latest such day."""
    if not tokens[at].isdigit() or not 1 <= int(tokens[at]) <= 31:
        return None
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    before = tuple(tokens[max(at - 2, 0) : at])
    is_date = before[-1:] == ("pe",) or before in _BEFORE_DAY
    if not (after in ORDINALS or (is_date and after not in COUNTABLE)):
        return None
    found, first = None, today.replace(day=1)
    while found is None or found > today:
        found = valid_date(first.year, first.month, int(tokens[at]))
        first = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return found, 2 if after in ORDINALS else 1


def latest(today: date, month: int, day: int) -> date:
    """The latest such day that is not in the future; 29 February in the latest leap year."""
    year = today.year
    while (found := valid_date(year, month, day)) is None or found > today:
        year -= 1
    return found


def valid_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
