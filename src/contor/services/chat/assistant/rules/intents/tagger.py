"""Which expressions of a vocabulary a text holds, and where."""

from collections.abc import Iterable, Iterator, Sequence

from contor.services.chat.assistant.rules.intents.normalize import slip

Places = frozenset[int]
LEAST_STEM, MOST_ENDING = 5, 3
"""Stems of fewer letters must be written without a slip; so must the shortest in a word with a longer ending."""


class Tagger:
    """Finds expressions: `right_now` is two words in a row, `consum*` any word that begins so.

    A word that is in the vocabulary is no slip of another. Where expressions lie within one another the longest counts:
    `good morning` holds no `morning`.
    """

    def __init__(self, expressions: Iterable[str], *, exact: Iterable[str] = (), others: Iterable[str] = ()) -> None:
        """`exact` expressions allow no slip; `others` are words and stems that mean nothing here, and are no slips."""
        self._starting: dict[str, list[tuple[str, ...]]] = {}
        expressions, exact = set(expressions), set(exact)
        for expression in expressions | exact:
            parts = tuple(expression.split("_"))
            self._starting.setdefault(parts[0], []).append(parts)
        self._slippery = {part for expression in expressions - exact for part in expression.split("_")}
        known = self._slippery | {part for expression in exact for part in expression.split("_")} | set(others)
        self._words = {part for part in known if not part.endswith("*")}
        self._stems = {part[:-1] for part in known if part.endswith("*")}
        self._read: dict[str, frozenset[str]] = {}
        self._by_letter: dict[str, list[str]] = {}  # a slip never changes the first letter
        for part in self._slippery | {word for word in others if not word.endswith("*")}:
            self._by_letter.setdefault(part[0], []).append(part)

    def tags(self, text: Sequence[str]) -> dict[str, Places]:
        """The places of each expression that the text holds."""
        found = list(self._expressions([self._parts(word) for word in text]))
        longest = [0] * len(text)
        for start, parts in found:
            for n in range(start, start + len(parts)):
                longest[n] = max(longest[n], len(parts))
        tags: dict[str, Places] = {}
        for start, parts in found:
            places = range(start, start + len(parts))
            if all(longest[n] == len(parts) for n in places):
                name = "_".join(parts)
                tags[name] = tags.get(name, frozenset()) | frozenset(places)
        return tags

    def _expressions(self, read: Sequence[frozenset[str]]) -> Iterator[tuple[int, tuple[str, ...]]]:
        for start, choices in enumerate(read):
            for first in choices:
                for parts in self._starting.get(first, ()):
                    rest = read[start + 1 : start + len(parts)]
                    if len(rest) == len(parts) - 1 and all(map(_holds, rest, parts[1:])):
                        yield start, parts

    def _parts(self, word: str) -> frozenset[str]:
        """The words and stems of the vocabulary that a word may stand for."""
        if word not in self._read:
            if len(self._read) > 20_000:  # people write anything
                self._read.clear()
            self._read[word] = self._known(word) or self._slips(word)
        return self._read[word]

    def _known(self, word: str) -> frozenset[str]:
        stems = {f"{word[:n]}*" for n in range(2, len(word) + 1) if word[:n] in self._stems}
        return frozenset(stems | {word} if word in self._words else stems)

    def _slips(self, word: str) -> frozenset[str]:
        """Those that it is nearest to."""
        costs = {part: cost for part in self._by_letter.get(word[:1], ()) if (cost := _slip(word, part)) is not None}
        return frozenset(part for part, cost in costs.items() if cost == min(costs.values()))


def _slip(word: str, part: str) -> int | None:
    if not part.endswith("*"):
        return slip(word, part)
    stem = part[:-1]
    if len(stem) < LEAST_STEM or (len(stem) == LEAST_STEM and len(word) > len(stem) + MOST_ENDING):
        return None
    costs = [slip(word[: len(stem) + n], stem) for n in (-1, 0, 1)]
    return min((cost for cost in costs if cost is not None), default=None)


def _holds(choices: frozenset[str], part: str) -> bool:
    return part in choices
