"""Settings of chat. Prefix: `CONTOR_CHAT_`."""

from datetime import timedelta
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChatSettings(BaseSettings):
    """How much people may write, who answers first, and how much of a model a person may use. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_CHAT_", extra="ignore", populate_by_name=True)

    edit_minutes: int = Field(15, ge=0)
    """How long one's own message may be changed or deleted."""
    messages_burst: int = Field(40, ge=1)
    """Messages a person may send within `messages_seconds`; beyond that they are told to wait."""
    messages_seconds: float = Field(10, gt=0)
    answer_seconds: float = Field(60, gt=0)
    """How long a question may wait for the assistant, whatever becomes of its process; then a person is asked."""
    answers_at_once: int = Field(20, ge=1)
    """Answers that one process makes at the same time; further questions wait."""
    answers_waiting: int = Field(200, ge=0)
    """Questions that may wait in one process; for one more a person is asked at once."""
    presence_seconds: float = Field(75, gt=0)
    """Who was not heard of for so long is no longer shown as online."""

    assistant: Literal["auto", "fallback", "off"] = "auto"
    """auto: a model if there is a key or `assistant_model` names another provider's, else the built-in answers;
    off: every conversation waits for a person."""
    gemini_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("GEMINI_API_KEY", "CONTOR_CHAT_GEMINI_API_KEY")
    )
    assistant_model: str = "gemini-3.8-flash"
    """A Gemini model, or `provider:model` as pydantic-ai knows it, whose library and key are then yours to provide."""
    assistant_base_url: str | None = None
    """Where Gemini is reached instead of Google's own address."""
    assistant_timeout: float = Field(45, gt=0)
    """How long one answer may take, tools included; then a person is asked."""
    assistant_history: int = Field(12, ge=0)
    """Earlier messages of the conversation that the model is shown."""
    assistant_requests_per_day: int = Field(100, ge=1)
    """Requests to the model for one person on one day."""
    assistant_tokens_per_day: int = Field(300_000, ge=1)

    @field_validator("gemini_api_key", "assistant_base_url", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return value or None  # what an env file writes for "none"

    @property
    def has_model(self) -> bool:
        """Whether there is a model to ask: Gemini's key, or another provider, which keeps its own."""
        return self.gemini_api_key is not None or ":" in self.assistant_model

    @property
    def edit_time(self) -> timedelta:
        return timedelta(minutes=self.edit_minutes)
