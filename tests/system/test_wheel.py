"""The wheel: built, installed into an empty environment, and used without a checkout."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from contor.kernel.version import VERSION, commit
from contor.runtime.embedded.ports import free_port
from tests.waiting import until

CHECKOUT = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Installed:
    """A `contor` command outside the checkout, with a data folder and a port."""

    command: Path
    folder: Path
    port: int

    def environment(self) -> dict[str, str]:
        """Neither the checkout's sources nor its virtual environment."""
        inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        return inherited | {"CONTOR_DATA_DIR": str(self.folder), "CONTOR_PORT": str(self.port), "PYTHONUNBUFFERED": "1"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.command, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    if not (CHECKOUT / "src/contor/frontend/index.html").exists():
        pytest.skip("the pages are not built: run `make setup`")
    home = tmp_path_factory.mktemp("wheel")
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", home, CHECKOUT], check=True, timeout=300)
    (wheel,) = home.glob("contor-*.whl")
    environment = home / "environment"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True, timeout=60)
    install: list[str | Path] = [UV, "pip", "install", "--quiet", "--python", environment / "bin/python"]
    subprocess.run([*install, "-r", CHECKOUT / "requirements/runtime.txt"], check=True, timeout=300)
    subprocess.run([*install, "--no-deps", wheel], check=True, timeout=60)
    folder = home / "data"
    folder.mkdir()
    return Installed(environment / "bin/contor", folder, free_port())


def test_it_names_its_version_and_the_commit_it_was_built_from(installed: Installed) -> None:
    assert installed.run("--version").stdout.strip() == f"contor {VERSION} ({commit()})"


def test_it_offers_no_command_that_needs_a_checkout(installed: Installed) -> None:
    assert "cluster" not in installed.run("--help").stdout
    assert installed.run("cluster").returncode != 0


@pytest.fixture
async def demo(installed: Installed) -> AsyncIterator[str]:
    """The output of `contor demo` once it is ready; stopped and its data removed afterwards."""
    process = await asyncio.create_subprocess_exec(
        installed.command,
        "demo",
        cwd=installed.folder,
        env=installed.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = ""

    async def ready() -> bool:
        nonlocal output
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert line, f"contor demo ended: {output}"
        output += line
        return "passes its hourly limit" in output or "have passed their limit" in output

    try:
        await until(ready, seconds=START_SECONDS, what="contor demo ready")
        yield output
    finally:
        if process.returncode is None:
            process.terminate()
        # The pipe is read to its end: a full pipe would keep the process from stopping.
        await asyncio.wait_for(process.communicate(), 60)
        shutil.rmtree(installed.folder / "postgres", ignore_errors=True)


async def test_its_demo_serves_the_pages_and_stores_a_reading(installed: Installed, demo: str) -> None:
    (password,) = re.findall(r"client +ana +password +(\S+)", demo)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{installed.port}", timeout=30) as http:
        page = await http.get("/")
        assert page.status_code == 200
        script = re.search(r'src="(/assets/[^"]+\.js)"', page.text)
        assert script is not None
        assert (await http.get(script[1])).status_code == 200

        signed_in = (await http.post("/auth/login", json={"username": "ana", "password": password})).json()
        http.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        device = (await http.get("/devices")).json()["items"][0]
        reading = {"timestamp": "2020-01-01T00:00:00Z", "device_id": device["id"], "measurement_value": 0.25}
        stored = await http.post("/monitoring/readings", json=reading)
        assert (stored.status_code, stored.json()["accepted"]) == (202, 1)
