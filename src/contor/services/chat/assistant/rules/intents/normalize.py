"""Text normalisation and typo-tolerant comparison of words."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any

MIN_TYPO_LENGTH, TWO_TYPOS_LENGTH = 4, 8
"""Letters of the shortest words that may have a typo, and of those that may have two."""
EASY_COST, INDEL_COST, SUBSTITUTION_COST = 8, 10, 12
"""Edit costs: letters swapped or doubled, a letter missing or added, a wrong letter."""
MIN_STEM = 4
MAX_TOKENS = 80
"""The question is in the first words of a text, and every token costs time."""

WORD_LISTS = resources.files("contor.services.chat.assistant.rules.intents") / "words"


def load_words(name: str) -> dict[str, Any]:
    """The word list `words/<name>.toml`."""
    return tomllib.loads((WORD_LISTS / f"{name}.toml").read_text("utf-8"))


_SPELLINGS: dict[str, tuple[str, ...]] = {
    written: tuple(meant.split()) for written, meant in load_words("spellings").items()
}
_REWRITES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[\u2018\u2019\u02bc`]", "'"),
        (r"\bwon't\b", "will not"),
        (r"\bcan't\b", "can not"),
        (r"(?<=[a-z])n't\b", " not"),
        (r"'s\b", " is"),
        (r"[\u2013\u2014]", "-"),
        (r"\s-+\s", " to "),
        (r"\b(?:cel|cea|cei|cele) mai\b", "cel"),
    )
]


def fold(text: str) -> str:
    """Lower case without diacritics; "Săptămâna" and the older spelling "săptămîna" become the same."""
    decomposed = unicodedata.normalize("NFKD", re.sub(r"(?<=\w)î(?=\w)", "â", text.casefold()))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def tokenize(text: str) -> list[str]:
    """The first folded tokens of a text, contractions and abbreviations expanded: `isn't` is `is not`.

    The Romanian superlative `cel mai mare` becomes `cel mare`, so that it holds no `mai` ("more", or "May").
    """
    text = fold(text)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    found = re.findall(r"[a-z]+|\d+(?:[.,:/-]\d+)*", text)[:MAX_TOKENS]
    return [each for word in found for each in _SPELLINGS.get(word, (word,))][:MAX_TOKENS]


def is_similar(word: str, target: str) -> bool:
    """Whether `word` is `target`, typos allowed."""
    return typo_cost(word, target) is not None


@lru_cache(65536)
def typo_cost(word: str, target: str) -> int | None:
    """The edit cost from `word` to `target`; None if they differ by more than a typo, or two in a long word.

    Shorter words must match more closely: with four letters only a swap or a doubled letter passes, with five the
    first two letters must be right.
    """
    if word == target:
        return 0
    shortest = min(len(word), len(target))
    if shortest < MIN_TYPO_LENGTH or word[0] != target[0] or abs(len(word) - len(target)) > 2:
        return None
    if len(target) == MIN_TYPO_LENGTH + 1 and word[:2] != target[:2]:
        return None
    cost = _edit_cost(word, target)
    if len(target) == MIN_TYPO_LENGTH:
        limit = EASY_COST
    else:
        limit = 2 * SUBSTITUTION_COST if shortest >= TWO_TYPOS_LENGTH else SUBSTITUTION_COST
    return cost if cost <= limit else None


def _edit_cost(one: str, other: str) -> int:
    """Weighted Damerau-Levenshtein distance."""
    before, above = list[int](), [n * INDEL_COST for n in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        row = [i * INDEL_COST]
        for j, b in enumerate(other, 1):
            insertion = EASY_COST if i > 1 and a == one[i - 2] else INDEL_COST
            deletion = EASY_COST if j > 1 and b == other[j - 2] else INDEL_COST
            substitution = 0 if a == b else SUBSTITUTION_COST
            cost = min(above[j] + insertion, row[j - 1] + deletion, above[j - 1] + substitution)
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + EASY_COST)
            row.append(cost)
        before, above = above, row
    return above[-1]


def is_form_of(word: str, name: str) -> bool:
    """Whether `word` is an inflected or translated form of `name`: "garajului" or "garage" of "garaj"."""
    if is_similar(word, name):
        return True
    pairs = enumerate(zip(word, name, strict=False))
    stem = next((n for n, (a, b) in pairs if a != b), min(len(word), len(name)))
    return stem >= MIN_STEM and len(word) - stem <= 4 and len(name) - stem <= 2
