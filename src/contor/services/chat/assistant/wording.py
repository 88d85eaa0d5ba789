"""Words as they are compared: folded, spelled one way, split, and alike within a slip or an ending."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources

SHORT, LONG = 4, 8
"""Letters of the shortest words that may have a slip, and of those that may have two."""
LEAST_STEM = 4
MOST_WORDS = 80
"""Words of a text that are looked at: a question is in its first ones, and each costs time."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    written: tuple(meant.split())
    for written, meant in tomllib.loads(
        (resources.files("contor.services.chat.assistant") / "words" / "spellings.toml").read_text("utf-8")
    ).items()
}
"""What is written short, without its apostrophe or in the old way (`cînd`)."""


_SPELLED_OUT = [
    (re.compile(pattern), spelled)
    for pattern, spelled in (
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
    """Lower case without diacritics: "Săptămâna" and "săptămîna" are one, "șapte" and "sapte" too."""
    decomposed = unicodedata.normalize("NFKD", re.sub(r"(?<=\w)î(?=\w)", "â", text.casefold()))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The first folded words of a text, spelled out: `isn't` is `is not`, `cel mai mare` the superlative `cel mare`."""
    text = fold(text)
    for pattern, spelled in _SPELLED_OUT:
        text = pattern.sub(spelled, text)
    found = re.findall(r"[a-z]+|\d+(?:[.,:/-]\d+)*", text)[:MOST_WORDS]
    return [each for word in found for each in SPELLINGS.get(word, (word,))][:MOST_WORDS]


@lru_cache(65536)
def alike(word: str, wanted: str) -> bool:
    """Whether `word` is `wanted` written with a slip (two in a long word): a letter missing, added, wrong or swapped.

    The shorter a word the more of it must be right: of four letters only two may be swapped or one doubled, of five the
    first two are right.
    """
    if word == wanted:
        return True
    shortest = min(len(word), len(wanted))
    if shortest < SHORT or word[0] != wanted[0] or abs(len(word) - len(wanted)) > 2:
        return False
    if len(wanted) == SHORT:
        return sorted(word) == sorted(wanted) or (len(word) > SHORT and _undoubled(word) == _undoubled(wanted))
    if len(wanted) == SHORT + 1 and word[:2] != wanted[:2]:
        return False
    return _slips(word, wanted) <= (2 if shortest >= LONG else 1)


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def _slips(one: str, other: str) -> int:
    """How many letters are missing, added, wrong, or swapped with their neighbour."""
    before, above = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def common_start(one: str, other: str) -> int:
    """How many letters two words begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def names(word: str, name: str) -> bool:
    """Whether a word of the question stands for a word of a name: "garajului" or "garage" for "garaj"."""
    if alike(word, name):
        return True
    shared = common_start(word, name)
    return shared >= LEAST_STEM and len(word) - shared <= 4 and len(name) - shared <= 2
