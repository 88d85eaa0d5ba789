"""Words that mean the same to us, of both languages, from the files in `words`."""

import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from contor.services.chat.assistant.rules.intents.normalize import alike

FOLDER = resources.files("contor.services.chat.assistant.rules.intents") / "words"


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


_ASKING, _PASSING = load("asking"), load("passing")
CONCEPTS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split()) for name, words in (_ASKING | load("subjects")).items()
}
ASKING = frozenset(word for name in _ASKING for word in CONCEPTS[name])
"""Words that go with any meaning."""
POLITE = frozenset(word for name in ("hello", "thanks", "goodbye", "praise") for word in CONCEPTS[name])
"""What is said beside a question."""
FILLERS = frozenset(_PASSING["fillers"].split())
"""Words that tell nothing about what is wanted."""
CONTEXT = frozenset(_PASSING["context"].split())
"""What people tell besides."""
UNRELATED = frozenset(_PASSING["unrelated"].split())
"""Words of other subjects: they count against, and none is taken for a slip of one of ours."""
PLACES = tuple(frozenset(line.split()) for line in _PASSING["places"].strip().splitlines())
"""What meters are called after: a meter `Garaj` is also "the garage"."""


@cache
def is_common(word: str) -> bool:
    """Whether a word means something by itself, so that a meter's name with it may not be meant."""
    choices = [choice for words in CONCEPTS.values() for choice in words]
    return any(word == choice or (choice.endswith("*") and word.startswith(choice[:-1])) for choice in choices)


@lru_cache(65536)
def says(word: str, wanted: frozenset[str]) -> bool:
    """Whether a word is one of those wanted; a slip of one only if we do not know it as it stands."""
    return word in wanted or (not _is_known(word) and any(alike(word, each) for each in wanted))


def _is_known(word: str) -> bool:
    return word in FILLERS or word in CONTEXT or word in UNRELATED or is_common(word)
