"""`compose.yaml` repeats the defaults of the settings; both must be equal."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic_settings import BaseSettings

from contor.services.auth.settings import AuthSettings
from contor.services.chat.settings import ChatSettings
from contor.services.monitoring.settings import MonitoringSettings

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "compose.yaml").read_text())
OF_SERVICES: dict[str, type[BaseSettings]] = {
    "auth": AuthSettings,
    "chat": ChatSettings,
    "monitoring": MonitoringSettings,
}
WRITTEN = re.compile(r"\$\{(\w+):-(.*)\}")


def defaults() -> Iterator[tuple[str, str, str]]:
    """(service, setting, default) of each setting that a container takes from `.env`."""
    for service in OF_SERVICES:
        for name, value in COMPOSE["services"][service]["environment"].items():
            if name.startswith(f"CONTOR_{service.upper()}_"):
                found = WRITTEN.fullmatch(value)
                assert found is not None, f"{service}: {name} has no default"
                assert found[1] == name
                yield service, name, found[2]


@pytest.mark.parametrize(("service", "name", "default"), list(defaults()))
def test_a_container_has_the_defaults_of_its_settings(
    service: str, name: str, default: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, field = OF_SERVICES[service], name.removeprefix(f"CONTOR_{service.upper()}_").lower()
    assert field in settings.model_fields
    monkeypatch.setenv(name, default)
    assert getattr(settings(), field) == settings.model_fields[field].get_default()
