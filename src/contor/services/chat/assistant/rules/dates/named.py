"""Periods that are named by words in a row: "yesterday", "luna trecută", "the first week of March", "acum 3 zile"."""

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
from contor.services.chat.assistant.rules.dates import days as day_words
from contor.services.chat.assistant.rules.dates.days import Text, counted, unit_of, word_set
from contor.services.chat.assistant.rules.intents.lexicon import load, says
from contor.services.chat.assistant.rules.intents.normalize import alike

_WRITTEN = load("periods")
_NEAR = {name: frozenset(words.split()) for name, words in _WRITTEN["near"].items()}
THIS, LAST, NEXT = _NEAR["this"], _NEAR["last"], _NEAR["next"]
NEAR = THIS | LAST | NEXT
WEEKEND = word_set("weekend")
MOST_DAYS = 3660
"""How far back one may ask."""
DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}
WHOLE: dict[str, Callable[[date], Period]] = {"day": day_of, "week": week_of, "month": month_of, "year": year_of}
_NEAR_DAYS: dict[str, int] = _WRITTEN["days"]
NEAR_DAYS = frozenset(_NEAR_DAYS)
SHORT_DAYS = {"sat": 5, "sun": 6}
"""Only after one of `POINTING`: both are words of their own."""
POINTING = (["on"], ["for"], ["and"], ["since"], ["from"], ["to"], ["between"])
BACK = {"before last": 2, "dinaintea celei": 2, "de dinainte": 1, "in curs": 0}
"""How far back these words after a unit go."""
ORDER = {"first": 1, "primul": 1, "second": 2, "third": 3, "fourth": 4, "ultimul": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class Named:
    """A period that words in a row name.

    `begins`: only its beginning is meant; `open_month`: its month was not said; `vague`: it is only "the week".
    """

    period: Period
    start: int
    end: int
    begins: bool = False
    open_month: bool = False
    vague: bool = False


Rule = Callable[[Text, int, date], Named | None]


def named_periods(text: Text, today: date) -> Iterator[Named]:
    """Those that `text`, folded words, names, in order."""
    at = 0
    while at < len(text):
        found = _first(RULES, text, at, today) if text[at] else None
        if found is not None:
            yield found
        at = found.end if found is not None else at + 1


def _first(rules: Sequence[Rule], text: Text, at: int, today: date) -> Named | None:
    return next((found for rule in rules if (found := rule(text, at, today)) is not None), None)


def _day(text: Text, at: int, today: date) -> Named | None:
    if (found := day_words.day(text, at, today)) is None:
        return None
    alone = found[1] == 1 or (found[1] == 2 and text[at + 1] in day_words.ORDINALS)
    open_month = text[at].isdigit() and alone
    return Named(day_of(found[0]), at, at + found[1], open_month=open_month)


def _span_in_figures(text: Text, at: int, today: date) -> Named | None:
    """`1-7 March`, `March 1-7`, `01.03-07.03`."""
    ends = text[at].split("-")
    if len(ends) != 2 or not all(ends):
        return None
    days = [day_words.in_figures(end, today) for end in ends]
    end = at + 1
    if (month := day_words.month(text, at + 1)) is not None:
        given = day_words.year(text, at + 2, today)
        end = at + 2 + (given[1] if given else 0)
    elif at and (month := day_words.month(text, at - 1)) is not None:
        given = day_words.year(text, at + 1, today)
        end = at + 1 + (given[1] if given else 0)
    if month is not None and all(part.isdigit() for part in ends):
        year = given[0] if given else day_words.latest(today, month, 1).year
        days = [day_words.date_of(year, month, int(part)) for part in ends]
    first, last = days
    return Named(between(first, last, today), at, end) if first and last and first < last else None


def _near_day(text: Text, at: int, today: date) -> Named | None:
    """Yesterday and the days about it."""
    if tuple(text[at : at + 3]) == ("day", "before", "yesterday"):
        return Named(day_of(today - 2 * ONE_DAY), at, at + 3)
    if not says(text[at], NEAR_DAYS):
        return None
    shift = next(days for name, days in _NEAR_DAYS.items() if alike(text[at], name))
    return Named(day_of(today + shift * ONE_DAY), at, at + 1)


def _ago(text: Text, at: int, today: date) -> Named | None:
    """`three days ago`, `a month ago`, `acum două săptămâni`, `cu o lună în urmă`."""
    start = at + (text[at] == "acum")
    if (found := counted(text, start, one=True)) is None:
        return None
    count, unit, end = found
    if text[end : end + 1] == ["ago"]:
        end += 1
    elif list(text[end : end + 2]) == ["in", "urma"]:
        end += 2
    elif start == at:
        return None
    return Named(_back(WHOLE[unit](today), min(count, MOST_DAYS // DAYS_OF[unit])), at, end)


def _last_count(text: Text, at: int, today: date) -> Named | None:
    """`the last 7 days`, `ultimele două luni`, `10 days`, `first 3 days of March`."""
    start = at + says(text[at], _NEAR["counted_back"] | _NEAR["first"])
    if text[start : start + 1] == ["fortnight"]:
        return Named(last_days(14, today), at, start + 1)
    if (found := counted(text, start)) is None:
        return None
    count, unit, end = found
    days = min(count * DAYS_OF[unit], MOST_DAYS)
    if (whole := _whole(text, end, today)) is not None and start > at:
        first, last = whole.period.first, min(whole.period.last, today)
        if says(text[at], _NEAR["first"]):
            return Named(between(first, first + (days - 1) * ONE_DAY, today), at, whole.end)
        return Named(between(last - (days - 1) * ONE_DAY, last, today), at, whole.end)
    return Named(last_days(days, today), at, end) if not says(text[at], _NEAR["first"]) else None


def _part_of_whole(text: Text, at: int, today: date) -> Named | None:
    """`the first week of March`, `first half of February`, `the beginning of the year`, `Q1`."""
    word, following = text[at], text[at + 1] if at + 1 < len(text) else ""
    if (quarter := _quarter(text, at, today)) is not None:
        return quarter
    if word in ("beginning", "start", "inceputul", "inceput"):
        whole = _whole(text, at + 1, today)
        return Named(day_of(whole.period.first), at, whole.end, begins=True) if whole else None
    unit = {"week": 7, "saptamana": 7, "half": 0, "jumatate": 0}.get(following)
    whole = _whole(text, at + 2, today) if unit is not None else None
    if whole is None or whole.period.kind not in ("month", "year"):
        return None
    first, last = whole.period.first, whole.period.last
    half = first + timedelta(days=unit or whole.period.days // 2) - ONE_DAY
    if word in ("first", "prima"):
        return Named(between(first, half, today), at, whole.end)
    if word in ("last", "ultima", "second", "doua"):
        begin = last - timedelta(days=unit - 1) if unit else half + ONE_DAY
        return Named(between(begin, last, today), at, whole.end)
    return None


def _quarter(text: Text, at: int, today: date) -> Named | None:
    """`Q1 2026`, `trimestrul 1`, `the first quarter`."""
    following = text[at + 1] if at + 1 < len(text) else ""
    order = ORDER.get(following) if text[at] in ("q", "trimestrul") else ORDER.get(text[at])
    if order is None or (text[at] not in ("q", "trimestrul") and following not in ("quarter", "trimestru")):
        return None
    given = day_words.year(text, at + 2, today)
    year = given[0] if given else today.year
    last = month_of(date(year, order * 3, 1)).last
    return Named(Period("span", date(year, order * 3 - 2, 1), last), at, at + 2 + (given[1] if given else 0))


def _whole(text: Text, at: int, today: date) -> Named | None:
    """A month, week or year after `of`, `din`, `a`…"""
    while at < len(text) and text[at] in ("of", "the", "din", "a", "lui", "de", "in", "al"):
        at += 1
    return _first((_month, _relative, _year), text, at, today) if at < len(text) else None


def _weekend(text: Text, at: int, today: date) -> Named | None:
    """The one that ended last, or that runs; `weekend before last`."""
    start = at + says(text[at], LAST | THIS)
    if start >= len(text) or not says(text[start], WEEKEND):
        if text[start : start + 2] not in (["week", "end"], ["sfarsit", "de"], ["sfarsitul", "de"]):
            return None
        start += 1 if text[start] == "week" else 2
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    end = start + 1
    if tuple(text[end : end + 2]) in {("before", "last"), ("de", "dinainte")}:
        return Named(Period("span", saturday - 7 * ONE_DAY, saturday - 6 * ONE_DAY), at, end + 2)
    end += end < len(text) and says(text[end], LAST | THIS)
    return Named(Period("span", saturday, saturday + ONE_DAY), at, end)


def _relative(text: Text, at: int, today: date) -> Named | None:
    """`this week`, `luna trecută`, `the year`, `the month before last`; `previous day`."""
    before = text[at] if says(text[at], NEAR) else None
    start = at + (before is not None)
    unit = unit_of(text, start)
    if unit is None:
        return None
    end = start + 1
    after = text[end] if end < len(text) else ""
    if unit == "day":  # ziua precedentă; of English only "the previous day"
        if before == "previous" or says(after, _NEAR["day_before"]):
            return Named(day_of(today - ONE_DAY), at, end + (before is None))
        return None
    of = WHOLE[unit]
    said = " ".join(text[end : end + 2])
    if said in BACK:
        return Named(_back(of(today), BACK[said]), at, end + 2)
    modifier = before or (after if says(after, NEAR) or after == "before" else None)
    end += before is None and modifier is not None
    if modifier is None and text[start] in ("an", "ani", "luni"):  # an is also an article
        return None
    if modifier == "before" or (modifier and says(modifier, LAST)):
        return Named(of(today).before(), at, end)
    if modifier and says(modifier, NEXT):
        return Named(of(of(today).last + ONE_DAY), at, end)
    if modifier is None and (whole := _named_by(text, end, unit, today)) is not None:
        return whole
    return Named(of(today), at, end, vague=modifier is None)


def _named_by(text: Text, at: int, unit: str, today: date) -> Named | None:
    """`the month of January`, `anul 2025`, `the week of 2 March`: named by what follows."""
    start = at
    while at < len(text) and text[at] in ("of", "lui", "din", "starting", "beginning", "the", "on"):
        at += 1
    if at >= len(text):
        return None
    if unit == "week":
        day = day_words.day(text, at, today) if at > start else None
        return Named(week_of(day[0]), start - 1, at + day[1]) if day else None
    found = _month(text, at, today) if unit == "month" else _year(text, at, today)
    return replace(found, start=start - 1) if found is not None else None


def _back(period: Period, times: int) -> Period:
    for _ in range(times):
        period = period.before()
    return period


def _month(text: Text, at: int, today: date) -> Named | None:
    if found := re.fullmatch(r"(\d\d?)[./](20\d\d)", text[at]):
        return Named(month_of(date(int(found[2]), int(found[1]), 1)), at, at + 1) if 1 <= int(found[1]) <= 12 else None
    start = at + says(text[at], LAST)
    month = day_words.month(text, start)
    if month is None:
        return None
    given = day_words.year(text, start + 1 + (text[start + 1 : start + 2] in (["of"], ["din"])), today)
    if given is not None:
        end = start + 1 + (text[start + 1] in ("of", "din")) + given[1]
        return Named(month_of(date(given[0], month, 1)), at, end)
    end = start + 1 + (text[start + 1 : start + 2] != [] and says(text[start + 1], LAST | THIS))
    return Named(month_of(day_words.latest(today, month, 1)), at, end)


def _weekday(text: Text, at: int, today: date) -> Named | None:
    before = text[at] if says(text[at], NEAR) else None
    start = at + (before is not None)
    wanted = day_words.weekday(text[start]) if start < len(text) and text[start] else None
    if wanted is None and text[start : start + 1] != [] and (before or text[at - 1 : at] in POINTING):
        wanted = SHORT_DAYS.get(text[start])
    if wanted is None:
        return None
    after = text[start + 1] if start + 1 < len(text) and unit_of(text, start + 2) is None else ""
    modifier = before or (after if says(after, NEAR) else None)
    end = start + 1 + (before is None and modifier is not None)
    back = (today.weekday() - wanted) % 7
    if back == 0 and modifier and says(modifier, LAST):
        back = 7
    if modifier and says(modifier, NEXT):
        back -= 7
    return Named(day_of(today - timedelta(days=back)), at, end)


def _year(text: Text, at: int, today: date) -> Named | None:
    found = day_words.year(text, at, today)
    return Named(year_of(date(found[0], 1, 1)), at, at + found[1]) if found else None


RULES: tuple[Rule, ...] = (
    *(_span_in_figures, _ago, _last_count, _part_of_whole, _weekend),
    *(_near_day, _day, _relative, _month, _weekday, _year),
)
"""The first that fits holds: what takes in more words comes before."""
