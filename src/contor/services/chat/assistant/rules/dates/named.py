"""Periods named by consecutive words: "yesterday", "luna trecută", "the first week of March", "acum 3 zile".

Every rule takes tokens, a position and today, and returns the period that is named there, or None.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contor.services.chat.assistant.periods import (
    ONE_DAY,
    Period,
    between,
    day_of,
    last_days,
    month_of,
    week_of,
    year_of,
)
from contor.services.chat.assistant.rules.dates import days
from contor.services.chat.assistant.rules.dates.vocabulary import (
    ORDINALS,
    Tokens,
    is_word,
    quantity,
    relative_day,
    unit_at,
    weekday,
)

MAX_DAYS = 3660
"""How far back a question may reach."""
DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}
PERIOD_OF: dict[str, Callable[[date], Period]] = {"day": day_of, "week": week_of, "month": month_of, "year": year_of}
SHORT_WEEKDAYS = {"sat": 5, "sun": 6}
"""Both are words of their own, so one of `BEFORE_WEEKDAY` is needed."""
BEFORE_WEEKDAY = (["on"], ["for"], ["and"], ["since"], ["from"], ["to"], ["between"])
STEPS_BACK = {"before last": 2, "dinaintea celei": 2, "de dinainte": 1, "in curs": 0}
"""Of the words after a unit."""
ORDER = {"first": 1, "primul": 1, "second": 2, "third": 3, "fourth": 4, "ultimul": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class PeriodMatch:
    """The period named by the tokens from `start` to `end` (excluded).

    `begins`: only its first day is meant; `open_month`: a day without a month; `vague`: just "the week".
    """

    period: Period
    start: int
    end: int
    begins: bool = False
    open_month: bool = False
    vague: bool = False


Rule = Callable[[Tokens, int, date], PeriodMatch | None]


def named_periods(tokens: Tokens, today: date) -> Iterator[PeriodMatch]:
    """The periods in folded tokens, in order."""
    at = 0
    while at < len(tokens):
        found = _first(RULES, tokens, at, today) if tokens[at] else None
        if found is not None:
            yield found
        at = found.end if found is not None else at + 1


def _first(rules: Sequence[Rule], tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    return next((found for rule in rules if (found := rule(tokens, at, today)) is not None), None)


def _day(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    if (found := days.day(tokens, at, today)) is None:
        return None
    day, length = found
    only_day = length == 1 or (length == 2 and tokens[at + 1] in ORDINALS)
    return PeriodMatch(day_of(day), at, at + length, open_month=tokens[at].isdigit() and only_day)


def _numeric_range(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`1-7 March`, `March 1-7`, `01.03-07.03`."""
    parts = tokens[at].split("-")
    if len(parts) != 2 or not all(parts):
        return None
    first, last = (days.numeric_date(part, today) for part in parts)
    end = at + 1
    month = days.month(tokens, end)
    if month is not None:
        end += 1
    elif at:
        month = days.month(tokens, at - 1)
    if month is not None:
        year, length = days.year(tokens, end, today)
        end += length
        if all(part.isdigit() for part in parts):
            year = year or days.latest(today, month, 1).year
            first, last = (days.valid_date(year, month, int(part)) for part in parts)
    return PeriodMatch(between(first, last, today), at, end) if first and last and first < last else None


def _relative_day(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`yesterday`, `azi`, `the day before yesterday`."""
    if tuple(tokens[at : at + 3]) == ("day", "before", "yesterday"):
        return PeriodMatch(day_of(today - 2 * ONE_DAY), at, at + 3)
    offset = relative_day(tokens[at])
    return None if offset is None else PeriodMatch(day_of(today + offset * ONE_DAY), at, at + 1)


def _ago(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`three days ago`, `a month ago`, `acum două săptămâni`, `cu o lună în urmă`."""
    start = at + (tokens[at] == "acum")
    if (found := quantity(tokens, start, article=True)) is None:
        return None
    count, unit, end = found
    if tokens[end : end + 1] == ["ago"]:
        end += 1
    elif list(tokens[end : end + 2]) == ["in", "urma"]:
        end += 2
    elif start == at:
        return None
    return PeriodMatch(_step_back(PERIOD_OF[unit](today), min(count, MAX_DAYS // DAYS_IN[unit])), at, end)


def _last_many(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`the last 7 days`, `ultimele două luni`, `10 days`, `first 3 days of March`."""
    from_start = is_word(tokens[at], "first_many")
    start = at + (from_start or is_word(tokens[at], "last_many"))
    if tokens[start : start + 1] == ["fortnight"]:
        return PeriodMatch(last_days(14, today), at, start + 1)
    if (found := quantity(tokens, start)) is None:
        return None
    count, unit, end = found
    length = min(count * DAYS_IN[unit], MAX_DAYS)
    if (whole := _whole(tokens, end, today)) is not None and start > at:
        distance = (length - 1) * ONE_DAY
        first = whole.period.first if from_start else min(whole.period.last, today) - distance
        return PeriodMatch(between(first, first + distance, today), at, whole.end)
    return None if from_start else PeriodMatch(last_days(length, today), at, end)


def _part_of_period(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`the first week of March`, `first half of February`, `the beginning of the year`."""
    word, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in ("beginning", "start", "inceputul", "inceput"):
        whole = _whole(tokens, at + 1, today)
        return PeriodMatch(day_of(whole.period.first), at, whole.end, begins=True) if whole else None
    length = {"week": 7, "saptamana": 7, "half": 0, "jumatate": 0}.get(following)
    whole = _whole(tokens, at + 2, today) if length is not None else None
    if whole is None or whole.period.kind not in ("month", "year"):
        return None
    first, last = whole.period.first, whole.period.last
    middle = first + timedelta(days=length or whole.period.days // 2) - ONE_DAY
    if word in ("first", "prima"):
        return PeriodMatch(between(first, middle, today), at, whole.end)
    if word in ("last", "ultima", "second", "doua"):
        begin = last - timedelta(days=length - 1) if length else middle + ONE_DAY
        return PeriodMatch(between(begin, last, today), at, whole.end)
    return None


def _quarter(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`Q1 2026`, `trimestrul 1`, `the first quarter`."""
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    named_first = tokens[at] in ("q", "trimestrul")
    order = ORDER.get(following if named_first else tokens[at])
    if order is None or not (named_first or following in ("quarter", "trimestru")):
        return None
    given, length = days.year(tokens, at + 2, today)
    year = given or today.year
    last = month_of(date(year, order * 3, 1)).last
    return PeriodMatch(Period("span", date(year, order * 3 - 2, 1), last), at, at + 2 + length)


def _whole(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """A month, week or year after `of`, `din`, `a`…"""
    while at < len(tokens) and tokens[at] in ("of", "the", "din", "a", "lui", "de", "in", "al"):
        at += 1
    return _first((_month, _relative_period, _year), tokens, at, today) if at < len(tokens) else None


def _weekend(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """The running weekend, else the last one; `weekend before last`."""
    start = at + is_word(tokens[at], "last", "this")
    if start >= len(tokens) or not is_word(tokens[start], "weekend"):
        if tokens[start : start + 2] not in (["week", "end"], ["sfarsit", "de"], ["sfarsitul", "de"]):
            return None
        start += 1 if tokens[start] == "week" else 2
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    end = start + 1
    if tuple(tokens[end : end + 2]) in {("before", "last"), ("de", "dinainte")}:
        return PeriodMatch(Period("span", saturday - 7 * ONE_DAY, saturday - 6 * ONE_DAY), at, end + 2)
    end += end < len(tokens) and is_word(tokens[end], "last", "this")
    return PeriodMatch(Period("span", saturday, saturday + ONE_DAY), at, end)


def _relative_period(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """`this week`, `luna trecută`, `the year`, `the month before last`, `previous day`."""
    before = tokens[at] if _is_modifier(tokens[at]) else None
    start = at + (before is not None)
    unit = unit_at(tokens, start)
    if unit is None:
        return None
    end = start + 1
    after = tokens[end] if end < len(tokens) else ""
    if unit == "day":  # of English only "the previous day"
        if before == "previous" or is_word(after, "day_before"):
            return PeriodMatch(day_of(today - ONE_DAY), at, end + (before is None))
        return None
    current = PERIOD_OF[unit](today)
    if (steps := STEPS_BACK.get(" ".join(tokens[end : end + 2]))) is not None:
        return PeriodMatch(_step_back(current, steps), at, end + 2)
    modifier = before or (after if _is_modifier(after) or after == "before" else None)
    end += before is None and modifier is not None
    if modifier is None:
        if tokens[start] in ("an", "ani", "luni"):  # an is also an article
            return None
        return _qualified(tokens, end, unit, today) or PeriodMatch(current, at, end, vague=True)
    if modifier == "before" or is_word(modifier, "last"):
        current = current.previous()
    elif is_word(modifier, "next"):
        current = PERIOD_OF[unit](current.last + ONE_DAY)
    return PeriodMatch(current, at, end)


def _is_modifier(token: str) -> bool:
    return is_word(token, "this", "last", "next")


def _qualified(tokens: Tokens, at: int, unit: str, today: date) -> PeriodMatch | None:
    """`the month of January`, `anul 2025`, `the week of 2 March`: a unit and its name after it."""
    start = at
    while at < len(tokens) and tokens[at] in ("of", "lui", "din", "starting", "beginning", "the", "on"):
        at += 1
    if at >= len(tokens):
        return None
    if unit == "week":
        day = days.day(tokens, at, today) if at > start else None
        return PeriodMatch(week_of(day[0]), start - 1, at + day[1]) if day else None
    found = _month(tokens, at, today) if unit == "month" else _year(tokens, at, today)
    return replace(found, start=start - 1) if found is not None else None


def _step_back(period: Period, times: int) -> Period:
    for _ in range(times):
        period = period.previous()
    return period


def _month(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    if found := re.fullmatch(r"(\d\d?)[./](20\d\d)", tokens[at]):
        first = days.valid_date(int(found[2]), int(found[1]), 1)
        return PeriodMatch(month_of(first), at, at + 1) if first else None
    start = at + is_word(tokens[at], "last")
    month = days.month(tokens, start)
    if month is None:
        return None
    after = start + 1 + (tokens[start + 1 : start + 2] in (["of"], ["din"]))
    year, length = days.year(tokens, after, today)
    if year is not None:
        return PeriodMatch(month_of(date(year, month, 1)), at, after + length)
    end = start + 1 + (tokens[start + 1 : start + 2] != [] and is_word(tokens[start + 1], "last", "this"))
    return PeriodMatch(month_of(days.latest(today, month, 1)), at, end)


def _weekday(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    """The latest such day; `next Monday` the one after it."""
    before = tokens[at] if _is_modifier(tokens[at]) else None
    start = at + (before is not None)
    wanted = weekday(tokens[start]) if start < len(tokens) and tokens[start] else None
    if wanted is None and start < len(tokens) and (before or tokens[at - 1 : at] in BEFORE_WEEKDAY):
        wanted = SHORT_WEEKDAYS.get(tokens[start])
    if wanted is None:
        return None
    after = tokens[start + 1] if start + 1 < len(tokens) and unit_at(tokens, start + 2) is None else ""
    modifier = before or (after if _is_modifier(after) else None)
    end = start + 1 + (before is None and modifier is not None)
    back = (today.weekday() - wanted) % 7
    if back == 0 and modifier and is_word(modifier, "last"):
        back = 7
    if modifier and is_word(modifier, "next"):
        back -= 7
    return PeriodMatch(day_of(today - timedelta(days=back)), at, end)


def _year(tokens: Tokens, at: int, today: date) -> PeriodMatch | None:
    year, length = days.year(tokens, at, today)
    return PeriodMatch(year_of(date(year, 1, 1)), at, at + length) if year else None


RULES: tuple[Rule, ...] = (
    *(_numeric_range, _ago, _last_many, _quarter, _part_of_period, _weekend),
    *(_relative_day, _day, _relative_period, _month, _weekday, _year),
)
"""The first match wins: rules that match more words come first."""
