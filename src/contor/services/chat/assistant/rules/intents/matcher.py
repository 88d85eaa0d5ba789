"""Scores a text against the patterns of every intent; the best match wins.

A pattern is a line of groups, each a choice of expressions: `{use} yesterday|ieri kwh`. Every group must match a word
of the text, in any order. `consum*` is any word with this stem, `right_now` two consecutive words, `{use}` a concept of
the lexicon, `{period}` a slot.
Prefixes: `!` decisive: one such word is enough; `?` weak: only as the intent of a whole text; `=` only if it explains
the whole text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from contor.services.chat.assistant.rules.intents.lexicon import (
    CONCEPTS,
    CONTEXT_WORDS,
    COURTESIES,
    GENERIC,
    OFF_TOPIC,
    STOP_WORDS,
)
from contor.services.chat.assistant.rules.intents.patterns import OUT_OF_SCOPE, Intent
from contor.services.chat.assistant.rules.intents.tagger import Positions, Tagger

MIN_CONFIDENCE = 0.7
DECISIVE, COMBINED, SINGLE, WEAK = 0.6, 0.5, 0.38, 0.2
"""Confidence of a pattern before coverage is added; several words together are stronger than a single one."""
KNOWN_WORD_COVERAGE = 0.5
"""Coverage of a word that is not in the pattern but in the lexicon."""
MIN_WEIGHT = 0.3
"""Weight of a word that every intent has."""
GENERIC_WEIGHT = 0.5
SLOTS = frozenset({"{period}", "{meter_name}", "{meter_names}"})

Groups = tuple[tuple[str, ...], ...]
Slots = Mapping[str, Positions]
"""Positions of the words of a period, of a meter's name, of the names of several meters."""


@dataclass(frozen=True, slots=True)
class Match:
    """`evidence`: summed weights of the matched words; `confidence`: 0 to 1, grows with their share of the text."""

    name: str
    evidence: float
    confidence: float
    precedence: int = 0

    @property
    def is_confident(self) -> bool:
        return self.confidence >= MIN_CONFIDENCE

    @property
    def rank(self) -> tuple[bool, int, float, float]:
        return self.is_confident, self.precedence, self.evidence, self.confidence


@dataclass(frozen=True, slots=True)
class _Pattern:
    intent: Intent
    base: float
    groups: Groups
    supporting: Groups
    excluded: Groups
    weak: bool
    whole_text: bool


class Matcher:
    def __init__(self, intents: Sequence[Intent]) -> None:
        self._patterns = [_pattern(intent, written) for intent in intents for written in intent.patterns]
        by_intent: dict[str, set[str]] = {}
        for pattern in self._patterns:
            by_intent.setdefault(pattern.intent.name, set()).update(*pattern.groups, *pattern.supporting)
        intents_with = Counter(expression for expressions in by_intent.values() for expression in expressions)
        # Inverse document frequency: the fewer intents share a word, the more it weighs.
        self._weights = {each: log(len(by_intent) / count) + MIN_WEIGHT for each, count in intents_with.items()}
        self._weights |= dict.fromkeys((GENERIC | STOP_WORDS) & self._weights.keys(), GENERIC_WEIGHT)
        words = {word for words in CONCEPTS.values() for word in words}
        exact = {each for each in by_intent.get(OUT_OF_SCOPE, ()) if intents_with[each] == 1}
        others = STOP_WORDS | CONTEXT_WORDS | OFF_TOPIC
        self._tagger = Tagger((words | intents_with.keys()) - SLOTS, exact=exact, others=others)

    def best(self, tokens: Sequence[str], slots: Slots, *, whole: bool = True) -> Match | None:
        """The match of the highest rank; of equals the first pattern.

        `whole` is False for a clause of a longer text: then weak and whole-text patterns are left out.
        """
        tags = self._tagger.tag(tokens)
        positions = {**tags, **slots}
        coverage = _coverage(tokens, tags, slots)
        best: Match | None = None
        for pattern in self._patterns:
            if (pattern.weak or pattern.whole_text) and not whole:
                continue
            if any(positions.get(each) for group in pattern.excluded for each in group):
                continue
            if (scored := self._score(pattern, positions)) is None:
                continue
            evidence, matched = scored
            covered = coverage(matched)
            if pattern.whole_text and (covered < 1 or any(slots.values())):
                continue
            confidence = pattern.base + covered * (1 - pattern.base)
            match = Match(pattern.intent.name, evidence, confidence, pattern.intent.precedence)
            if best is None or match.rank > best.rank:
                best = match
        return best

    def _score(self, pattern: _Pattern, positions: Slots) -> tuple[float, Positions] | None:
        """The summed weight of the matched words, each counted once, and their positions; None: no match."""
        weights: dict[int, float] = {}
        for n, group in enumerate((*pattern.groups, *pattern.supporting)):
            matched = [each for each in group if positions.get(each)]
            if not matched and n < len(pattern.groups):
                return None
            for each in matched:
                # The weight of a slot or of an expression is shared among its words.
                weight = self._weights[each] / (len(positions[each]) if each in SLOTS else each.count("_") + 1)
                for position in positions[each]:
                    weights[position] = max(weights.get(position, 0.0), weight)
            if n + 1 == len(pattern.groups) and len(weights) <= n:
                return None  # one word cannot match two groups
        return sum(weights.values()), frozenset(weights)


def _pattern(intent: Intent, written: str) -> _Pattern:
    groups = _groups(written.lstrip("!?="))
    specific = sum(not GENERIC.issuperset(group) for group in groups)
    base = {"!": DECISIVE, "?": WEAK}.get(written[0], COMBINED if specific > 1 else SINGLE)
    supporting, excluded = _groups(intent.supporting), _groups(intent.excluded)
    return _Pattern(intent, base, groups, supporting, excluded, weak=written[0] == "?", whole_text=written[0] == "=")


def _coverage(tokens: Sequence[str], tags: Slots, slots: Slots) -> Callable[[Positions], float]:
    """Computes which share of a text's content words is explained by the words at given positions."""
    slotted = _union(slots.values())
    known = slotted | _union(tags.values())
    content = frozenset(
        n
        for n, word in enumerate(tokens)
        if len(word) > 1 and not word[0].isdigit() and word not in STOP_WORDS and word not in CONTEXT_WORDS
    )
    content = (content - _union(positions for tag, positions in tags.items() if tag in COURTESIES)) or content
    off_topic = frozenset(n for n in content - known if tokens[n] in OFF_TOPIC)

    def coverage(matched: Positions) -> float:
        if not content:
            return 1.0
        explained = content & (matched | slotted)
        score = len(explained) + KNOWN_WORD_COVERAGE * len((content & known) - explained) - len(off_topic)
        return max(score, 0.0) / len(content)

    return coverage


def _union(sets: Iterable[Positions]) -> Positions:
    return frozenset[int]().union(*sets)


def _groups(pattern: str) -> Groups:
    return tuple(tuple(_expressions(group)) for group in pattern.split())


def _expressions(group: str) -> Iterable[str]:
    for each in group.split("|"):
        if each.startswith("{") and each not in SLOTS:
            yield from CONCEPTS[each[1:-1]]
        else:
            yield each
