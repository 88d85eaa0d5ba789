"""`make secrets`: makes what is missing, changes nothing that is there."""

import stat
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "deploy/secrets"


def secrets(file: Path) -> str:
    return subprocess.run([SCRIPT, file], capture_output=True, text=True, check=True).stdout


def read(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_every_secret_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    said = secrets(file)
    made = read(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(made) == len(set(made.values())) == 11
    assert min(len(value) for name, value in made.items() if name != "CONTOR_ADMIN_USERNAME") >= 20
    assert f"the first administrator is admin, password {made['CONTOR_ADMIN_PASSWORD']}" in said
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_what_is_there_stays_and_what_is_missing_is_added(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CONTOR_PORT=8080\nCONTOR_ADMIN_USERNAME=ana\nCONTOR_ADMIN_PASSWORD=chosen\nCONTOR_SECRET=\n")
    said = secrets(file)
    made = read(file)
    assert (made["CONTOR_PORT"], made["CONTOR_ADMIN_USERNAME"], made["CONTOR_ADMIN_PASSWORD"]) == (
        "8080",
        "ana",
        "chosen",
    )
    assert made["CONTOR_SECRET"]
    assert "chosen" not in said
    before = file.read_bytes()
    assert "nothing was changed" in secrets(file)
    assert file.read_bytes() == before
