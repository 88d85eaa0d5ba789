"""Deployments of Contor that tests start, stop, kill and restart: one class per run mode."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, NoReturn, Self

import asyncpg
import httpx
import psutil
import pytest

from contor.cli.cluster import traefik
from contor.runtime.composition import SERVICES, ConfigurationError
from contor.runtime.embedded import rabbitmq
from contor.runtime.embedded.ports import free_port
from contor.runtime.embedded.postgres import EmbeddedPostgres
from tests.waiting import until

PREFIXES = {
    "auth": "/auth",
    "user": "/users",
    "device": "/devices",
    "monitoring": "/monitoring",
    "chat": "/chat",
    "communication": "/ws",
}
SERVICES_WITH_DATABASE = ("auth", "user", "device", "monitoring", "chat")
START_SECONDS = 90.0
STOP_SECONDS = 40.0
ADMIN, ADMIN_PASSWORD = "site-admin", "an-entirely-made-up-one"


def contor_environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of this process, with its `CONTOR_` variables replaced by the test's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONTOR_")}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)  # every start would compile all libraries again
    ours = {"CONTOR_DATA_DIR": str(folder), "CONTOR_PORT": str(port), "CONTOR_HOST": "127.0.0.1"}
    return inherited | ours | {"PYTHONUNBUFFERED": "1"} | more


class Deployment(ABC):
    """Contor at `url`, with the administrator `ADMIN`. Features of one run mode are in its class."""

    url: str

    @abstractmethod
    async def start(self, **environment: str) -> None:
        """Start and wait until every service is ready; `environment` applies to this start only."""

    @abstractmethod
    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Shut down by this signal; returns the exit code."""

    @abstractmethod
    async def kill(self) -> None:
        """Kill the processes of Contor (kill -9)."""

    @abstractmethod
    async def kill_database(self) -> None:
        """Kill the main process of the database server (kill -9)."""

    @abstractmethod
    def database(self, service: str) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A connection to the database of one service."""

    async def restart(self, **environment: str) -> None:
        await self.stop()
        await self.start(**environment)

    async def is_ready(self) -> bool:
        """Whether every service is ready at the public address."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=5) as http:
            try:
                responses = [await http.get(f"{PREFIXES[service]}/ready") for service in SERVICES]
            except httpx.TransportError:
                return False
        return all(response.status_code == 200 for response in responses)


class LocalDeployment(Deployment):
    """A `contor` command as a child process, with its own data folder and embedded PostgreSQL."""

    def __init__(self, folder: Path, command: str, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output_path = folder.with_name(f"{folder.name}.out")
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    @property
    def postmaster_pid(self) -> int:
        """Process id of PostgreSQL's main process."""
        return int((self.folder / "postgres/data/postmaster.pid").read_text().split()[0])

    def pids(self) -> set[int]:
        """Process ids of Contor, PostgreSQL and their children."""
        own = psutil.Process(self.process.pid)
        return {own.pid, *(child.pid for child in own.children(recursive=True))}

    def read_output(self) -> str:
        return self.output_path.read_text()

    async def start(self, **environment: str) -> None:
        admin = {"CONTOR_ADMIN_USERNAME": ADMIN, "CONTOR_ADMIN_PASSWORD": ADMIN_PASSWORD} | environment
        with self.output_path.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220  forking takes a millisecond
                [sys.executable, "-m", "contor", self._command],
                env=contor_environment(self.folder, self.port, **admin),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            await until(self._ready_or_exited, seconds=START_SECONDS)
        except AssertionError:
            raise AssertionError(f"contor {self._command} did not start: {self.read_output()[-20_000:]}") from None
        assert self.process.poll() is None, self.read_output()[-4000:]

    async def _ready_or_exited(self) -> bool:
        return self.process.poll() is not None or await self.is_ready()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if number == signal.SIGINT:
            # Like Ctrl-C: the terminal signals every process of the foreground group.
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return await self._wait_for_exit()

    async def _wait_for_exit(self) -> int:
        return await asyncio.to_thread(self.process.wait, STOP_SECONDS)

    async def kill_database(self) -> None:
        os.kill(self.postmaster_pid, signal.SIGKILL)

    @contextlib.asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        url = EmbeddedPostgres(self.folder / "postgres").url.replace("@/", f"@/{service}")
        connection = await asyncpg.connect(url, timeout=20)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    @contextlib.asynccontextmanager
    async def running(self, **environment: str) -> AsyncIterator[Self]:
        """Start, and stop when the block ends, if it still runs."""
        try:
            await self.start(**environment)
            yield self
        finally:
            if self._process is not None and self._process.poll() is None:
                await self.stop()


class Embedded(LocalDeployment):
    """`contor up`: one process and an embedded PostgreSQL."""

    def __init__(self, folder: Path, command: str = "up", port: int | None = None) -> None:
        super().__init__(folder, command, port)

    async def kill(self) -> None:
        self.process.kill()
        await self._wait_for_exit()


class Distributed(LocalDeployment):
    """`contor cluster`: one or two processes per service behind Traefik, connected by RabbitMQ."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "cluster")

    def state(self) -> dict[str, Any]:
        """The contents of `cluster.json`: addresses and process ids."""
        return dict(json.loads((self.folder / "cluster.json").read_text()))

    def connection_environment(self) -> dict[str, str]:
        """Variables with which another `contor` command uses the same database and broker."""
        state = self.state()
        return {
            "CONTOR_DATABASE_URL": state["database_url"],
            "CONTOR_AMQP_URL": state["amqp_url"],
            "CONTOR_SECRET": (self.folder / "secret").read_text(),
        }

    def replicas(self, service: str) -> dict[str, Any]:
        """The replicas of a service by name, each with `url` and `pid`."""
        return {name: replica for name, replica in self.state()["replicas"].items() if replica["service"] == service}

    @property
    def amqp_url(self) -> str:
        return str(self.state()["amqp_url"])

    @property
    def broker_pid(self) -> int:
        """Process id of RabbitMQ; 0 while a starting one has not written it."""
        return int((self.folder / "rabbitmq/pid").read_text() or 0)

    async def is_ready(self) -> bool:
        """Whether every service at the public address and every replica is ready."""
        try:
            replicas = self.state()["replicas"].values()
            async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
                paths = [(replica, PREFIXES.get(replica["service"])) for replica in replicas]
                responses = [await http.get(f"{replica['url']}{prefix}/ready") for replica, prefix in paths if prefix]
        except (httpx.TransportError, FileNotFoundError):
            return False
        return all(response.status_code == 200 for response in responses) and await super().is_ready()

    async def kill(self) -> None:
        """Like a power cut: kill the supervisor first, then every service, the gateway and the broker."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        killed = []
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):  # short-lived child processes of the broker
                if "postgres" not in child.name():
                    child.kill()
                    killed.append(child)
        await asyncio.to_thread(psutil.wait_procs, killed, STOP_SECONDS)
        await self._wait_for_exit()


def local_deployment(mode: str, folder: Path) -> LocalDeployment:
    """Contor in this run mode. If a requirement is missing, skip the test, or fail it in CI."""
    if mode == "embedded":
        return Embedded(folder)
    try:
        traefik()
        missing = None if rabbitmq.installed() else rabbitmq.MISSING
    except ConfigurationError as error:
        missing = str(error)
    if missing is not None:
        skip_or_fail_in_ci(f"THE DISTRIBUTED MODE WAS NOT RUN: {missing}")
    return Distributed(folder)


def skip_or_fail_in_ci(reason: str) -> NoReturn:
    """Skip the test because a requirement is missing; fail it in CI."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


MODES = ("embedded", "distributed")
