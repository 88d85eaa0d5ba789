"""The period that a text speaks of, in either language: "yesterday", "luna trecută", "17 March", "ultimele 7 zile"."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contor.services.chat.assistant import day_words
from contor.services.chat.assistant.day_words import COUNTED, Text, number
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
from contor.services.chat.assistant.vocabulary import slip_of

SO_FAR = "sofar"
"""Stands for "so far", "until now", "până acum": a period still runs; not this moment is meant."""
THIS = frozenset("this current asta aceasta acest acesta curent curenta curente ista astea asteia acestei".split())
LAST = frozenset("last previous past prior trecut trecuta trecute precedent precedenta anterior anterioara ultima".split())
LAST |= {"ultimul", "precedente", "anterioare"}
NEXT = frozenset("next coming following viitor viitoare viitorul urmator urmatoare urmatorul".split())
COUNTED_BACK = frozenset("last past previous ultimele ultimii ultimile".split())
UNITS = {
    "week": "week weeks wek weeek saptamana saptamani saptamanii saptamanile",
    "month": "month months luna lunii lunile",
    "year": "year years an anul anului ani anii",
    "day": "day days zi zile zilele ziua",
}
DAYS_OF = {"day": 1, "week": 7, "month": 30, "year": 365}
WHOLE: dict[str, Callable[[date], Period]] = {"day": day_of, "week": week_of, "month": month_of, "year": year_of}
TODAY = frozenset("today azi astazi tonight diseara".split())
YESTERDAY = frozenset("yesterday ieri aseara".split())
BEFORE_YESTERDAY = frozenset("alaltaieri alaltaseara".split())
AHEAD = frozenset("tomorrow maine poimaine".split())
DAY_PARTS = frozenset(
    "morning night nights evening afternoon noon overnight tonight dimineata dimineati seara noapte noaptea amiaza pranz "
    "aseara diseara alaltaseara".split()
)
UNTIL = frozenset("to until till through la pana".split())
JOINING = UNTIL | {"and", "si", "up", "in", "pe", "the", "of", "de", "including", "inclusiv", "data", "by"}
MOST_BETWEEN = 6
"""Words between "since" and the day: "since I got back on 10 March"."""
NOW = frozenset("now present acum prezent".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A period and the places of its words. `ahead`: it has not begun; `part_of_day`: only some hours are meant.

    `of` is what it is made of: the two ends of a span, the beginning of "since Monday".
    """

    period: Period
    places: frozenset[int]
    ahead: bool = False
    part_of_day: bool = False
    of: tuple[Period, ...] = ()
    vague: bool = False


@dataclass(frozen=True, slots=True)
class _Atom:
    """A period named by words in a row. `begins`: only its beginning is meant; `open_month`: its month was not said;
    `vague`: it is only "the week"."""

    period: Period
    start: int
    end: int
    begins: bool = False
    open_month: bool = False
    vague: bool = False


def find(text: Text, today: date) -> Mention | None:
    """The period that `text`, folded words, is about."""
    return next(iter(mentions(text, today)), None)


def mentions(text: Text, today: date) -> list[Mention]:
    """Every period that is mentioned; first the one that the text is about: a span, then the shortest, then the first."""
    atoms = list(_atoms(text, today))
    found = list(_joined(text, _within_weeks(atoms), today))
    found.sort(key=lambda each: (each.vague, len(each.of) < 2, each.period.days))
    parts = frozenset(n for n, word in enumerate(text) if word in DAY_PARTS)
    if not parts:
        return found
    return [replace(each, places=each.places | parts, part_of_day=True) for each in found] or _part_alone(text, parts, today)


def _part_alone(text: Text, parts: frozenset[int], today: date) -> list[Mention]:
    """`last night`, `this morning`."""
    near = {n: text[n] for part in parts for n in (part - 1, part + 1) if 0 <= n < len(text)}
    for n, word in near.items():
        if word in LAST or word in THIS:
            day = today - ONE_DAY if word in LAST else today
            return [Mention(day_of(day), parts | {n}, part_of_day=True, of=(day_of(day),))]
    return []


def _atoms(text: Text, today: date) -> Iterator[_Atom]:
    at = 0
    while at < len(text):
        atom = next((atom for rule in RULES if (atom := rule(text, at, today)) is not None), None) if text[at] else None
        if atom is not None:
            yield atom
        at = atom.end if atom is not None else at + 1


def _day(text: Text, at: int, today: date) -> _Atom | None:
    if (found := day_words.day(text, at, today)) is None:
        return None
    open_month = text[at].isdigit() and (found[1] == 1 or text[at + 1] in day_words.ORDINALS and found[1] == 2)
    return _Atom(day_of(found[0]), at, at + found[1], open_month=open_month)


def _span_in_figures(text: Text, at: int, today: date) -> _Atom | None:
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
    return _Atom(between(first, last, today), at, end) if first and last and first < last else None


def _near_day(text: Text, at: int, today: date) -> _Atom | None:
    """Yesterday and the days about it; `three days ago`, `acum două luni`."""
    said = tuple(text[at : at + 3])
    if said == ("day", "before", "yesterday"):
        return _Atom(day_of(today - 2 * ONE_DAY), at, at + 3)
    for words, shift in ((BEFORE_YESTERDAY, -2), (YESTERDAY, -1), (AHEAD, 1), (TODAY, 0)):
        if any(slip_of(text[at], word) for word in words):
            return _Atom(day_of(today + shift * ONE_DAY), at, at + 1)
    return None


def _ago(text: Text, at: int, today: date) -> _Atom | None:
    """`three days ago`, `a month ago`, `acum două săptămâni`, `cu o lună în urmă`."""
    start = at + (text[at] == "acum")
    counted = _counted(text, start, one=True)
    if counted is None:
        return None
    count, unit, end = counted
    if text[end : end + 1] == ["ago"]:
        end += 1
    elif list(text[end : end + 2]) == ["in", "urma"]:
        end += 2
    elif start == at:
        return None
    period = WHOLE[unit](today)
    for _ in range(min(count, 400)):
        period = period.before()
    return _Atom(period, at, end)


def _last_count(text: Text, at: int, today: date) -> _Atom | None:
    """`the last 7 days`, `ultimele două luni`, `10 days`, `first 3 days of March`."""
    start = at + (text[at] in COUNTED_BACK or text[at] in ("first", "primele"))
    if text[start : start + 1] == ["fortnight"]:
        return _Atom(last_days(14, today), at, start + 1)
    counted = _counted(text, start)
    if counted is None:
        return None
    count, unit, end = counted
    days = min(count * DAYS_OF[unit], 3660)
    if (whole := _whole(text, end, today)) is not None and start > at:
        first, last = whole.period.first, min(whole.period.last, today)
        if text[at] in ("first", "primele"):
            return _Atom(between(first, first + (days - 1) * ONE_DAY, today), at, whole.end)
        return _Atom(between(last - (days - 1) * ONE_DAY, last, today), at, whole.end)
    return _Atom(last_days(days, today), at, end) if text[at] not in ("first", "primele") else None


def _counted(text: Text, at: int, *, one: bool = False) -> tuple[int, str, int] | None:
    """A number and a unit of time: `7 days`, `30 de zile`, `a couple of weeks`, and if `one`: `a month`."""
    start = at + (text[at : at + 1] in (["a"], ["o"], ["un"]) and text[at + 1 : at + 2] in (["couple"], ["few"]))
    if start >= len(text):
        return None
    count = number(text[start])
    if count is None and one and text[start] in ("a", "o", "un", "one"):
        count = 1
    after = start + 1 + (text[start + 1 : start + 2] in (["de"], ["of"], ["full"], ["whole"]))
    unit = _unit(text, after)
    if unit is None and after < len(text) and text[after] == "luni":
        unit = "month"
    return (count, unit, after + 1) if count and unit else None


def _unit(text: Text, at: int) -> str | None:
    if at >= len(text) or not text[at] or day_words.weekday(text[at]) is not None:
        return None
    return next((unit for unit, words in UNITS.items() if any(slip_of(text[at], word) for word in words.split())), None)


def _part_of_whole(text: Text, at: int, today: date) -> _Atom | None:
    """`the first week of March`, `first half of February`, `the beginning of the year`, `Q1`."""
    word, following = text[at], text[at + 1] if at + 1 < len(text) else ""
    if (quarter := _quarter(text, at, today)) is not None:
        return quarter
    if word in ("beginning", "start", "inceputul", "inceput"):
        whole = _whole(text, at + 1, today)
        return _Atom(day_of(whole.period.first), at, whole.end, begins=True) if whole else None
    unit = {"week": 7, "saptamana": 7, "half": 0, "jumatate": 0}.get(following)
    whole = _whole(text, at + 2, today) if unit is not None else None
    if whole is None or whole.period.kind not in ("month", "year"):
        return None
    first, last = whole.period.first, whole.period.last
    half = first + timedelta(days=unit or whole.period.days // 2) - ONE_DAY
    if word in ("first", "prima"):
        return _Atom(between(first, half, today), at, whole.end)
    if word in ("last", "ultima", "second", "doua"):
        begin = last - timedelta(days=unit - 1) if unit else half + ONE_DAY
        return _Atom(between(begin, last, today), at, whole.end)
    return None


def _quarter(text: Text, at: int, today: date) -> _Atom | None:
    named = {("q",): 1, ("trimestrul",): 1}.get((text[at],))
    order = {"first": 1, "primul": 1, "second": 2, "third": 3, "fourth": 4, "ultimul": 4}.get(text[at])
    if named and text[at + 1 : at + 2] and text[at + 1] in ("1", "2", "3", "4"):
        order = int(text[at + 1])
    elif order is None or text[at + 1 : at + 2] not in (["quarter"], ["trimestru"]):
        return None
    given = day_words.year(text, at + 2, today)
    year = given[0] if given else today.year
    last = month_of(date(year, order * 3, 1)).last
    return _Atom(Period("span", date(year, order * 3 - 2, 1), last), at, at + 2 + (given[1] if given else 0))


def _whole(text: Text, at: int, today: date) -> _Atom | None:
    """A month, week or year after `of`, `din`, `a`…"""
    while at < len(text) and text[at] in ("of", "the", "din", "a", "lui", "de", "in", "al"):
        at += 1
    return next((atom for rule in (_month, _relative, _year) if at < len(text) and (atom := rule(text, at, today))), None)


def _weekend(text: Text, at: int, today: date) -> _Atom | None:
    """The one that ended last, or that runs; `weekend before last`."""
    start = at + (text[at] in LAST or text[at] in THIS)
    if start >= len(text) or not any(slip_of(text[start], word) for word in ("weekend", "weekendul", "weekends")):
        if text[start : start + 2] not in (["week", "end"], ["sfarsit", "de"], ["sfarsitul", "de"]):
            return None
        start += 1 if text[start] == "week" else 2
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    end = start + 1
    if tuple(text[end : end + 2]) in {("before", "last"), ("de", "dinainte")}:
        return _Atom(Period("span", saturday - 7 * ONE_DAY, saturday - 6 * ONE_DAY), at, end + 2)
    end += end < len(text) and (text[end] in LAST or text[end] in THIS)
    return _Atom(Period("span", saturday, saturday + ONE_DAY), at, end)


def _relative(text: Text, at: int, today: date) -> _Atom | None:
    """`this week`, `luna trecută`, `the year`, `the month before last`; `previous day`."""
    before = text[at] if text[at] in LAST or text[at] in THIS or text[at] in NEXT else None
    start = at + (before is not None)
    unit = _unit(text, start)
    if unit is None:
        return None
    end = start + 1
    after = text[end] if end < len(text) else ""
    of = WHOLE[unit]
    said = tuple(text[end : end + 2])
    if said in {("before", "last"), ("dinaintea", "celei"), ("de", "dinainte")} and unit != "day":
        shift = 1 if said[0] == "de" else 2
        return _Atom(_back(of(today), shift), at, end + 2)
    if said in {("to", "date"), ("in", "curs")} and unit != "day":
        return _Atom(of(today), at, end + 2)
    if unit == "day":  # ziua precedentă; of English only "the previous day"
        if before == "previous" or after in LAST - {"last", "previous", "past"}:
            return _Atom(day_of(today - ONE_DAY), at, end + (before is None))
        return None
    modifier = before or (after if after in LAST or after in THIS or after in NEXT or after == "before" else None)
    end += before is None and modifier is not None
    if modifier is None and text[start] in ("an", "ani", "luni"):  # an is also an article
        return None
    if modifier in LAST or modifier == "before":
        return _Atom(of(today).before(), at, end)
    if modifier in NEXT:
        return _Atom(of(of(today).last + ONE_DAY), at, end)
    if modifier is None and (whole := _named_by(text, end, unit, today)) is not None:
        return whole
    return _Atom(of(today), at, end, vague=modifier is None)


def _named_by(text: Text, at: int, unit: str, today: date) -> _Atom | None:
    """`the month of January`, `anul 2025`, `the week of 2 March`: named by what follows."""
    start = at
    while at < len(text) and text[at] in ("of", "lui", "din", "starting", "beginning", "the", "on"):
        at += 1
    if at >= len(text):
        return None
    if unit == "week" and at > start and (found := day_words.day(text, at, today)) is not None:
        return _Atom(week_of(found[0]), start - 1, at + found[1])
    rule = {"month": _month, "year": _year}.get(unit)
    return rule(text, at, today) if rule is not None else None


def _back(period: Period, times: int) -> Period:
    for _ in range(times):
        period = period.before()
    return period


def _month(text: Text, at: int, today: date) -> _Atom | None:
    if found := re.fullmatch(r"(\d\d?)[./](20\d\d)", text[at]):
        return _Atom(month_of(date(int(found[2]), int(found[1]), 1)), at, at + 1) if 1 <= int(found[1]) <= 12 else None
    start = at + (text[at] in LAST)
    month = day_words.month(text, start)
    if month is None:
        return None
    given = day_words.year(text, start + 1 + (text[start + 1 : start + 2] in (["of"], ["din"])), today)
    if given is not None:
        end = start + 1 + (text[start + 1] in ("of", "din")) + given[1]
        return _Atom(month_of(date(given[0], month, 1)), at, end)
    end = start + 1 + (text[start + 1 : start + 2] != [] and text[start + 1] in LAST | THIS)
    return _Atom(month_of(day_words.latest(today, month, 1)), at, end)


def _weekday(text: Text, at: int, today: date) -> _Atom | None:
    before = text[at] if text[at] in LAST or text[at] in NEXT or text[at] in THIS else None
    start = at + (before is not None)
    wanted = day_words.weekday(text[start]) if start < len(text) and text[start] else None
    if wanted is None:
        return None
    after = text[start + 1] if start + 1 < len(text) and _unit(text, start + 2) is None else ""
    modifier = before or (after if after in LAST or after in NEXT or after in THIS else None)
    end = start + 1 + (before is None and modifier is not None)
    back = (today.weekday() - wanted) % 7
    if back == 0 and modifier in LAST:
        back = 7
    return _Atom(day_of(today - timedelta(days=back - 7 if modifier in NEXT else back)), at, end)


def _year(text: Text, at: int, today: date) -> _Atom | None:
    found = day_words.year(text, at, today)
    return _Atom(year_of(date(found[0], 1, 1)), at, at + found[1]) if found else None


RULES = (
    _span_in_figures,
    _ago,
    _last_count,
    _part_of_whole,
    _weekend,
    _near_day,
    _day,
    _relative,
    _month,
    _weekday,
    _year,
)


def _within_weeks(atoms: Sequence[_Atom]) -> list[_Atom]:
    """`Monday last week` is one day, `Sunday the 15th` another way to say the date."""
    found: list[_Atom] = []
    for atom in atoms:
        last = found[-1] if found else None
        if last is not None and atom.start - last.end <= 1:
            for one, other in ((last, atom), (atom, last)):
                if one.period.kind == "day" and other.period.kind == "week":
                    day = other.period.first + timedelta(days=one.period.first.weekday())
                    found[-1] = _Atom(day_of(day), last.start, atom.end)
                    break
            else:
                if last.period == atom.period:
                    found[-1] = _Atom(atom.period, last.start, atom.end)
                else:
                    found.append(atom)
        else:
            found.append(atom)
    return found


def _joined(text: Text, atoms: Sequence[_Atom], today: date) -> Iterator[Mention]:
    """Spans from one to another, from one until now; and those that stand alone."""
    at = 0
    while at < len(atoms):
        one, other = atoms[at], atoms[at + 1] if at + 1 < len(atoms) else None
        span = _span(text, one, other, today) if other is not None else None
        if span is not None:
            yield span
            at += 2
            continue
        yield _from_number(text, one, today) or _to_number(text, one, today) or _until_now(text, one, today)
        at += 1


def _span(text: Text, one: _Atom, other: _Atom, today: date) -> Mention | None:
    """`1 March to 7 March`, `de luni până azi`, `between January and February`."""
    between_them = text[one.end : other.start]
    first, last = one.period, other.period
    if one.open_month and last.kind == "day":  # from the 5th to the 8th of March
        day = day_words.date_of(last.last.year, last.last.month, first.first.day)
        first = day_of(day) if day and day <= last.first else first
    if not JOINING.issuperset(between_them) or first == last or "of" in between_them[:1]:
        return None
    if first.first > last.first:
        first, last = last, first
    opened = set(text[max(one.start - 4, 0) : one.start]) & {"between", "intre", "from"}
    added = {"and", "si"} & set(between_them)
    if not (UNTIL & set(between_them) or (added and (opened or first == last.before())) or (opened and not between_them)):
        return None
    places = frozenset(range(one.start, other.end))
    return Mention(between(first.first, last.last, today), places, first.first > today, of=(first, last))


def _from_number(text: Text, atom: _Atom, today: date) -> Mention | None:
    """`1 to 7 March`, `de la 1 la 7 martie`, `5 and 8 March`: a number before is the first day."""
    at = atom.start - 1
    while at >= 0 and text[at] in JOINING:
        at -= 1
    joined = set(text[at + 1 : atom.start])
    at -= at > 0 and text[at] in day_words.ORDINALS
    counted = at + 1 < atom.start and text[at + 1] in day_words.ORDINALS  # 1st-7th March
    if atom.period.kind != "day" or at < 0 or not text[at].isdigit():
        return None
    if not joined & (UNTIL | {"and", "si"}) and not counted:
        return None
    last = atom.period.first
    first = day_words.date_of(last.year, last.month, int(text[at])) if len(text[at]) <= 2 else None
    if first is None or first >= last:
        return None
    places = frozenset(range(at, atom.end))
    return Mention(between(first, last, today), places, first > today, of=(day_of(first), atom.period))


def _to_number(text: Text, atom: _Atom, today: date) -> Mention | None:
    """`March 5 to 8`."""
    at = atom.end + 1
    joined = text[atom.end : at] and text[atom.end] in UNTIL
    if not joined or atom.period.kind != "day" or at >= len(text) or not text[at].isdigit() or len(text[at]) > 2:
        return None
    first = atom.period.first
    last = day_words.date_of(first.year, first.month, int(text[at]))
    counts = at + 1 < len(text) and text[at + 1] in COUNTED
    if counts or last is None or first >= last:
        return None
    places = frozenset(range(atom.start, at + 1))
    return Mention(between(first, last, today), places, first > today, of=(atom.period, day_of(last)))


def _until_now(text: Text, atom: _Atom, today: date) -> Mention:
    """Up to today where a past period is only the beginning: `since Monday`, `de la 1 martie`, `din ianuarie până acum`."""
    before, after = text[max(atom.start - 2, 0) : atom.start], text[atom.end : atom.end + 4]
    since = {"since", "incepand", "starting"} & set(text[max(atom.start - MOST_BETWEEN, 0) : atom.start]) or (
        list(before) == ["de", "la"] and atom.period.kind in ("day", "month")
    )
    opened = {"from", "din", "de", "of", "between", "intre"} & set(before[-1:])
    goes_on = {SO_FAR, "incoace", "onwards", "onward"} & set(after) or (
        (UNTIL | {"and", "si"}) & set(after[:1]) and NOW & set(after[1:3])
    )
    places = frozenset(range(atom.start, atom.end)) | frozenset(
        n for n in range(atom.end, min(atom.end + 4, len(text))) if goes_on and text[n] in NOW | UNTIL | {"in", "incoace", "and", "si"}
    )
    if atom.period.last < today and (since or atom.begins or (opened and goes_on)):
        return Mention(between(atom.period.first, today, today), places, of=(atom.period,))
    return Mention(atom.period, places, atom.period.first > today, of=(atom.period,), vague=atom.vague)
