"""Settings of chat. Prefix: `CONTOR_CHAT_`."""

from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ChatSettings(BaseSettings):
    """Who answers first, with which model, and how much of it a person may use. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_CHAT_", extra="ignore", populate_by_name=True)

    assistant: Literal["auto", "fallback", "off"] = "auto"
    """auto: a model if there is a key or `assistant_model` names another provider's, else the built-in answers;
    off: every conversation waits for a person."""
    gemini_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("GEMINI_API_KEY", "CONTOR_CHAT_GEMINI_API_KEY")
    )
    assistant_model: str = "gemini-3.8-flash"
    """A Gemini model, or `provider:model` as pydantic-ai knows it, whose libraries and key are then yours to provide."""
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
