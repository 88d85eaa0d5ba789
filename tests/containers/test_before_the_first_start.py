"""Without secrets nothing starts, and the message says what to do."""

from pathlib import Path

from tests.containers.engine import Containers


async def test_without_secrets_compose_says_what_to_run(contor: Containers, tmp_path: Path) -> None:
    empty = tmp_path / "empty.env"
    empty.touch()
    ended = await contor.compose("--env-file", str(empty), "config")
    assert ended.code != 0
    assert "run make secrets" in ended.said
