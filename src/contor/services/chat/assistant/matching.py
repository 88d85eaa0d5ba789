"""Which of several meanings a text has: patterns of words, the most specific wins.

A pattern is a line of groups, each a choice of words: `{use} yesterday|ieri kwh`. Every group must be met by some word
of the text, in any order. `consum*` is any word that begins so, `right_now` two words in a row, `{use}` a concept from
`CONCEPTS`, `{period}` a mark; a longer word may have one slip.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from contor.services.chat.assistant.vocabulary import CONCEPTS, FILLERS
from contor.services.chat.assistant.wording import alike

CONFIDENT = 0.7
"""A meaning below this is not acted upon."""


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


Marks = Mapping[str, frozenset[int]]
"""The places of words that are understood otherwise: `period`, `named` (a meter's name)."""


def best(text: Sequence[str], meanings: Iterable[Meaning], marks: Marks) -> Match | None:
    """The meaning whose pattern has most groups, then the most confident, then the first."""
    known = frozenset().union(*marks.values())
    telling = frozenset(n for n, word in enumerate(text) if word not in FILLERS and len(word) > 1)
    found: Match | None = None
    for meaning in meanings:
        for pattern in meaning.patterns:
            groups = _groups(pattern)
            places = [_places(text, group, marks) for group in groups]
            if not all(places):
                continue
            understood = known.union(*places) & telling
            share = len(understood) / len(telling) if telling else 1.0
            base = 0.5 if len(groups) > 1 else 0.35  # one word says less than two that go together
            match = Match(meaning.name, len(groups), base + share * (1 - base))
            if found is None or (match.groups, match.confidence) > (found.groups, found.confidence):
                found = match
    return found


def _places(text: Sequence[str], group: Sequence[str], marks: Marks) -> frozenset[int]:
    return frozenset(place for choice in group for place in marks.get(choice, ()) or _met(text, choice))


def _met(text: Sequence[str], choice: str) -> Iterable[int]:
    parts = choice.split("_")
    for start in range(len(text) - len(parts) + 1):
        if all(_is(text[start + n], part) for n, part in enumerate(parts)):
            yield from range(start, start + len(parts))


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else alike(word, wanted)


@lru_cache(2048)
def _groups(pattern: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_choices(group)) for group in pattern.split())


def _choices(group: str) -> Iterable[str]:
    for choice in group.split("|"):
        if choice.strip("{}") in CONCEPTS and choice.startswith("{"):
            yield from CONCEPTS[choice.strip("{}")].split()
        else:
            yield choice
