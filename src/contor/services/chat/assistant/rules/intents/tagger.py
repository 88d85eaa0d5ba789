"""Finds the expressions of a vocabulary in a token sequence."""

from collections.abc import Iterable, Iterator, Sequence

from contor.services.chat.assistant.rules.intents.normalize import typo_cost

Positions = frozenset[int]
"""Indices of tokens."""
MIN_FUZZY_STEM, MAX_FUZZY_ENDING = 5, 3
"""Shorter stems must match exactly; a stem of just this length also in a word with a longer ending."""
CACHE_SIZE = 20_000


class Tagger:
    """Finds expressions: `right_now` is two consecutive words, `consum*` any word with this stem.

    A known word is never read as a typo of another. Of nested expressions the longest counts: `good_morning` is not
    also `morning`.
    """

    def __init__(self, expressions: Iterable[str], *, exact: Iterable[str] = (), others: Iterable[str] = ()) -> None:
        """`exact` expressions allow no typo; `others` are known words and stems that are no expressions."""
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        expressions, exact = set(expressions), set(exact)
        for expression in expressions | exact:
            parts = tuple(expression.split("_"))
            self._by_first.setdefault(parts[0], []).append(parts)
        fuzzy = {part for expression in expressions - exact for part in expression.split("_")}
        known = fuzzy | {part for expression in exact for part in expression.split("_")} | set(others)
        self._words = {part for part in known if not part.endswith("*")}
        self._stems = {part[:-1] for part in known if part.endswith("*")}
        self._cache: dict[str, frozenset[str]] = {}
        self._fuzzy_by_letter: dict[str, list[str]] = {}  # the first letter is never a typo
        for part in fuzzy | {word for word in others if not word.endswith("*")}:
            self._fuzzy_by_letter.setdefault(part[0], []).append(part)

    def tag(self, tokens: Sequence[str]) -> dict[str, Positions]:
        """The positions of each expression found."""
        found = list(self._expressions([self._candidates(token) for token in tokens]))
        longest = [0] * len(tokens)
        for start, parts in found:
            for n in range(start, start + len(parts)):
                longest[n] = max(longest[n], len(parts))
        tags: dict[str, Positions] = {}
        for start, parts in found:
            positions = range(start, start + len(parts))
            if all(longest[n] == len(parts) for n in positions):
                name = "_".join(parts)
                tags[name] = tags.get(name, frozenset()) | frozenset(positions)
        return tags

    def _expressions(self, candidates: Sequence[frozenset[str]]) -> Iterator[tuple[int, tuple[str, ...]]]:
        for start, firsts in enumerate(candidates):
            for first in firsts:
                for parts in self._by_first.get(first, ()):
                    rest = candidates[start + 1 : start + len(parts)]
                    if len(rest) == len(parts) - 1 and all(map(frozenset.__contains__, rest, parts[1:])):
                        yield start, parts

    def _candidates(self, token: str) -> frozenset[str]:
        """The words and stems of the vocabulary that a token may stand for."""
        if token not in self._cache:
            if len(self._cache) > CACHE_SIZE:
                self._cache.clear()
            self._cache[token] = self._exact_matches(token) or self._typo_matches(token)
        return self._cache[token]

    def _exact_matches(self, token: str) -> frozenset[str]:
        stems = {f"{token[:n]}*" for n in range(2, len(token) + 1) if token[:n] in self._stems}
        return frozenset(stems | {token} if token in self._words else stems)

    def _typo_matches(self, token: str) -> frozenset[str]:
        """Those with the lowest edit cost."""
        parts = self._fuzzy_by_letter.get(token[:1], ())
        costs = {part: cost for part in parts if (cost := _part_cost(token, part)) is not None}
        return frozenset(part for part, cost in costs.items() if cost == min(costs.values()))


def _part_cost(token: str, part: str) -> int | None:
    if not part.endswith("*"):
        return typo_cost(token, part)
    stem = part[:-1]
    if len(stem) < MIN_FUZZY_STEM or (len(stem) == MIN_FUZZY_STEM and len(token) > len(stem) + MAX_FUZZY_ENDING):
        return None
    costs = [typo_cost(token[: len(stem) + n], stem) for n in (-1, 0, 1)]
    return min((cost for cost in costs if cost is not None), default=None)
