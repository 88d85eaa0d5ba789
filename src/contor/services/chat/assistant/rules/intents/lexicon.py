"""The vocabulary of both languages: concepts with their words, stop words, and words of other subjects."""

from functools import cache, lru_cache

from contor.services.chat.assistant.rules.intents.normalize import is_similar, load_words

_GENERIC, _STOPWORDS = load_words("generic"), load_words("stopwords")
CONCEPTS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split()) for name, words in (_GENERIC | load_words("concepts")).items()
}
GENERIC = frozenset(word for name in _GENERIC for word in CONCEPTS[name])
"""Words that occur with any intent."""
COURTESIES = frozenset(word for name in ("hello", "thanks", "goodbye", "praise") for word in CONCEPTS[name])
STOP_WORDS = frozenset(_STOPWORDS["stop_words"].split())
CONTEXT_WORDS = frozenset(_STOPWORDS["context"].split())
"""Words of the circumstances that people mention beside their question."""
OFF_TOPIC = frozenset(_STOPWORDS["off_topic"].split())
"""Words of other subjects: they lower the confidence, and are never read as a typo of a known word."""
LOCATIONS = tuple(frozenset(line.split()) for line in _STOPWORDS["locations"].strip().splitlines())
"""Synonyms of what meters are named after: a meter `Garaj` is also "the garage"."""
QUESTION_WORDS = frozenset(_STOPWORDS["question_words"].split())
CONSENT_WORDS = frozenset(_STOPWORDS["consent"].split())
COMPARISON_WORDS = frozenset(_STOPWORDS["comparison_words"].split())
"""Words before the period that another one is compared with."""


@cache
def is_concept_word(word: str) -> bool:
    """Whether a word belongs to a concept; then it is weak evidence that a meter of that name is meant."""
    expressions = [expression for words in CONCEPTS.values() for expression in words]
    return any(word == each or (each.endswith("*") and word.startswith(each[:-1])) for each in expressions)


@lru_cache(65536)
def is_any_of(word: str, targets: frozenset[str]) -> bool:
    """Whether a word is one of `targets`; typos are allowed only in words that are not in the vocabulary."""
    return word in targets or (not _is_known(word) and any(is_similar(word, each) for each in targets))


def _is_known(word: str) -> bool:
    return word in STOP_WORDS or word in CONTEXT_WORDS or word in OFF_TOPIC or is_concept_word(word)
