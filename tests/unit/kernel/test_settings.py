"""`CONTOR_SECRET`: required with an external database, otherwise generated once and private."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from contor.kernel.settings import MissingSecretError, Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTOR_SECRET", "CONTOR_DATABASE_URL", "CONTOR_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_an_external_database_requires_a_secret_and_the_error_says_how_to_generate_one(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/")
    with pytest.raises(MissingSecretError, match=r"CONTOR_SECRET.*openssl rand"):
        _ = settings.sealing_secret
    assert list(tmp_path.iterdir()) == []


def test_a_configured_secret_is_not_written_to_disk(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/", secret=SecretStr("s" * 32))
    assert settings.sealing_secret == b"s" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_rejected_and_not_shown() -> None:
    with pytest.raises(ValidationError, match="at least 32 characters") as refused:
        Settings(secret=SecretStr("swordfish"))
    assert "swordfish" not in str(refused.value)


def test_embedded_mode_generates_one_private_secret(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    secret = Settings(data_dir=folder).sealing_secret
    assert len(secret) >= 32
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert Settings(data_dir=folder).sealing_secret == secret
    assert Settings(data_dir=tmp_path / "other").sealing_secret != secret


def test_a_start_killed_while_writing_leaves_no_partial_secret(tmp_path: Path) -> None:
    (tmp_path / "secret.new").write_text("")
    assert len(Settings(data_dir=tmp_path).sealing_secret) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_the_secret_is_not_in_the_repr_of_settings(tmp_path: Path) -> None:
    assert "s" * 32 not in repr(Settings(data_dir=tmp_path, secret=SecretStr("s" * 32)))


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONTOR_DATA_DIR", str(tmp_path / "here"))
    monkeypatch.setenv("CONTOR_PORT", "8123")
    settings = Settings()
    assert (settings.data_dir, settings.port) == (tmp_path / "here", 8123)
