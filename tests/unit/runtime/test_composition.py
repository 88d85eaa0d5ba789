"""Incomplete settings are rejected before anything is started."""

from pathlib import Path

import pytest

from contor.kernel.settings import Settings
from contor.runtime.composition import ConfigurationError, contor

DATABASE, BROKER = "postgresql://db/", "amqp://broker/"
PEERS = {"auth": "http://auth:8000/"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTOR_AMQP_URL", "CONTOR_DATABASE_URL", "CONTOR_PEERS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("names", "given", "missing"),
    [
        (["monitoring"], {}, "CONTOR_AMQP_URL.*contor up"),
        (
            ["auth", "user", "device", "monitoring"],
            {"database_url": DATABASE},
            r"CONTOR_AMQP_URL.*chat, communication\)",
        ),
        (["monitoring"], {"amqp_url": BROKER, "peers": PEERS}, "CONTOR_DATABASE_URL"),
        (["user"], {"amqp_url": BROKER, "database_url": DATABASE}, "CONTOR_PEERS does not name the address of auth"),
        (["communication"], {"amqp_url": BROKER}, "CONTOR_PEERS does not name the address of auth"),
    ],
)
async def test_the_error_names_the_missing_setting_and_nothing_is_started(
    names: list[str], given: dict[str, str], missing: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        async with contor(Settings.model_validate({"data_dir": tmp_path} | given), names):
            pass
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240


async def test_the_frontend_alone_needs_no_settings(tmp_path: Path) -> None:
    async with contor(Settings(data_dir=tmp_path), ["frontend"]):
        assert not any(tmp_path.iterdir())  # noqa: ASYNC240


def test_empty_urls_are_unset_and_peer_urls_lose_their_trailing_slash() -> None:
    settings = Settings.model_validate({"amqp_url": "", "database_url": "", "peers": PEERS})
    assert (settings.amqp_url, settings.database_url) == (None, None)
    assert settings.peers == {"auth": "http://auth:8000"}
