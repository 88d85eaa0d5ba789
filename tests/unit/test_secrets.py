"""`make secrets` generates missing secrets and leaves existing ones unchanged."""

import stat
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "deploy/secrets"


def write_secrets(file: Path) -> str:
    return subprocess.run([SCRIPT, file], capture_output=True, text=True, check=True).stdout


def read(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_secrets_are_generated_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    output = write_secrets(file)
    written = read(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(written) == len(set(written.values())) == 11
    assert min(len(value) for name, value in written.items() if name != "CONTOR_ADMIN_USERNAME") >= 20
    assert f"the first administrator is admin, password {written['CONTOR_ADMIN_PASSWORD']}" in output
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_existing_secrets_stay_and_missing_ones_are_added(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CONTOR_PORT=8080\nCONTOR_ADMIN_USERNAME=ana\nCONTOR_ADMIN_PASSWORD=chosen\nCONTOR_SECRET=\n")
    output = write_secrets(file)
    written = read(file)
    assert (written["CONTOR_PORT"], written["CONTOR_ADMIN_USERNAME"], written["CONTOR_ADMIN_PASSWORD"]) == (
        "8080",
        "ana",
        "chosen",
    )
    assert written["CONTOR_SECRET"]
    assert "chosen" not in output
    before = file.read_bytes()
    assert "nothing was changed" in write_secrets(file)
    assert file.read_bytes() == before
