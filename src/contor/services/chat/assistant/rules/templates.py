"""The texts of the rule-based assistant and of hand-overs, from `templates.toml`."""

import tomllib
from importlib import resources

from contor.services.chat.assistant.protocol import Language

TEMPLATES: dict[str, dict[str, str]] = tomllib.loads(
    (resources.files("contor.services.chat.assistant.rules") / "templates.toml").read_text("utf-8")
)


def render(language: Language, template: str, /, **values: str) -> str:
    return TEMPLATES[language][template].format(**values)
