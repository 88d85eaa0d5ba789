"""Contor in containers, from a clean clone: what `compose.yaml` brings up, and a look into each container."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from contor.runtime.embedded.ports import free_port
from tests.system.deployment import ADMIN, ADMIN_PASSWORD, STORING, Deployment
from tests.waiting import until

REPOSITORY = Path(__file__).parents[2]
SERVING = (*STORING, "communication", "frontend")
ONCE = ("databases", "migrate")
COMMAND_SECONDS = 900.0
HEALTHY_SECONDS = 180.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it said, on either stream."""

    code: int
    said: str


async def command(
    *words: str, cwd: Path = REPOSITORY, environment: dict[str, str] | None = None, told: str = ""
) -> Ended:
    """Run a command to its end, whatever that is; `told` is its standard input."""
    done = await asyncio.to_thread(
        subprocess.run,
        words,
        cwd=cwd,
        env=environment,
        input=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout)


def available() -> list[str]:
    """The words of the Compose to use: `COMPOSE` if it is set, else whichever is here; none without an engine."""
    with contextlib.suppress(OSError):
        if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode != 0:
            return []
        if chosen := os.environ.get("COMPOSE"):
            return chosen.split()
        if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
            return ["docker", "compose"]
        if shutil.which("docker-compose"):
            return ["docker-compose"]
    return []


class Containers(Deployment):
    """A project of its own on the Docker engine, in a clone made for it; `port` is all it publishes."""

    def __init__(self, folder: Path, compose: Sequence[str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.project = f"contortest{uuid4().hex[:8]}"
        self.image = f"{self.project}:tested"
        self._compose = compose

    @property
    def secrets(self) -> dict[str, str]:
        lines = (self.folder / ".env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    async def compose(self, *words: str, told: str = "") -> Ended:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTOR_")}
        environment |= {
            "COMPOSE_PROJECT_NAME": self.project,
            "CONTOR_PORT": str(self.port),
            "CONTOR_IMAGE": self.image,
        }
        return await command(*self._compose, *words, cwd=self.folder, environment=environment, told=told)

    async def composed(self, *words: str, told: str = "") -> str:
        """What a command that succeeds says."""
        ended = await self.compose(*words, told=told)
        assert ended.code == 0, f"{' '.join(words)}: {ended.said[-6000:]}"
        return ended.said

    async def clone(self) -> None:
        ended = await command("git", "clone", "--quiet", "--no-hardlinks", str(REPOSITORY), str(self.folder))
        assert ended.code == 0, ended.said

    async def write_secrets(self) -> str:
        """`make secrets`, beside an administrator whom the stories know."""
        known = f"CONTOR_ADMIN_USERNAME={ADMIN}\nCONTOR_ADMIN_PASSWORD={ADMIN_PASSWORD}\n"
        (self.folder / ".env").write_text(known)
        ended = await command("make", "--silent", "secrets", cwd=self.folder)
        assert ended.code == 0, ended.said
        return ended.said

    async def start(self, **_: str) -> None:
        await self.composed("up", "-d")
        await self.healthy()

    async def healthy(self) -> None:
        """Return when every container that stays is healthy and Traefik lets through to each service."""

        async def all_healthy() -> bool:
            states = [container["State"] for service in self.staying for container in await self.containers(service)]
            return len(states) >= len(self.staying) and all(
                state.get("Health", {}).get("Status") == "healthy" for state in states
            )

        try:
            await until(all_healthy, seconds=HEALTHY_SECONDS, what="every container healthy")
        except AssertionError as error:
            error.add_note((await self.compose("ps")).said)
            error.add_note((await self.compose("logs", "--tail", "30")).said[-12_000:])
            raise
        await until(self.is_ready, seconds=30, what="every service ready through Traefik")

    @property
    def staying(self) -> tuple[str, ...]:
        return ("traefik", "postgres", "rabbitmq", *SERVING)

    async def containers(self, service: str) -> list[Json]:
        """What the engine knows of each container of the service, ended ones too."""
        labels = [f"label=com.docker.compose.project={self.project}", f"label=com.docker.compose.service={service}"]
        found = await command("docker", "ps", "-aq", "--filter", labels[0], "--filter", labels[1])
        if not found.said.split():
            return []
        inspected = await command("docker", "inspect", *found.said.split())
        # One that was just replaced is gone by now: ask again later.
        return list(json.loads(inspected.said)) if inspected.code == 0 else []

    async def address(self, service: str) -> str:
        """The address of a container on the private network, which its host can reach."""
        (network,) = (await self.containers(service))[0]["NetworkSettings"]["Networks"].values()
        return str(network["IPAddress"])

    async def has_databases(self) -> bool:
        """Whether the roles and databases were made since the last start."""
        return [c["State"]["Status"] for c in await self.containers("databases")] == ["exited"]

    async def inside(self, service: str, *words: str) -> Ended:
        """Run a command in a container of the service."""
        return await self.compose("exec", "-T", service, *words)

    async def queues(self, host: str, *columns: str) -> dict[str, list[str]]:
        """The queues of a virtual host of the broker by name, with what these columns say of them."""
        told = ("--no-table-headers", "-p", host, "name", *columns)
        ended = await self.inside("rabbitmq", "rabbitmqctl", "-q", "list_queues", *told)
        rows = [line.split("\t") for line in ended.said.splitlines()]
        return {name: values for name, *values in rows}

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        return (await self.compose("down")).code

    async def kill(self) -> None:
        await self.composed("kill", *SERVING)

    async def kill_database(self) -> None:
        await self.composed("kill", "postgres")

    @contextlib.asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A look into the database of one service, as its own role."""
        connection = await self.connect(service, service)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    async def connect(self, role: str, database: str) -> asyncpg.Connection:
        password = self.secrets[f"DATABASE_PASSWORD_{role.upper()}"]
        host = await self.address("postgres")
        return await asyncpg.connect(host=host, user=role, password=password, database=database, timeout=20)

    async def remove(self) -> None:
        """Leave nothing on the engine: containers, volumes, network, image."""
        await self.compose("down", "-v", "--remove-orphans")
        await command("docker", "rmi", self.image)
