"""Words that mean the same to us, of both languages, from `words.toml`."""

import tomllib
from functools import cache
from importlib import resources

from contor.services.chat.assistant.wording import alike

_WORDS = tomllib.loads((resources.files("contor.services.chat.assistant") / "words.toml").read_text("utf-8"))

CONCEPTS: dict[str, tuple[str, ...]] = {
    name: tuple(dict.fromkeys(words.split())) for name, words in (_WORDS["asking"] | _WORDS["concepts"]).items()
}
ASKING = frozenset(word for name in _WORDS["asking"] for word in CONCEPTS[name])
"""Words that go with any meaning."""
FILLERS = frozenset(_WORDS["passing"]["fillers"].split())
"""Words that tell nothing about what is wanted."""
POLITE = frozenset(word for name in ("hello", "thanks", "goodbye", "praise") for word in CONCEPTS[name])
"""What is said beside a question."""
UNRELATED = frozenset(_WORDS["passing"]["unrelated"].split())
"""Words of other subjects: known, so that none is taken for a slip of one of ours."""
PLACES = tuple(frozenset(line.split()) for line in _WORDS["passing"]["places"].strip().splitlines())
"""What meters are called after, each line one place: a meter `Garaj` is also "the garage"."""




@cache
def is_common(word: str) -> bool:
    """Whether a word means something by itself, so that a meter's name with it may not be meant."""
    choices = [choice for words in CONCEPTS.values() for choice in words]
    return any(word == choice or (choice.endswith("*") and word.startswith(choice[:-1])) for choice in choices)


@cache
def slip_of(word: str, wanted: str) -> bool:
    """Whether a word is `wanted`, or no word that we know and written like it."""
    return word == wanted or (alike(word, wanted) and not (word in FILLERS or word in UNRELATED or is_common(word)))
