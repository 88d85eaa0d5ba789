"""Settings of chat. Prefix: `CONTOR_CHAT_`."""

from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChatSettings(BaseSettings):
    """Limits of messages, and the assistant. Times in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_CHAT_", extra="ignore", populate_by_name=True)

    edit_minutes: int = Field(15, ge=0)
    """Time in which authors may edit or delete a message."""
    messages_burst: int = Field(40, ge=1)
    """Messages that a user may send within `messages_seconds`; more are refused with 429."""
    messages_seconds: float = Field(10, gt=0)
    answer_seconds: float = Field(60, gt=0)
    """Time until an unanswered question is handed over to operators, even if the process that answers it dies."""
    max_concurrent_answers: int = Field(20, ge=1)
    """Answers that one process makes at the same time; further questions are queued."""
    max_queued_answers: int = Field(200, ge=0)
    """Questions queued in one process; further ones are handed over to operators at once."""
    presence_seconds: float = Field(75, gt=0)
    """Time after which a user whose connection is not reported any more counts as offline."""

    assistant: Literal["auto", "fallback", "off"] = "auto"
    """auto: a model if there is a key or `assistant_model` names another provider, else the built-in answers;
    fallback: the built-in answers; off: every conversation waits for an operator."""
    gemini_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("GEMINI_API_KEY", "CONTOR_CHAT_GEMINI_API_KEY")
    )
    assistant_model: str = "gemini-3.8-flash"
    """A Gemini model, or `provider:model` in the names of pydantic-ai, whose library and key the operator provides."""
    assistant_base_url: str | None = None
    """The base URL of the Gemini API; Google's own if unset."""
    assistant_timeout: float = Field(45, gt=0)
    """Time for one answer, its tools included, until the question is handed over to operators."""
    assistant_history: int = Field(12, ge=0)
    """Earlier messages of the conversation that the model receives."""
    assistant_requests_per_day: int = Field(100, ge=1)
    """Requests to the model for one user on one day."""
    assistant_tokens_per_day: int = Field(300_000, ge=1)

    @field_validator("gemini_api_key", "assistant_base_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return value or None  # env files can only say "none" with an empty value

    @property
    def has_model(self) -> bool:
        """Whether a model is configured: by Gemini's key, or by another provider, which has its own key."""
        return self.gemini_api_key is not None or ":" in self.assistant_model
