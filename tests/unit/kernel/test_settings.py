"""The secret that seals the keys: given in production, made once and kept private otherwise."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from contor.kernel.settings import MissingSecretError, Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTOR_SECRET", "CONTOR_DATABASE_URL", "CONTOR_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_production_without_a_secret_is_refused_with_the_way_out(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/")
    with pytest.raises(MissingSecretError, match=r"CONTOR_SECRET.*openssl rand"):
        _ = settings.sealing_secret
    assert list(tmp_path.iterdir()) == []


def test_a_given_secret_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/", secret=SecretStr("s" * 32))
    assert settings.sealing_secret == b"s" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused_and_not_shown() -> None:
    with pytest.raises(ValidationError, match="at least 32 characters") as refused:
        Settings(secret=SecretStr("swordfish"))
    assert "swordfish" not in str(refused.value)


def test_embedded_makes_one_secret_keeps_it_and_lets_nobody_else_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    secret = Settings(data_dir=folder).sealing_secret
    assert len(secret) >= 32
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert Settings(data_dir=folder).sealing_secret == secret
    assert Settings(data_dir=tmp_path / "other").sealing_secret != secret


def test_a_start_that_was_killed_while_it_wrote_leaves_no_half_secret(tmp_path: Path) -> None:
    (tmp_path / "secret.new").write_text("")
    assert len(Settings(data_dir=tmp_path).sealing_secret) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_the_secret_is_not_in_what_settings_print(tmp_path: Path) -> None:
    assert "s" * 32 not in repr(Settings(data_dir=tmp_path, secret=SecretStr("s" * 32)))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTOR_DATA_DIR", str(tmp_path / "here"))
    monkeypatch.setenv("CONTOR_PORT", "8123")
    settings = Settings()
    assert (settings.data_dir, settings.port) == (tmp_path / "here", 8123)
