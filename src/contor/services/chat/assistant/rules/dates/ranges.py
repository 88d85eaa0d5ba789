"""The period that a text speaks of, in either language: what is named, from one to another, since then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from contor.services.chat.assistant.periods import ONE_DAY, Period, between, day_of
from contor.services.chat.assistant.rules.dates import days as day_words
from contor.services.chat.assistant.rules.dates.days import COUNTED, Text, word_set
from contor.services.chat.assistant.rules.dates.named import LAST, THIS, Named, named_periods
from contor.services.chat.assistant.rules.intents.lexicon import says

SO_FAR = "sofar"
"""Stands for "so far", "until now", "până acum": a period still runs; not this moment is meant."""
PARTS_OF_DAY = word_set("parts_of_day")
UNTIL = word_set("until")
JOINING = UNTIL | word_set("joining")
NOW = word_set("now")
NOT_ABOVE = word_set("not_above")
SINCE = frozenset({"since", "incepand", "starting", "de cand"})
MOST_BETWEEN = 6
"""Words between "since" and the day: "since I got back on 10 March"."""


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


def find(text: Text, today: date) -> Mention | None:
    """The period that `text`, folded words, is about."""
    return next(iter(mentions(text, today)), None)


def mentions(text: Text, today: date) -> list[Mention]:
    """Every period that is mentioned; first the one that is meant: a span, else the shortest, else the first."""
    atoms = list(named_periods(text, today))
    found = list(_joined(text, _within_weeks(atoms), today))
    found.sort(key=lambda each: (each.vague, len(each.of) < 2, each.period.days))
    parts = frozenset(n for n, word in enumerate(text) if word in PARTS_OF_DAY)
    if not parts:
        return found
    return [replace(each, places=each.places | parts, part_of_day=True) for each in found] or _part_alone(
        text, parts, today
    )


def _part_alone(text: Text, parts: frozenset[int], today: date) -> list[Mention]:
    """`last night`, `this morning`."""
    near = {n: text[n] for part in parts for n in (part - 1, part + 1) if 0 <= n < len(text)}
    for n, word in near.items():
        if says(word, LAST | THIS):
            day = today - ONE_DAY if says(word, LAST) else today
            return [Mention(day_of(day), parts | {n}, part_of_day=True, of=(day_of(day),))]
    return []


def _within_weeks(atoms: Sequence[Named]) -> list[Named]:
    """`Monday last week` is one day, `Sunday the 15th` another way to say the date."""
    found: list[Named] = []
    for atom in atoms:
        last = found[-1] if found else None
        if last is not None and atom.start - last.end <= 1:
            for one, other in ((last, atom), (atom, last)):
                if one.period.kind == "day" and other.period.kind == "week":
                    day = other.period.first + timedelta(days=one.period.first.weekday())
                    found[-1] = Named(day_of(day), last.start, atom.end)
                    break
            else:
                if last.period == atom.period:
                    found[-1] = Named(atom.period, last.start, atom.end)
                else:
                    found.append(atom)
        else:
            found.append(atom)
    return found


def _joined(text: Text, atoms: Sequence[Named], today: date) -> Iterator[Mention]:
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


def _span(text: Text, one: Named, other: Named, today: date) -> Mention | None:
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
    if not (
        UNTIL & set(between_them) or (added and (opened or first == last.before())) or (opened and not between_them)
    ):
        return None
    places = frozenset(range(one.start, other.end))
    return Mention(between(first.first, last.last, today), places, first.first > today, of=(first, last))


def _from_number(text: Text, atom: Named, today: date) -> Mention | None:
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


def _to_number(text: Text, atom: Named, today: date) -> Mention | None:
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


def _pairs(text: Text) -> Iterator[str]:
    """Its words, and each with the next."""
    yield from text
    yield from (f"{one} {other}" for one, other in pairwise(text))


def _until_now(text: Text, atom: Named, today: date) -> Mention:
    """Up to today where a past period is only the beginning: `since Monday`, `din ianuarie până acum`."""
    before, after = text[max(atom.start - 2, 0) : atom.start], text[atom.end : atom.end + 4]
    since = SINCE & set(_pairs(text[max(atom.start - MOST_BETWEEN, 0) : atom.start])) or (
        list(before) == ["de", "la"] and atom.period.kind in ("day", "month")
    )
    opened = {"from", "din", "de", "of", "between", "intre"} & set(before[-1:])
    goes_on = {SO_FAR, "incoace", "onwards", "onward"} & set(after) or (
        (UNTIL | {"and", "si"}) & set(after[:1]) and NOW & set(after[1:3])
    )
    over = atom.start - 1 - (text[atom.start - 1 : atom.start] == ["the"])  # over the weekend
    start = over if over > 0 and text[over] == "over" and text[over - 1] not in NOT_ABOVE else atom.start
    places = frozenset(range(start, atom.end)) | frozenset(
        n
        for n in range(atom.end, min(atom.end + 4, len(text)))
        if goes_on and text[n] in NOW | UNTIL | {"in", "incoace", "and", "si"}
    )
    if atom.period.last < today and (since or atom.begins or (opened and goes_on)):
        return Mention(between(atom.period.first, today, today), places, of=(atom.period,))
    return Mention(atom.period, places, atom.period.first > today, of=(atom.period,), vague=atom.vague)
