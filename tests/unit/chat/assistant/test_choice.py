"""The choice of the assistant by the settings, and what is imported for it."""

import subprocess
import sys

import pytest
from pydantic import SecretStr

from contor.kernel.errors import OperatorError
from contor.services.chat.assistant import assistant_of
from contor.services.chat.settings import ChatSettings


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)


def name(**settings: object) -> str | None:
    assistant = assistant_of(ChatSettings.model_validate(settings))
    return None if assistant is None else assistant.name


def test_without_a_key_the_rules_answer() -> None:
    assert name() == "fallback"
    assert name(gemini_api_key="") == "fallback"


def test_with_a_key_gemini_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "a key")
    assert name() == "gemini-3.8-flash"
    assert name(assistant_model="gemini-4-argon") == "gemini-4-argon"


def test_a_setting_chooses_another_provider_s_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "their own key")
    assert name(assistant_model="google:gemini-3.8-flash") == "google:gemini-3.8-flash"


def test_an_unusable_model_is_an_operator_error() -> None:
    with pytest.raises(OperatorError, match="CONTOR_CHAT_ASSISTANT_MODEL"):
        name(assistant_model="unknown:model")


def test_a_setting_chooses_the_rules_despite_a_key() -> None:
    assert name(assistant="fallback", gemini_api_key=SecretStr("a key")) == "fallback"


def test_the_assistant_can_be_switched_off() -> None:
    assert name(assistant="off", gemini_api_key=SecretStr("a key")) is None


CHAT = "contor.services.chat"


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        (
            f"from {CHAT}.assistant import assistant_of; from {CHAT}.settings import ChatSettings; "
            "assistant_of(ChatSettings(assistant='fallback'))",
            ["pydantic_ai", "google.genai"],
        ),
        (f"import {CHAT}.assistant.protocol", [f"{CHAT}.assistant.tools", f"{CHAT}.assistant.rules", f"{CHAT}.models"]),
        (f"import {CHAT}.assistant.rules.assistant", [f"{CHAT}.assistant.llm", f"{CHAT}.service", f"{CHAT}.models"]),
    ],
)
def test_an_import_does_not_load_what_is_not_used(code: str, unwanted: list[str]) -> None:
    code = f"import sys; {code}; print([name for name in {unwanted} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
