"""The assistant of the support chat: answers from the user's own data, or hands over to an operator."""

from contor.services.chat.assistant.budget import MemoryBudget
from contor.services.chat.assistant.protocol import Assistant, Budget
from contor.services.chat.settings import ChatSettings


def assistant_of(settings: ChatSettings, budget: Budget | None = None) -> Assistant | None:
    """The assistant that the settings choose; None when it is switched off.

    Without `budget` the model's usage is counted in this process only. Raises `OperatorError` when the library or the
    key of the chosen model is missing.
    """
    if settings.assistant == "off":
        return None
    # Imported only when chosen: the model's client takes some 70 MB.
    from contor.services.chat.assistant.failsafe import FailsafeAssistant

    if settings.assistant == "fallback" or not settings.has_model:
        from contor.services.chat.assistant.rules.assistant import RuleAssistant

        return FailsafeAssistant(RuleAssistant(), settings.assistant_timeout)
    from contor.services.chat.assistant.llm.agent import ModelAssistant, model_of

    budget = budget or MemoryBudget(settings.assistant_requests_per_day, settings.assistant_tokens_per_day)
    return FailsafeAssistant(ModelAssistant(model_of(settings), settings, budget), settings.assistant_timeout)
