"""Which assistant the settings choose, and what it costs to have none but the built-in."""

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


def test_without_a_key_the_built_in_answers() -> None:
    assert name() == "fallback"
    assert name(gemini_api_key="") == "fallback"


def test_with_a_key_gemini_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "a key")
    assert name() == "gemini-3.8-flash"
    assert name(assistant_model="gemini-4-argon") == "gemini-4-argon"


def test_another_provider_s_model_by_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "their own key")
    assert name(assistant_model="google:gemini-3.8-flash") == "google:gemini-3.8-flash"


def test_a_model_that_cannot_be_is_told_at_the_start() -> None:
    with pytest.raises(OperatorError, match="CONTOR_CHAT_ASSISTANT_MODEL"):
        name(assistant_model="nobody:nothing")


def test_no_model_by_choice() -> None:
    assert name(assistant="fallback", gemini_api_key=SecretStr("a key")) == "fallback"


def test_switched_off() -> None:
    assert name(assistant="off", gemini_api_key=SecretStr("a key")) is None


def test_the_model_s_client_is_not_loaded_without_a_model() -> None:
    code = (
        "import sys; from contor.services.chat.assistant import assistant_of; "
        "from contor.services.chat.settings import ChatSettings; assistant_of(ChatSettings(assistant='fallback')); "
        "print([name for name in ('pydantic_ai', 'google.genai') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
