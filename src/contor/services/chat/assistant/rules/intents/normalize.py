"""Words as they are compared: folded, spelled one way, split, and alike within a slip or an ending."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources

SHORT, LONG = 4, 8
"""Letters of the shortest words that may have a slip, and of those that may have two."""
EASY, MISSING, WRONG = 8, 10, 12
"""What slips cost: two letters swapped or one doubled, one missing or added, one wrong."""
LEAST_STEM = 4
MOST_WORDS = 80
"""Words of a text that are looked at: a question is in its first ones, and each costs time."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    written: tuple(meant.split())
    for written, meant in tomllib.loads(
        (resources.files("contor.services.chat.assistant.rules.intents") / "words" / "spellings.toml").read_text(
            "utf-8"
        )
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


def alike(word: str, wanted: str) -> bool:
    """Whether `word` is `wanted` written with a slip, two in a long word."""
    return slip(word, wanted) is not None


@lru_cache(65536)
def slip(word: str, wanted: str) -> int | None:
    """How far `word` is from `wanted` if it may be it with a slip: a letter missing, added, wrong or swapped.

    The shorter a word the more of it must be right: of four letters only two may be swapped or one doubled, of five the
    first two are right.
    """
    if word == wanted:
        return 0
    shortest = min(len(word), len(wanted))
    if shortest < SHORT or word[0] != wanted[0] or abs(len(word) - len(wanted)) > 2:
        return None
    if len(wanted) == SHORT + 1 and word[:2] != wanted[:2]:
        return None
    cost = _cost(word, wanted)
    most = EASY if len(wanted) == SHORT else 2 * WRONG if shortest >= LONG else WRONG
    return cost if cost <= most else None


def _cost(one: str, other: str) -> int:
    """What it costs to make one word of another: to swap neighbours or to double a letter happens most easily."""
    before, above = list[int](), [n * MISSING for n in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        row = [i * MISSING]
        for j, b in enumerate(other, 1):
            added = EASY if i > 1 and a == one[i - 2] else MISSING
            left_out = EASY if j > 1 and b == other[j - 2] else MISSING
            cost = min(above[j] + added, row[j - 1] + left_out, above[j - 1] + (0 if a == b else WRONG))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + EASY)
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
