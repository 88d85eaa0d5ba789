"""What a question is about: its meaning, the period and the meter that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from contor.services.chat.assistant import guide
from contor.services.chat.assistant.periods import Period, day_of, month_of, week_of, year_of
from contor.services.chat.assistant.rules.dates import ranges as period_words
from contor.services.chat.assistant.rules.dates.days import word_set
from contor.services.chat.assistant.rules.dates.ranges import Mention
from contor.services.chat.assistant.rules.intents.lexicon import FILLERS, PLACES, is_common
from contor.services.chat.assistant.rules.intents.matcher import BEYOND, Marks, Match, Matcher
from contor.services.chat.assistant.rules.intents.normalize import fold, names, words
from contor.services.chat.assistant.rules.intents.patterns import MEANINGS

COMPARED_WITH = word_set("compared_with")
QUESTION_WORDS = word_set("question_words")
MOST_PARTS = 8
ASKING = 2.0
"""What it weighs that a part asks, rather than tells."""
_SO_FAR = re.compile(
    r"\b(so far|(un)?til+ now|up (un)?til now|up to now|to date|pana (acum|in prezent|la ora asta|in acest moment)"
    r"|de pana acum)\b"
)
"""Says that a period still runs, not that this moment is meant."""

_LEAD = re.compile(
    r"^(ok|okay|bine|bun|well|right|so|deci|pai|asa|great|super|perfect|si|and|dar|but)\b[\s,.!:-]+(?=\w)"
)
"""How one goes on after an answer: it says nothing about what is wanted."""


@dataclass(frozen=True, slots=True)
class Understood:
    """`intent` is None when no meaning is likely enough.

    `periods`: what is asked about, none when no time is named; several only to be compared. `ahead`: it has not begun;
    `part_of_day`: only some hours are meant.
    """

    intent: str | None
    confidence: float
    periods: tuple[Period, ...] = ()
    meters: tuple[str, ...] = ()
    ahead: bool = False
    part_of_day: bool = False


@cache
def _matcher() -> Matcher:
    return Matcher((*MEANINGS, *guide.meanings()))


def understand(question: str, meters: Sequence[str], today: date) -> Understood:
    """The likeliest meaning of a question of somebody who has these meters, be it in a part of what they say."""
    whole = _Read.of(question, meters, today)
    chosen, match = whole, whole.match(whole=True)
    for part in _parts(question):
        read = _Read.of(part, meters, today)
        other = read.match(whole=False)
        if other is not None and (match is None or _rank(read, other) > _rank(chosen, match)):
            chosen, match = read, other
    intent = match.name if match and match.is_confident and match.name != BEYOND else None
    confidence, meters = match.confidence if match else 0.0, chosen.meters or whole.meters
    dated = chosen if chosen.mentions else whole
    if not dated.mentions:
        return Understood(intent, confidence, (), meters)
    mention = dated.mentions[0]
    periods = _compared(dated, today) if intent == "compare" else (mention.period,)
    return Understood(intent, confidence, periods, meters, mention.ahead, mention.part_of_day)


def _rank(read: "_Read", match: Match) -> tuple[bool, bool, bool, float, float]:
    """Whoever asks for a person gets one, whatever else they say; what is beyond us may be said beside a question."""
    wish, ours = match.name == "person", match.name != BEYOND
    evidence = match.evidence + (ASKING if read.asks else 0)
    return match.is_confident, wish, ours, evidence, match.confidence


@dataclass(frozen=True, slots=True)
class _Read:
    """A text, or a part of one, with what it names."""

    text: list[str]
    mentions: list[Mention]
    meters: tuple[str, ...]
    marks: Marks

    @property
    def asks(self) -> bool:
        return not QUESTION_WORDS.isdisjoint(self.text)

    @classmethod
    def of(cls, written: str, meters: Sequence[str], today: date) -> "_Read":
        folded = _LEAD.sub("", fold(written).strip())
        text = words(_SO_FAR.sub(f" {period_words.SO_FAR} ", folded))
        found = _meters(text, meters)
        named = frozenset[int]().union(*(places for _, places in found))
        text = [word if n not in named else "" for n, word in enumerate(text)]  # a name means nothing else
        mentions = period_words.mentions(text, today)
        marks = {
            "{named}": named,
            "{many}": named if len(found) > 1 else frozenset(),
            "{period}": frozenset[int]().union(*(mention.places for mention in mentions)),
        }
        return cls(text, mentions, tuple(name for name, _ in found), marks)

    def match(self, *, whole: bool) -> Match | None:
        dated = self.marks["{period}"]
        text = ["" if n in dated else word for n, word in enumerate(self.text)]
        return _matcher().best(text, self.marks, whole=whole)


def _parts(question: str) -> Iterator[str]:
    """The sentences, and what commas part."""
    for mark in (r"[.?!;\n]+(?:\s|$)", r"[.?!;\n]+(?:\s|$)|,\s|:\s"):
        parts = [part for part in re.split(mark, question) if part.strip()]
        if len(parts) > 1:
            yield from parts[:MOST_PARTS]


def _meters(text: Sequence[str], meters: Sequence[str]) -> list[tuple[str, frozenset[int]]]:
    """The meters whose names the text holds, and where; first the one with most words of its name."""
    found: list[tuple[str, frozenset[int]]] = []
    hinted: list[tuple[str, frozenset[int]]] = []
    for meter in meters:
        significant = [word for word in words(meter) if word not in FILLERS]
        telling = [word for word in significant if not is_common(word)]
        places = {each: _where(text, each) for each in significant}
        met = [each for each in telling or significant if places[each]]
        if not met:
            continue
        everywhere = frozenset[int]().union(*places.values())
        enough = len(met) * 2 >= len(telling) if telling else len(met) == len(significant)
        if enough:
            found.append((meter, everywhere))
        elif telling and not all(each.isdigit() for each in met):
            hinted.append((meter, everywhere))
    if not found and len(hinted) == 1:  # less than half of a name, but of one only
        found = hinted
    return _apart(sorted(found, key=lambda each: -len(each[1])))


def _apart(found: Sequence[tuple[str, frozenset[int]]]) -> list[tuple[str, frozenset[int]]]:
    """Those with a word of their own: of "Flat 12" and "Flat 14" only the first is in "flat 12"."""
    seen = frozenset[int]()
    several = []
    for meter, where in found:
        if not where <= seen:
            several.append((meter, where))
        seen |= where
    return several


def _where(text: Sequence[str], name: str) -> frozenset[int]:
    return frozenset(n for n, word in enumerate(text) if _stands_for(word, name))


def _stands_for(word: str, name: str) -> bool:
    return names(word, name) or any(name in place and any(names(word, each) for each in place) for place in PLACES)


def _compared(read: _Read, today: date) -> tuple[Period, ...]:
    """The newer of what is compared, as the one before it is told with it; both when they do not follow each other."""
    periods = sorted({period for each in read.mentions for period in each.of}, key=lambda each: each.first)
    newest = periods[-1]
    if len(periods) > 1:
        return (newest,) if newest.before() in periods or newest.kind != periods[-2].kind else tuple(periods[-2:])
    first = min(read.mentions[0].places)
    if first > 0 and read.text[first - 1] in COMPARED_WITH:  # "than last week" asks about this week
        for running in (day_of(today), week_of(today), month_of(today), year_of(today)):
            if running.before() == newest:
                return (running,)
    return (newest,)
