"""Words as they are compared: folded, split, and alike within a typo or an ending."""

import re
import unicodedata
from functools import lru_cache

TYPO_FREE = 4
"""Words of up to so many letters must match exactly: one letter there makes another word."""
LEAST_STEM = 4
MOST_WORDS = 80
"""Words of a text that are looked at: a question is in its first ones, and each costs time."""


def fold(text: str) -> str:
    """Lower case without diacritics: "Săptămâna" and "saptamina" come close, "șapte" and "sapte" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The first folded words of a text; Romanian's hyphens and English's apostrophes split."""
    return re.findall(r"[a-z]+|\d+(?:[.,:/-]\d+)*", fold(text))[:MOST_WORDS]


@lru_cache(65536)
def alike(word: str, wanted: str) -> bool:
    """Whether `word` is `wanted` written with one slip: a letter missing, doubled, wrong, or two swapped."""
    if word == wanted:
        return True
    if len(wanted) <= TYPO_FREE or abs(len(word) - len(wanted)) > 1 or word[0] != wanted[0]:
        return False
    if len(word) == len(wanted):
        differing = [n for n, (a, b) in enumerate(zip(word, wanted, strict=True)) if a != b]
        if len(differing) == 2:
            first, second = differing
            return second == first + 1 and (word[first], word[second]) == (wanted[second], wanted[first])
        return len(differing) == 1
    longer, shorter = (word, wanted) if len(word) > len(wanted) else (wanted, word)
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def begins(word: str, stem: str) -> bool:
    """Whether a word begins with a stem, written with one slip at most."""
    return word.startswith(stem) or any(alike(word[: len(stem) + n], stem) for n in (-1, 0, 1))


def common_start(one: str, other: str) -> int:
    """How many letters two words begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def names(word: str, name: str) -> bool:
    """Whether a word of the question stands for a word of a name: "garajului" or "garage" for "garaj"."""
    if alike(word, name):
        return True
    shared = common_start(word, name)
    return shared >= LEAST_STEM and len(word) - shared <= 4 and len(name) - shared <= 2
