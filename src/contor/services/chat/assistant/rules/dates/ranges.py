"""The periods that a text mentions: named ones, from one to another, since one until today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from contor.services.chat.assistant.periods import ONE_DAY, Period, between, day_of
from contor.services.chat.assistant.rules.dates.days import valid_date
from contor.services.chat.assistant.rules.dates.named import PeriodMatch, named_periods
from contor.services.chat.assistant.rules.dates.vocabulary import COUNTABLE, ORDINALS, Tokens, is_word, words

SO_FAR = "sofar"
"""Token that replaces "so far", "until now", "până acum": the period is running, the present moment is not meant."""
PARTS_OF_DAY, UNTIL, NOW, NOT_BEFORE_OVER = map(words, ("parts_of_day", "until", "now", "not_before_over"))
JOINING = UNTIL | words("joining")
AND = {"and", "si"}
SINCE = frozenset({"since", "incepand", "starting", "de cand"})
MAX_SINCE_DISTANCE = 6
"""Tokens between "since" and the day: "since I got back on 10 March"."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A period and the positions of its words. `ahead`: it has not begun; `part_of_day`: only some hours are meant.

    `parts`: the two ends of a range, the start of "since Monday".
    """

    period: Period
    positions: frozenset[int]
    ahead: bool = False
    part_of_day: bool = False
    parts: tuple[Period, ...] = ()
    vague: bool = False


def find_mentions(tokens: Tokens, today: date) -> list[Mention]:
    """The periods in folded tokens; the one that is meant first: a range, else the shortest, else the first."""
    found = list(_join(tokens, _merge(list(named_periods(tokens, today))), today))
    found.sort(key=lambda each: (each.vague, len(each.parts) < 2, each.period.days))
    hours = frozenset(n for n, word in enumerate(tokens) if word in PARTS_OF_DAY)
    if not hours:
        return found
    if not found:
        return _part_of_day(tokens, hours, today)
    return [replace(each, positions=each.positions | hours, part_of_day=True) for each in found]


def _part_of_day(tokens: Tokens, hours: frozenset[int], today: date) -> list[Mention]:
    """`last night`, `this morning`."""
    adjacent = {n: tokens[n] for hour in hours for n in (hour - 1, hour + 1) if 0 <= n < len(tokens)}
    for n, word in adjacent.items():
        if is_word(word, "last", "this"):
            day = day_of(today - ONE_DAY if is_word(word, "last") else today)
            return [Mention(day, hours | {n}, part_of_day=True, parts=(day,))]
    return []


def _merge(matches: Sequence[PeriodMatch]) -> list[PeriodMatch]:
    """Adjacent names of the same day made one: `Monday last week`, `Sunday the 15th`."""
    merged: list[PeriodMatch] = []
    for match in matches:
        last = merged[-1] if merged else None
        period = _common_period(last.period, match.period) if last and match.start - last.end <= 1 else None
        if last is not None and period is not None:
            merged[-1] = PeriodMatch(period, last.start, match.end)
        else:
            merged.append(match)
    return merged


def _common_period(one: Period, other: Period) -> Period | None:
    for day, week in ((one, other), (other, one)):
        if day.kind == "day" and week.kind == "week":
            return day_of(week.first + timedelta(days=day.first.weekday()))
    return one if one == other else None


def _join(tokens: Tokens, matches: Sequence[PeriodMatch], today: date) -> Iterator[Mention]:
    """Ranges from one match to the next, and single matches."""
    at = 0
    while at < len(matches):
        one, other = matches[at], matches[at + 1] if at + 1 < len(matches) else None
        joined = _range(tokens, one, other, today) if other is not None else None
        single = _number_before(tokens, one, today) or _number_after(tokens, one, today)
        yield joined or single or _until_today(tokens, one, today)
        at += 1 if joined is None else 2


def _range(tokens: Tokens, one: PeriodMatch, other: PeriodMatch, today: date) -> Mention | None:
    """`1 March to 7 March`, `de luni până azi`, `between January and February`."""
    linking = tokens[one.end : other.start]
    first, last = one.period, other.period
    if one.open_month and last.kind == "day":  # from the 5th to the 8th of March
        day = valid_date(last.last.year, last.last.month, first.first.day)
        first = day_of(day) if day and day <= last.first else first
    if not JOINING.issuperset(linking) or first == last or "of" in linking[:1]:
        return None
    if first.first > last.first:
        first, last = last, first
    opened = set(tokens[max(one.start - 4, 0) : one.start]) & {"between", "intre", "from"}
    added = AND & set(linking)
    if not (UNTIL & set(linking) or (added and (opened or first == last.previous())) or (opened and not linking)):
        return None
    positions = frozenset(range(one.start, other.end))
    return Mention(between(first.first, last.last, today), positions, first.first > today, parts=(first, last))


def _number_before(tokens: Tokens, match: PeriodMatch, today: date) -> Mention | None:
    """`1 to 7 March`, `de la 1 la 7 martie`, `5 and 8 March`: the number is the first day."""
    at = match.start - 1
    while at >= 0 and tokens[at] in JOINING:
        at -= 1
    linking = set(tokens[at + 1 : match.start])
    at -= at > 0 and tokens[at] in ORDINALS
    is_ordinal = at + 1 < match.start and tokens[at + 1] in ORDINALS  # 1st-7th March
    if match.period.kind != "day" or at < 0 or not tokens[at].isdigit():
        return None
    if not linking & (UNTIL | AND) and not is_ordinal:
        return None
    last = match.period.first
    first = valid_date(last.year, last.month, int(tokens[at])) if len(tokens[at]) <= 2 else None
    if first is None or first >= last:
        return None
    positions = frozenset(range(at, match.end))
    return Mention(between(first, last, today), positions, first > today, parts=(day_of(first), match.period))


def _number_after(tokens: Tokens, match: PeriodMatch, today: date) -> Mention | None:
    """`March 5 to 8`: the number is the last day."""
    at = match.end + 1
    if match.period.kind != "day" or at >= len(tokens) or tokens[match.end] not in UNTIL:
        return None
    if not tokens[at].isdigit() or len(tokens[at]) > 2:
        return None
    first = match.period.first
    last = valid_date(first.year, first.month, int(tokens[at]))
    is_count = at + 1 < len(tokens) and tokens[at + 1] in COUNTABLE
    if is_count or last is None or first >= last:
        return None
    positions = frozenset(range(match.start, at + 1))
    return Mention(between(first, last, today), positions, first > today, parts=(match.period, day_of(last)))


def _until_today(tokens: Tokens, match: PeriodMatch, today: date) -> Mention:
    """Up to today if a past period is only the start, as in `since Monday`, `din ianuarie până acum`; else itself."""
    before, after = tokens[max(match.start - 2, 0) : match.start], tokens[match.end : match.end + 4]
    leading = tokens[max(match.start - MAX_SINCE_DISTANCE, 0) : match.start]
    since = SINCE & {*leading, *map(" ".join, pairwise(leading))} or (
        list(before) == ["de", "la"] and match.period.kind in ("day", "month")
    )
    opened = {"from", "din", "de", "of", "between", "intre"} & set(before[-1:])
    until_now = {SO_FAR, "incoace", "onwards", "onward"} & set(after) or (
        (UNTIL | AND) & set(after[:1]) and NOW & set(after[1:3])
    )
    over = match.start - 1 - (tokens[match.start - 1 : match.start] == ["the"])  # over the weekend
    has_over = over > 0 and tokens[over] == "over" and tokens[over - 1] not in NOT_BEFORE_OVER
    positions = frozenset(range(over if has_over else match.start, match.end)) | frozenset(
        match.end + n for n, word in enumerate(after) if until_now and word in NOW | UNTIL | AND | {"in", "incoace"}
    )
    if match.period.last < today and (since or match.begins or (opened and until_now)):
        return Mention(between(match.period.first, today, today), positions, parts=(match.period,))
    return Mention(match.period, positions, match.period.first > today, parts=(match.period,), vague=match.vague)
