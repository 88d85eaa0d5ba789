"""The period that a text speaks of, in either language: "yesterday", "luna trecută", "17 March", "ultimele 7 zile"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contor.services.chat.assistant.formats import MONTHS, WEEKDAYS
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
from contor.services.chat.assistant.wording import alike, fold

THIS = "this current asta aceasta acest acesta curent curenta ista astea so_far"
LAST = "last previous past prior trecut trecuta precedent precedenta anterior anterioara"
NEXT = "next coming following viitor viitoare urmator urmatoare"
WEEK = "week saptamana saptamina saptamanii"
MONTH = "month luna lunii"
YEAR = "year anul an anului"
DAYS = "days day zile zi"
WEEKS = "weeks saptamani"
MONTHS_WORD = "months luni"
TODAY = "today azi astazi"
YESTERDAY = "yesterday ieri"
TOMORROW = "tomorrow maine poimaine"
DAY_PARTS = "morning night evening afternoon noon dimineata dimineati seara noapte noaptea amiaza pranz"
SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10}
SHORT_MONTHS |= {"nov": 11, "dec": 12, "ian": 1, "iun": 6, "iul": 7}
WEEKDAY_NAMES = {fold(name): n for days in WEEKDAYS.values() for n, name in enumerate(days)}
ORDINALS = frozenset({"th", "st", "nd", "rd", "of"})
COUNTS = {"two": 2, "three": 3, "seven": 7, "ten": 10, "thirty": 30, "doua": 2, "trei": 3, "sapte": 7, "zece": 10}


@dataclass(frozen=True, slots=True)
class Mention:
    """A period and the places of its words. `ahead`: it has not begun; `part_of_day`: only some hours are meant."""

    period: Period
    places: frozenset[int]
    ahead: bool = False
    part_of_day: bool = False


Found = tuple[Period, frozenset[int]]
Rule = Callable[[Sequence[str], date], Found | None]


def find(text: Sequence[str], today: date) -> Mention | None:
    """The first period that `text`, folded words, mentions."""
    parts = frozenset(n for n, word in enumerate(text) if word in DAY_PARTS.split())
    for rule in (_range, *DAYS_RULES, _last_count, _weekend, _relative, _month, _weekday, _year):
        if (found := rule(text, today)) is not None:
            period, places = found if rule is _range else _since(text, *found, today)
            return Mention(period, places | parts, period.first > today, bool(parts))
    return _evening(text, today, parts)


def _evening(text: Sequence[str], today: date, parts: frozenset[int]) -> Mention | None:
    if (at := _at(text, "aseara")) is not None:
        return Mention(day_of(today - ONE_DAY), frozenset({at}), part_of_day=True)
    if parts and (at := _at(text, LAST)) is not None:
        return Mention(day_of(today - ONE_DAY), parts | {at}, part_of_day=True)
    if parts and (at := _at(text, THIS)) is not None:
        return Mention(day_of(today), parts | {at}, part_of_day=True)
    return None


def _relative_day(text: Sequence[str], today: date) -> Found | None:
    if (at := _at(text, "alaltaieri")) is not None:
        return day_of(today - 2 * ONE_DAY), frozenset({at})
    if (at := _at(text, YESTERDAY)) is not None:
        if at >= 2 and text[at - 2 : at] == ["day", "before"]:
            return day_of(today - 2 * ONE_DAY), frozenset({at, at - 1, at - 2})
        return day_of(today - ONE_DAY), frozenset({at})
    if (at := _at(text, TOMORROW)) is not None:
        return day_of(today + ONE_DAY), frozenset({at})
    if (at := _at(text, TODAY)) is not None:
        return day_of(today), frozenset({at})
    return None


def _last_count(text: Sequence[str], today: date) -> Found | None:
    for at, word in enumerate(text[:-1]):
        count = int(word) if word.isdigit() and len(word) <= 3 else COUNTS.get(word, 0)
        unit = text[at + 1] if text[at + 1] != "de" or at + 2 >= len(text) else text[at + 2]
        days = 1 if unit in DAYS.split() else 7 if unit in WEEKS.split() else 30 if unit in MONTHS_WORD.split() else 0
        if count * days > 0:
            places = {at, at + 1, *({at - 1} if at else ()), *({at + 2} if text[at + 1] == "de" else ())}
            return last_days(min(count * days, 3660), today), frozenset(places)
    return None


def _relative(text: Sequence[str], today: date) -> Found | None:
    for of, unit in ((week_of, WEEK), (month_of, MONTH), (year_of, YEAR)):
        at = next((n for n, word in enumerate(text) if word not in WEEKDAY_NAMES and _any(word, unit)), None)
        if at is None:
            continue
        near = [n for n in (at - 1, at + 1) if 0 <= n < len(text)]
        for n in near:
            if _any(text[n], LAST) or text[n] in ("ultima", "ultimul"):
                return of(of(today).first - ONE_DAY), frozenset({at, n})
            if _any(text[n], NEXT):
                return of(of(today).last + ONE_DAY), frozenset({at, n})
            if _any(text[n], THIS):
                return of(today), frozenset({at, n})
        if _month(text, today) is None and _year(text, today) is None:
            return of(today), frozenset({at})
    return None


def _month(text: Sequence[str], today: date) -> Found | None:
    for at, word in enumerate(text):
        if (month := _month_of(word, text, at)) is None:
            continue
        if at + 1 < len(text) and (year := _year_of(text[at + 1])):
            return month_of(date(year, month, 1)), frozenset({at, at + 1})
        return month_of(_latest(today, month, 1)), frozenset({at})
    return None


def _weekday(text: Sequence[str], today: date) -> Found | None:
    for at, word in enumerate(text):
        wanted = next(
            (n for name, n in WEEKDAY_NAMES.items() if word == name or (len(name) > 5 and alike(word, name))), None
        )
        if wanted is None:
            continue
        near = frozenset(n for n in (at - 1, at + 1) if 0 <= n < len(text) and _any(text[n], LAST + " " + NEXT))
        back = (today.weekday() - wanted) % 7
        if back == 0 and any(_any(text[n], LAST) for n in near):
            back = 7
        ahead = any(_any(text[n], NEXT) for n in near)
        day = today + timedelta(days=7 - back) if ahead else today - timedelta(days=back)
        return day_of(day), near | {at}
    return None


def _year(text: Sequence[str], _: date) -> Found | None:
    return next(
        ((year_of(date(year, 1, 1)), frozenset({at})) for at, word in enumerate(text) if (year := _year_of(word))), None
    )


def _full_date(text: Sequence[str], today: date) -> Found | None:
    for at, word in enumerate(text):
        if (day := _written(word, today)) is not None:
            return day_of(day), frozenset({at})
    return None


def _written(word: str, today: date) -> date | None:
    """`2026-03-17`, `17.03.2026`, `17/3`, `17.03`: the day comes first unless the year does."""
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", word):
        return _date(*(int(part) for part in found.groups()))
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", word):
        day, month, year = (int(part) for part in found.groups())
        return _date(year, month, day)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})", word):
        day, month = (int(part) for part in found.groups())
        return _latest(today, month, day) if _date(2024, month, day) else None
    return None


def _written_date(text: Sequence[str], today: date) -> Found | None:
    """`17 March 2025`, `March 17th`, `17 martie`."""
    for at, word in enumerate(text):
        if (month := _month_of(word, text, at)) is None:
            continue
        for n in (at - 1, at - 2, at - 3, at + 1):
            if not (0 <= n < len(text)) or not text[n].isdigit() or _date(2024, month, int(text[n])) is None:
                continue
            if n < at - 1 and not ORDINALS.issuperset(text[n + 1 : at]):
                continue
            year = next((y for m in (at + 1, at + 2, at + 3) if m < len(text) and (y := _year_of(text[m]))), None)
            day = _date(year, month, int(text[n])) if year else _latest(today, month, int(text[n]))
            return (day_of(day), frozenset({at, n})) if day else None
    return None


def _range(text: Sequence[str], today: date) -> Found | None:
    """`1 to 7 March`, `de la 1 la 7 martie`, `01.03-07.03`, `de luni până azi`."""
    for at, word in enumerate(text):
        if word in ("to", "and", "until", "till", "la", "pana", "si") and 0 < at < len(text) - 1:
            skipped = 2 if text[at + 1] in ("la", "in", "pe") else 1
            left, right = text[:at], text[at + skipped : at + skipped + 4]
            places = frozenset({at})
        elif (days := re.fullmatch(r"(\d{1,2})-(\d{1,2})", word)) is not None:
            left, right, skipped, places = [days[1]], [days[2], *text[at + 1 : at + 4]], 0, frozenset({at, at + 1})
        else:
            continue
        last = _day(right, today)
        first = _day(left, today) if last and len(left) > 0 and not left[-1].isdigit() else None
        if last is None:
            continue
        if first is None and left[-1].isdigit() and (day := _date(last[0].year, last[0].month, int(left[-1]))):
            first = day, frozenset({len(left) - 1})
        if first is not None and first[0] < last[0]:
            shifted = frozenset(at + skipped + n for n in last[1]) if skipped else places
            return between(first[0], last[0], today), places | shifted | (first[1] if skipped else places)
    return None


def _day(text: Sequence[str], today: date) -> tuple[date, frozenset[int]] | None:
    for rule in (*DAYS_RULES, _weekday):
        if (found := rule(text, today)) is not None:
            return found[0].first, found[1]
    return None


def _since(text: Sequence[str], period: Period, places: frozenset[int], today: date) -> Found:
    """Up to today where a past day is only the beginning: `since Monday`, `de la 1 martie`."""
    start = min(places)
    begins = text[start - 1 : start] == ["since"] or list(text[max(start - 2, 0) : start]) == ["de", "la"]
    return (between(period.first, today, today), places) if begins and period.last < today else (period, places)


def _weekend(text: Sequence[str], today: date) -> Found | None:
    """The one that ended last, or that runs."""
    if (at := _at(text, "weekend weekendul")) is None:
        return None
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    near = frozenset(n for n in (at - 1, at + 1) if 0 <= n < len(text) and _any(text[n], LAST + " " + THIS))
    return Period("span", saturday, saturday + ONE_DAY), near | {at}


DAYS_RULES: tuple[Rule, ...] = (_full_date, _written_date, _relative_day)


def _month_of(word: str, text: Sequence[str], at: int) -> int | None:
    if word in WEEKDAY_NAMES:  # marți is a slip away from martie
        return None
    for names in MONTHS.values():
        for n, name in enumerate(names, 1):
            if alike(word, fold(name)) and (word not in ("mai", "may") or _says_month(text, at)):
                return n
    return SHORT_MONTHS.get(word) if _says_month(text, at) else None


def _says_month(text: Sequence[str], at: int) -> bool:
    """`mai` is also "more" and `may` also "might": a number or a preposition makes it the month."""
    return at > 0 and (text[at - 1].isdigit() or text[at - 1] in ("in", "luna", "lunii", "month", "of", "since"))


def _year_of(word: str) -> int | None:
    return int(word) if re.fullmatch(r"20\d\d", word) else None


def _latest(today: date, month: int, day: int) -> date:
    """The latest such day that is not ahead; 29 February in the latest leap year."""
    year = today.year
    while (found := _date(year, month, day)) is None or found > today:
        year -= 1
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(text: Sequence[str], wanted: str) -> int | None:
    return next((n for n, word in enumerate(text) if _any(word, wanted)), None)


def _any(word: str, wanted: str) -> bool:
    return any(alike(word, each) for each in wanted.split())
