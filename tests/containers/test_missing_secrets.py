"""Starting without secrets."""

from pathlib import Path

from tests.containers.compose_deployment import ComposeDeployment


async def test_without_secrets_compose_names_the_command_to_run(contor: ComposeDeployment, tmp_path: Path) -> None:
    empty = tmp_path / "empty.env"
    empty.touch()
    result = await contor.try_compose("--env-file", str(empty), "config")
    assert result.exit_code != 0
    assert "run make secrets" in result.output
