"""Which of several meanings a text has: patterns of words, the one with most evidence wins.

A pattern is a line of groups, each a choice of words: `{use} yesterday|ieri kwh`. Every group must be met by some word
of the text, in any order. `consum*` is any word that begins so, `right_now` two words in a row, `{use}` a concept of
the vocabulary, `{period}` a mark.
`!` before a pattern: whoever says this means nothing else; `?`: it is said in passing, too; `=`: nothing else is said.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from contor.services.chat.assistant.rules.intents.lexicon import ASKING, CONCEPTS, CONTEXT, FILLERS, POLITE, UNRELATED
from contor.services.chat.assistant.rules.intents.tagger import Places, Tagger

BEYOND = "beyond"
"""The meaning of what Contor knows nothing about; its words allow no slip."""
CONFIDENT = 0.7
"""A meaning below this is not acted upon."""
STRONG, TOGETHER, ALONE, WEAK = 0.6, 0.5, 0.38, 0.2
"""What a pattern is worth before it is seen how much of the text it accounts for: words that go together say more than
one, except for a word that leaves no doubt."""
KNOWN = 0.5
"""What a word counts that the pattern does not hold, but that is of our field."""
LEAST_WEIGHT = 0.3
"""What a word weighs that every meaning may have."""
LITTLE = 0.5
"""What a word weighs that goes with any meaning."""
MARKS = frozenset({"{period}", "{named}", "{many}"})

Groups = tuple[tuple[str, ...], ...]
Marks = Mapping[str, Places]
"""The places of words that are understood otherwise: of a period, of a meter's name, of the names of several."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A name and the patterns that stand for it.

    `also`: groups that go with it and add to the evidence; `unless`: groups that speak of something else; of two that
    fit one with precedence wins whatever else is said.
    """

    name: str
    patterns: tuple[str, ...]
    also: str = ""
    unless: str = ""
    precedence: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """`evidence`: how telling the words are that met the pattern; `confidence` grows with their share of the text."""

    name: str
    evidence: float
    confidence: float
    precedence: int = 0

    @property
    def is_confident(self) -> bool:
        return self.confidence >= CONFIDENT

    @property
    def rank(self) -> tuple[bool, int, float, float]:
        return self.is_confident, self.precedence, self.evidence, self.confidence


@dataclass(frozen=True, slots=True)
class _Pattern:
    meaning: Meaning
    base: float
    groups: Groups
    also: Groups
    unless: Groups
    in_passing: bool
    alone: bool


class Matcher:
    """Meanings among which a text is held to have one."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        self._patterns = [_pattern(meaning, written) for meaning in meanings for written in meaning.patterns]
        spoken: dict[str, set[str]] = {}
        for pattern in self._patterns:
            spoken.setdefault(pattern.meaning.name, set()).update(*pattern.groups, *pattern.also)
        meant = Counter(choice for choices in spoken.values() for choice in choices)
        # A word says the more the fewer meanings it may stand for.
        self._weights = {choice: log(len(spoken) / count) + LEAST_WEIGHT for choice, count in meant.items()}
        self._weights |= dict.fromkeys((ASKING | FILLERS) & self._weights.keys(), LITTLE)
        words = {word for words in CONCEPTS.values() for word in words}
        beyond = {choice for choice in spoken.get(BEYOND, ()) if meant[choice] == 1}
        self._tagger = Tagger((words | meant.keys()) - MARKS, exact=beyond, others=FILLERS | CONTEXT | UNRELATED)

    def best(self, text: Sequence[str], marks: Marks, *, whole: bool = True) -> Match | None:
        """Of the likely meanings the one with most evidence, then the likelier, then the first.

        Of a part of a text, not the whole, what is said in passing is no meaning.
        """
        tags = self._tagger.tags(text)
        places = {**tags, **marks}
        share = _share(text, tags, marks)
        found: Match | None = None
        for pattern in self._patterns:
            if (pattern.in_passing or pattern.alone) and not whole:
                continue
            if any(places.get(choice) for group in pattern.unless for choice in group):
                continue
            if (weighed := self._weigh(pattern, places)) is None:
                continue
            evidence, held = weighed
            explained = share(held)
            if pattern.alone and (explained < 1 or any(marks.values())):
                continue
            confidence = pattern.base + explained * (1 - pattern.base)
            match = Match(pattern.meaning.name, evidence, confidence, pattern.meaning.precedence)
            if found is None or match.rank > found.rank:
                found = match
        return found

    def _weigh(self, pattern: _Pattern, places: Marks) -> tuple[float, Places] | None:
        """What the words that meet a pattern weigh, and where they are; each counts once."""
        weights: dict[int, float] = {}
        for n, group in enumerate((*pattern.groups, *pattern.also)):
            met = [choice for choice in group if places.get(choice)]
            if not met and n < len(pattern.groups):
                return None
            for choice in met:
                # A mark counts once, however many words it has; so does each of an expression's words a part of it.
                weight = self._weights[choice] / (len(places[choice]) if choice in MARKS else choice.count("_") + 1)
                for place in places[choice]:
                    weights[place] = max(weights.get(place, 0.0), weight)
            if n + 1 == len(pattern.groups) and len(weights) <= n:
                return None  # one word cannot stand for two
        return sum(weights.values()), frozenset(weights)


def _pattern(meaning: Meaning, written: str) -> _Pattern:
    groups = _groups(written.lstrip("!?="))
    base = {"!": STRONG, "?": WEAK}.get(
        written[0], TOGETHER if sum(not ASKING.issuperset(g) for g in groups) > 1 else ALONE
    )
    also, unless = _groups(meaning.also), _groups(meaning.unless)
    return _Pattern(meaning, base, groups, also, unless, in_passing=written[0] == "?", alone=written[0] == "=")


def _share(text: Sequence[str], tags: Marks, marks: Marks) -> Callable[[Places], float]:
    """How much of what a text tells is accounted for by words at some places."""
    marked = _all(marks.values())
    known = marked | _all(tags.values())
    telling = frozenset(n for n, word in enumerate(text) if len(word) > 1 and not word[0].isdigit()) - frozenset(
        n for n, word in enumerate(text) if word in FILLERS or word in CONTEXT
    )
    telling = (telling - _all(places for tag, places in tags.items() if tag in POLITE)) or telling
    against = frozenset(n for n in telling - known if text[n] in UNRELATED)

    def share(places: Places) -> float:
        if not telling:
            return 1.0
        held = telling & (places | marked)
        counted = len(held) + KNOWN * len((telling & known) - held) - len(against)
        return max(counted, 0.0) / len(telling)

    return share


def _all(places: Iterable[Places]) -> Places:
    return frozenset[int]().union(*places)


def _groups(pattern: str) -> Groups:
    return tuple(tuple(_choices(group)) for group in pattern.split())


def _choices(group: str) -> Iterable[str]:
    for choice in group.split("|"):
        if choice.startswith("{") and choice not in MARKS:
            yield from CONCEPTS[choice[1:-1]]
        else:
            yield choice
