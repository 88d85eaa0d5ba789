"""Natural-language understanding of a question: its intent, the periods and the meters it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from contor.services.chat.assistant import guide
from contor.services.chat.assistant.periods import Period, day_of, month_of, week_of, year_of
from contor.services.chat.assistant.rules.dates.ranges import SO_FAR, Mention, find_mentions
from contor.services.chat.assistant.rules.intents.lexicon import (
    COMPARISON_WORDS,
    CONSENT_WORDS,
    LOCATIONS,
    QUESTION_WORDS,
    STOP_WORDS,
    is_concept_word,
)
from contor.services.chat.assistant.rules.intents.matcher import Match, Matcher, Slots
from contor.services.chat.assistant.rules.intents.normalize import fold, is_form_of, tokenize
from contor.services.chat.assistant.rules.intents.patterns import INTENTS, OUT_OF_SCOPE

MAX_CLAUSES = 8
QUESTION_BONUS = 2.0
"""Evidence added to a clause that is a question."""
_SO_FAR = re.compile(
    r"\b(so far|(un)?til+ now|up (un)?til now|up to now|to date|pana (acum|in prezent|la ora asta|in acest moment)"
    r"|de pana acum)\b"
)
_OPENING = re.compile(
    r"^(ok|okay|bine|bun|well|right|so|deci|pai|asa|great|super|perfect|si|and|dar|but)\b[\s,.!:-]+(?=\w)"
)
"""Conjunctions and the like that open a follow-up question."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """`intent` is None when no intent is likely enough.

    `periods`: empty when no time is named, several only in a comparison; `ahead`: the period has not begun;
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
    return Matcher((*INTENTS, *guide.intents()))


def understand(question: str, meters: Sequence[str], today: date) -> Understanding:
    """The likeliest intent of the whole question or of one of its clauses; `meters` are the names of the user's."""
    whole = _Utterance.of(question, meters, today)
    best, match = whole, whole.match(whole=True)
    for clause in _clauses(question):
        utterance = _Utterance.of(clause, meters, today)
        other = utterance.match(whole=False)
        if other is not None and (match is None or _rank(utterance, other) > _rank(best, match)):
            best, match = utterance, other
    intent = match.name if match and match.is_confident and match.name != OUT_OF_SCOPE else None
    confidence, named = match.confidence if match else 0.0, best.meters or whole.meters
    dated = best if best.mentions else whole
    if not dated.mentions:
        return Understanding(intent, confidence, (), named)
    mention = dated.mentions[0]
    periods = _compared(dated, today) if intent == "compare" else (mention.period,)
    return Understanding(intent, confidence, periods, named, mention.ahead, mention.part_of_day)


def is_consent(text: str) -> bool:
    """Whether a text only says yes."""
    return CONSENT_WORDS.issuperset(tokenize(text))


def _rank(utterance: "_Utterance", match: Match) -> tuple[bool, bool, bool, float, float]:
    """A request for a person comes first; a clause out of scope counts only when no other is in scope."""
    evidence = match.evidence + (QUESTION_BONUS if utterance.is_question else 0)
    return match.is_confident, match.name == "person", match.name != OUT_OF_SCOPE, evidence, match.confidence


@dataclass(frozen=True, slots=True)
class _Utterance:
    """A question or a clause of it, with its entities; tokens of meter names are blanked."""

    tokens: list[str]
    mentions: list[Mention]
    meters: tuple[str, ...]
    slots: Slots

    @property
    def is_question(self) -> bool:
        return not QUESTION_WORDS.isdisjoint(self.tokens)

    @classmethod
    def of(cls, text: str, meters: Sequence[str], today: date) -> "_Utterance":
        folded = _OPENING.sub("", fold(text).strip())
        tokens = tokenize(_SO_FAR.sub(f" {SO_FAR} ", folded))
        found = _find_meters(tokens, meters)
        named = frozenset[int]().union(*(positions for _, positions in found))
        tokens = [word if n not in named else "" for n, word in enumerate(tokens)]
        mentions = find_mentions(tokens, today)
        slots = {
            "{meter_name}": named,
            "{meter_names}": named if len(found) > 1 else frozenset(),
            "{period}": frozenset[int]().union(*(mention.positions for mention in mentions)),
        }
        return cls(tokens, mentions, tuple(name for name, _ in found), slots)

    def match(self, *, whole: bool) -> Match | None:
        dated = self.slots["{period}"]
        tokens = ["" if n in dated else word for n, word in enumerate(self.tokens)]
        return _matcher().best(tokens, self.slots, whole=whole)


def _clauses(question: str) -> Iterator[str]:
    """The sentences, then also the parts between commas and colons."""
    for separator in (r"[.?!;\n]+(?:\s|$)", r"[.?!;\n]+(?:\s|$)|,\s|:\s"):
        clauses = [clause for clause in re.split(separator, question) if clause.strip()]
        if len(clauses) > 1:
            yield from clauses[:MAX_CLAUSES]


def _find_meters(tokens: Sequence[str], meters: Sequence[str]) -> list[tuple[str, frozenset[int]]]:
    """The meters whose names occur, with their positions; the most words of its name first."""
    found: list[tuple[str, frozenset[int]]] = []
    partial: list[tuple[str, frozenset[int]]] = []
    for meter in meters:
        significant = [word for word in tokenize(meter) if word not in STOP_WORDS]
        specific = [word for word in significant if not is_concept_word(word)]
        by_word = {each: _positions(tokens, each) for each in significant}
        matched = [each for each in specific or significant if by_word[each]]
        if not matched:
            continue
        positions = frozenset[int]().union(*by_word.values())
        enough = len(matched) * 2 >= len(specific) if specific else len(matched) == len(significant)
        if enough:
            found.append((meter, positions))
        elif specific and not all(each.isdigit() for each in matched):
            partial.append((meter, positions))
    if not found and len(partial) == 1:  # less than half of a name is enough if it fits one meter only
        found = partial
    return _distinct(sorted(found, key=lambda each: -len(each[1])))


def _distinct(found: Sequence[tuple[str, frozenset[int]]]) -> list[tuple[str, frozenset[int]]]:
    """Those with a word of their own: in "flat 12" the name "Flat 12" but not "Flat 14"."""
    seen = frozenset[int]()
    distinct = []
    for meter, positions in found:
        if not positions <= seen:
            distinct.append((meter, positions))
        seen |= positions
    return distinct


def _positions(tokens: Sequence[str], name: str) -> frozenset[int]:
    """Where a word of a name occurs, in any of its forms or as a synonym."""
    synonyms = {name}.union(*(location for location in LOCATIONS if name in location))
    return frozenset(n for n, word in enumerate(tokens) if any(is_form_of(word, each) for each in synonyms))


def _compared(utterance: _Utterance, today: date) -> tuple[Period, ...]:
    """The newer period if the other is the one before it, which every answer includes; else both."""
    periods = sorted({part for each in utterance.mentions for part in each.parts}, key=lambda each: each.first)
    newest = periods[-1]
    if len(periods) > 1:
        alone = newest.previous() in periods or newest.kind != periods[-2].kind
        return (newest,) if alone else tuple(periods[-2:])
    first = min(utterance.mentions[0].positions)
    if first > 0 and utterance.tokens[first - 1] in COMPARISON_WORDS:  # "than last week" asks about this week
        for running in (day_of(today), week_of(today), month_of(today), year_of(today)):
            if running.previous() == newest:
                return (running,)
    return (newest,)
