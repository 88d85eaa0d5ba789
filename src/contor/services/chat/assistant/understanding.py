"""What a question is about: its meaning, the period and the meter that it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contor.services.chat.assistant import guide, period_words
from contor.services.chat.assistant.matching import Marks, best
from contor.services.chat.assistant.meanings import MEANINGS
from contor.services.chat.assistant.period_words import Mention
from contor.services.chat.assistant.periods import Period, day_of, month_of, week_of, year_of
from contor.services.chat.assistant.vocabulary import FILLERS, is_common
from contor.services.chat.assistant.wording import fold, names, words

COMPARED_WITH = frozenset(["than", "decat", "vs", "versus", "with", "to", "cu", "de", "against", "ca"])

SO_FAR = re.compile(r"\b(so far|(un)?til(l)? now|up to now|pana (acum|in prezent|la ora asta)|de pana acum)\b")
"""Says that a period still runs, not that this moment is meant."""


@dataclass(frozen=True, slots=True)
class Understood:
    """`intent` is None when no meaning is likely enough."""

    intent: str | None
    confidence: float
    mention: Mention | None
    meter: str | None

    @property
    def period(self) -> Period | None:
        return self.mention.period if self.mention else None


def understand(question: str, meters: Sequence[str], today: date) -> Understood:
    """The likeliest meaning of a question of somebody who has these meters."""
    text = words(SO_FAR.sub(" ", fold(question)))
    meter, named = _meter(text, meters)
    text = [word if n not in named else "" for n, word in enumerate(text)]  # a name means nothing else
    mention = period_words.find(text, today)
    marks: Marks = {"{named}": named, "{period}": mention.places if mention else frozenset()}
    match = best(text, (*MEANINGS, *guide.meanings()), marks)
    confidence = match.confidence if match else 0.0
    intent = match.name if match and match.is_confident else None
    if intent == "compare" and mention is not None:
        mention = _compared(text, mention, today)
    return Understood(intent, confidence, mention, meter)


def _meter(text: Sequence[str], meters: Sequence[str]) -> tuple[str | None, frozenset[int]]:
    """The meter whose name the text holds, and where; the one with most words of its name."""
    found: tuple[str | None, frozenset[int]] = (None, frozenset())
    for meter in meters:
        significant = [word for word in words(meter) if word not in FILLERS]
        telling = [word for word in significant if not is_common(word)]
        wanted = telling or significant
        places = [{n for n, word in enumerate(text) if names(word, each)} for each in wanted]
        met = [place for place in places if place]
        enough = len(met) * 2 >= len(wanted) if telling else len(met) == len(wanted)
        if met and enough and len(met) > len(found[1]):
            found = meter, frozenset().union(*met)
    return found


def _compared(text: Sequence[str], mention: Mention, today: date) -> Mention:
    """The newer of two periods: "than last week" asks about this week, beside the last."""
    rest = [word if n not in mention.places else "" for n, word in enumerate(text)]
    other = period_words.find(rest, today)
    if other is not None and other.period.before() == mention.period:
        return other
    if other is not None and mention.period.before() == other.period:
        return mention
    first = min(mention.places)
    follows = first > 0 and text[first - 1] in COMPARED_WITH
    for running in (day_of(today), week_of(today), month_of(today), year_of(today)):
        if follows and running.before() == mention.period:
            return Mention(running, mention.places)
    return mention
