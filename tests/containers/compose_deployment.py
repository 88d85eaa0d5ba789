"""Contor in containers, built from a clean clone and started with `compose.yaml`."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from contor.runtime.embedded.ports import free_port
from tests.system.commands import CommandResult
from tests.system.deployment import ADMIN, ADMIN_PASSWORD, SERVICES_WITH_DATABASE, Deployment
from tests.waiting import until

REPOSITORY = Path(__file__).parents[2]
SERVICES = (*SERVICES_WITH_DATABASE, "communication", "frontend")
ONE_SHOT = ("databases", "migrate")
COMMAND_SECONDS = 900.0
HEALTHY_SECONDS = 180.0
Json = dict[str, Any]


async def run_command(
    *arguments: str, cwd: Path = REPOSITORY, environment: dict[str, str] | None = None, stdin: str = ""
) -> CommandResult:
    """Run a command; its exit code may be any."""
    done = await asyncio.to_thread(
        subprocess.run,
        arguments,
        cwd=cwd,
        env=environment,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    return CommandResult(done.returncode, done.stdout)


def compose_command() -> list[str]:
    """The Compose command: `COMPOSE` if set, else the installed one; empty without a Docker engine."""
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


class ComposeDeployment(Deployment):
    """A Compose project in its own clone of the repository; `port` is the only published port."""

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

    async def try_compose(self, *arguments: str, stdin: str = "") -> CommandResult:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTOR_")}
        environment |= {
            "COMPOSE_PROJECT_NAME": self.project,
            "CONTOR_PORT": str(self.port),
            "CONTOR_IMAGE": self.image,
        }
        return await run_command(*self._compose, *arguments, cwd=self.folder, environment=environment, stdin=stdin)

    async def run_compose(self, *arguments: str, stdin: str = "") -> str:
        """The output of a Compose command; fails if its exit code is not 0."""
        result = await self.try_compose(*arguments, stdin=stdin)
        assert result.exit_code == 0, f"{' '.join(arguments)}: {result.output[-6000:]}"
        return result.output

    async def clone(self) -> None:
        result = await run_command("git", "clone", "--quiet", "--no-hardlinks", str(REPOSITORY), str(self.folder))
        assert result.exit_code == 0, result.output

    async def write_secrets(self) -> str:
        """Run `make secrets`, with the administrator that the tests use."""
        admin = f"CONTOR_ADMIN_USERNAME={ADMIN}\nCONTOR_ADMIN_PASSWORD={ADMIN_PASSWORD}\n"
        (self.folder / ".env").write_text(admin)
        result = await run_command("make", "--silent", "secrets", cwd=self.folder)
        assert result.exit_code == 0, result.output
        return result.output

    async def start(self, **_: str) -> None:
        await self.run_compose("up", "-d")
        await self.wait_until_healthy()

    async def wait_until_healthy(self) -> None:
        """Return when every long-running container is healthy and every service is ready through Traefik."""

        async def all_healthy() -> bool:
            states = [
                container["State"] for service in self.running_services for container in await self.containers(service)
            ]
            return len(states) >= len(self.running_services) and all(
                state.get("Health", {}).get("Status") == "healthy" for state in states
            )

        try:
            await until(all_healthy, seconds=HEALTHY_SECONDS, what="every container healthy")
        except AssertionError as error:
            error.add_note((await self.try_compose("ps")).output)
            error.add_note((await self.try_compose("logs", "--tail", "30")).output[-12_000:])
            raise
        await until(self.is_ready, seconds=30, what="every service ready through Traefik")

    @property
    def running_services(self) -> tuple[str, ...]:
        return ("traefik", "postgres", "rabbitmq", *SERVICES)

    async def containers(self, service: str) -> list[Json]:
        """`docker inspect` of each container of the service, including stopped ones."""
        labels = [f"label=com.docker.compose.project={self.project}", f"label=com.docker.compose.service={service}"]
        found = await run_command("docker", "ps", "-aq", "--filter", labels[0], "--filter", labels[1])
        if not found.output.split():
            return []
        inspected = await run_command("docker", "inspect", *found.output.split())
        # A container was replaced in between: the caller tries again.
        return list(json.loads(inspected.output)) if inspected.exit_code == 0 else []

    async def address(self, service: str) -> str:
        """The address of a container on the private network; the host can reach it."""
        (network,) = (await self.containers(service))[0]["NetworkSettings"]["Networks"].values()
        return str(network["IPAddress"])

    async def has_databases(self) -> bool:
        """Whether the container that creates roles and databases has finished."""
        return [c["State"]["Status"] for c in await self.containers("databases")] == ["exited"]

    async def execute(self, service: str, *arguments: str) -> CommandResult:
        """Run a command in a container of the service."""
        return await self.try_compose("exec", "-T", service, *arguments)

    async def queues(self, host: str, *columns: str) -> dict[str, list[str]]:
        """The values of these columns for each queue of a virtual host, by queue name."""
        options = ("--no-table-headers", "-p", host, "name", *columns)
        result = await self.execute("rabbitmq", "rabbitmqctl", "-q", "list_queues", *options)
        rows = [line.split("\t") for line in result.output.splitlines()]
        return {name: values for name, *values in rows}

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        return (await self.try_compose("down")).exit_code

    async def kill(self) -> None:
        await self.run_compose("kill", *SERVICES)

    async def kill_database(self) -> None:
        await self.run_compose("kill", "postgres")

    @contextlib.asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection to the database of one service, as its role."""
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
        """Remove containers, volumes, network and image."""
        await self.try_compose("down", "-v", "--remove-orphans")
        await run_command("docker", "rmi", self.image)
