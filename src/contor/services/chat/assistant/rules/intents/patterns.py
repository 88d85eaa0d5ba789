"""Intents and the patterns that stand for them."""

from dataclasses import dataclass

from contor.services.chat.assistant.rules.intents.normalize import load_words

OUT_OF_SCOPE = "out_of_scope"
"""The intent of subjects that Contor has no answer to; its own words allow no typo."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A name and its patterns, as `matcher` reads them.

    `supporting` groups add to the score when present; an `excluded` group rules the intent out. The match of higher
    `precedence` wins, also with a lower score.
    """

    name: str
    patterns: tuple[str, ...]
    supporting: str = ""
    excluded: str = ""
    precedence: int = 0


INTENTS = tuple(
    Intent(**{**entry, "patterns": tuple(entry["patterns"])}) for entry in load_words("patterns")["intents"]
)
