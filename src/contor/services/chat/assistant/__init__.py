"""The assistant: answers from the asker's own data, or hands over to a person.

`assistant_of` chooses one by the settings; `Question`, `Answer` and `HandOver` are what goes in and out.
"""

from contor.services.chat.assistant.budget import MemoryBudget
from contor.services.chat.assistant.failsafe import Guarded
from contor.services.chat.assistant.protocol import (
    Answer,
    Assistant,
    Budget,
    HandOver,
    HandOverReason,
    Language,
    Question,
    Source,
    Tell,
    Turn,
)
from contor.services.chat.assistant.rules.assistant import Fallback
from contor.services.chat.settings import ChatSettings

__all__ = [
    "Answer",
    "Assistant",
    "Budget",
    "HandOver",
    "HandOverReason",
    "Language",
    "MemoryBudget",
    "Question",
    "Source",
    "Tell",
    "Turn",
    "assistant_of",
]


def assistant_of(settings: ChatSettings, budget: Budget | None = None) -> Assistant | None:
    """The assistant that the settings ask for; None when it is switched off.

    `budget` keeps what people used of a model; without one it is kept in this process. Raises a
    `OperatorError` when another provider's model is named whose library or key is missing.
    """
    if settings.assistant == "off":
        return None
    if settings.assistant == "fallback" or not settings.has_model:
        return Guarded(Fallback(), settings.assistant_timeout)
    # Loaded only where there is a model to speak to: its client is memory that others need not spend.
    from contor.services.chat.assistant.llm.agent import ModelAssistant, model_of

    limits = MemoryBudget(settings.assistant_requests_per_day, settings.assistant_tokens_per_day)
    return Guarded(ModelAssistant(model_of(settings), settings, budget or limits), settings.assistant_timeout)
