"""Which of several meanings a text has: patterns of words, the most specific wins.

A pattern is a line of groups, each a choice of words: `{use} yesterday|ieri kwh`. Every group must be met by some word
of the text, in any order. `consum*` is any word that begins so, `right_now` two words in a row, `{use}` a concept from
`CONCEPTS`, `{period}` a mark; a longer word may have one slip.
`!` before a pattern: whoever says this means nothing else; `?`: it is said in passing, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from contor.services.chat.assistant.vocabulary import CONCEPTS, FILLERS
from contor.services.chat.assistant.wording import alike, begins

CONFIDENT = 0.7
"""A meaning below this is not acted upon."""
STRONG, TOGETHER, ALONE, WEAK = 0.6, 0.5, 0.45, 0.2
"""What a pattern is worth before it is seen how much of the text it accounts for: words that go together say more than
one, except for a word that leaves no doubt."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A name and the patterns that stand for it."""

    name: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """`groups` of the pattern were met; `confidence` grows with the share of telling words it accounts for."""

    name: str
    groups: int
    confidence: float

    @property
    def is_confident(self) -> bool:
        return self.confidence >= CONFIDENT

    @property
    def rank(self) -> tuple[bool, int, float]:
        return self.is_confident, self.groups, self.confidence


Marks = Mapping[str, frozenset[int]]
"""The places of words that are understood otherwise: `{period}`, `{named}` (a meter's name)."""


def best(text: Sequence[str], meanings: Iterable[Meaning], marks: Marks) -> Match | None:
    """Of the likely meanings the one whose pattern has most groups, then the likelier, then the first."""
    known = frozenset[int]().union(*marks.values())
    telling = frozenset(n for n, word in enumerate(text) if word not in FILLERS and len(word) > 1)
    reading = _Reading(text, marks)
    found: Match | None = None
    for meaning in meanings:
        for pattern in meaning.patterns:
            groups = _groups(pattern.lstrip("!?"))
            if found is not None and found.is_confident and len(groups) < found.groups:
                continue
            places = reading.met(groups)
            if places is None:
                continue
            share = len((known | places) & telling) / len(telling) if telling else 1.0
            base = {"!": STRONG, "?": WEAK}.get(pattern[0], TOGETHER if len(groups) > 1 else ALONE)
            match = Match(meaning.name, len(groups), base + share * (1 - base))
            if found is None or match.rank > found.rank:
                found = match
    return found


class _Reading:
    """A text that many patterns are held against: where a group is met is found out once."""

    def __init__(self, text: Sequence[str], marks: Marks) -> None:
        self._text = text
        self._marks = marks
        self._met: dict[tuple[str, ...], frozenset[int]] = {}
        self._by_letter: dict[str, list[int]] = {}
        for place, word in enumerate(text):
            self._by_letter.setdefault(word[:1], []).append(place)

    def met(self, groups: Sequence[tuple[str, ...]]) -> frozenset[int] | None:
        """The places of the words that meet these groups; None unless all are met."""
        places = frozenset[int]()
        for group in groups:
            if group not in self._met:
                self._met[group] = frozenset(place for choice in group for place in self._places(choice))
            if not self._met[group]:
                return None
            places |= self._met[group]
        return places

    def _places(self, choice: str) -> Iterable[int]:
        if choice in self._marks:
            yield from self._marks[choice]
            return
        parts = choice.split("_")
        for start in self._by_letter.get(parts[0][0], ()):  # a slip never changes the first letter
            words = self._text[start : start + len(parts)]
            if len(words) == len(parts) and all(map(_is, words, parts)):
                yield from range(start, start + len(parts))


def _is(word: str, wanted: str) -> bool:
    return begins(word, wanted[:-1]) if wanted.endswith("*") else alike(word, wanted)


@lru_cache(2048)
def _groups(pattern: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_choices(group)) for group in pattern.split())


def _choices(group: str) -> Iterable[str]:
    for choice in group.split("|"):
        if choice.strip("{}") in CONCEPTS and choice.startswith("{"):
            yield from CONCEPTS[choice.strip("{}")].split()
        else:
            yield choice
