"""A real Contor, as an operator runs it: started, stopped, killed and started again. The stories know no run mode."""

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
STORING = ("auth", "user", "device", "monitoring", "chat")
START_SECONDS = 90.0
STOP_SECONDS = 40.0
ADMIN, ADMIN_PASSWORD = "keeper", "an-entirely-made-up-one"


def environment_for(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The environment without what this shell says of Contor, and with what this test says of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONTOR_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # it makes every start compile all of Python's libraries again
    ours = {"CONTOR_DATA_DIR": str(folder), "CONTOR_PORT": str(port), "CONTOR_HOST": "127.0.0.1"}
    return kept | ours | {"PYTHONUNBUFFERED": "1"} | more


class Deployment(ABC):
    """Contor at `url`, with an administrator `ADMIN`. What only one run mode has stays in its own class."""

    url: str

    @abstractmethod
    async def start(self, **environment: str) -> None:
        """Return when every service says that it is ready; `environment` is for this start only."""

    @abstractmethod
    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it in order, by this signal; returns the exit code."""

    @abstractmethod
    async def kill(self) -> None:
        """Take Contor's processes away (kill -9), whatever they are doing."""

    @abstractmethod
    async def kill_database(self) -> None:
        """Take the database server's main process away (kill -9)."""

    @abstractmethod
    def database(self, service: str) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """A look into the database of one service."""

    async def restart(self, **environment: str) -> None:
        await self.stop()
        await self.start(**environment)

    async def is_ready(self) -> bool:
        """Whether every service says so, by the public address."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=5) as http:
            try:
                answers = [await http.get(f"{PREFIXES[service]}/ready") for service in SERVICES]
            except httpx.TransportError:
                return False
        return all(answer.status_code == 200 for answer in answers)


class Started(Deployment):
    """One `contor` command in the foreground of nobody, on a data folder of its own, its database embedded."""

    def __init__(self, folder: Path, command: str, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder.with_name(f"{folder.name}.out")
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    @property
    def postmaster(self) -> int:
        """The process id of PostgreSQL's main process."""
        return int((self.folder / "postgres/data/postmaster.pid").read_text().split()[0])

    def pids(self) -> set[int]:
        """Every process of this Contor: its own, PostgreSQL's, and their children."""
        own = psutil.Process(self.process.pid)
        return {own.pid, *(child.pid for child in own.children(recursive=True))}

    def said(self) -> str:
        return self.output.read_text()

    async def start(self, **environment: str) -> None:
        named = {"CONTOR_ADMIN_USERNAME": ADMIN, "CONTOR_ADMIN_PASSWORD": ADMIN_PASSWORD} | environment
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220  forking takes a millisecond
                [sys.executable, "-m", "contor", self._command],
                env=environment_for(self.folder, self.port, **named),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            await until(self._ready_or_ended, seconds=START_SECONDS)
        except AssertionError:
            raise AssertionError(f"contor {self._command} did not start: {self.said()[-20_000:]}") from None
        assert self.process.poll() is None, self.said()[-4000:]

    async def _ready_or_ended(self) -> bool:
        return self.process.poll() is not None or await self.is_ready()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if number == signal.SIGINT:
            # What Ctrl-C does: the terminal signals every process of the foreground.
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return await self._ended()

    async def _ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, STOP_SECONDS)

    async def kill_database(self) -> None:
        os.kill(self.postmaster, signal.SIGKILL)

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
        """Started, and stopped at the end whatever state the test left it in."""
        try:
            await self.start(**environment)
            yield self
        finally:
            if self._process is not None and self._process.poll() is None:
                await self.stop()


class Embedded(Started):
    """`contor up`: one process and the PostgreSQL it starts."""

    def __init__(self, folder: Path, command: str = "up", port: int | None = None) -> None:
        super().__init__(folder, command, port)

    async def kill(self) -> None:
        self.process.kill()
        await self._ended()


class Distributed(Started):
    """`contor cluster`: a process for each service, two of some, behind Traefik, with RabbitMQ between them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "cluster")

    def state(self) -> dict[str, Any]:
        """What `cluster.json` says: who runs where, by which process id."""
        return dict(json.loads((self.folder / "cluster.json").read_text()))

    def shared(self) -> dict[str, str]:
        """What tells another `contor` command where the database and the broker are."""
        state = self.state()
        return {
            "CONTOR_DATABASE_URL": state["database_url"],
            "CONTOR_AMQP_URL": state["amqp_url"],
            "CONTOR_SECRET": (self.folder / "secret").read_text(),
        }

    def replicas(self, service: str) -> dict[str, Any]:
        """The replicas of a service by name: each its `url` and `pid`."""
        return {name: replica for name, replica in self.state()["replicas"].items() if replica["service"] == service}

    @property
    def amqp_url(self) -> str:
        return str(self.state()["amqp_url"])

    @property
    def broker(self) -> int:
        """The process id of RabbitMQ; 0 while one that starts has not said it."""
        return int((self.folder / "rabbitmq/pid").read_text() or 0)

    async def is_ready(self) -> bool:
        """By the public address, and every replica by its own."""
        try:
            replicas = self.state()["replicas"].values()
            async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
                paths = [(replica, PREFIXES.get(replica["service"])) for replica in replicas]
                answers = [await http.get(f"{replica['url']}{prefix}/ready") for replica, prefix in paths if prefix]
        except (httpx.TransportError, FileNotFoundError):
            return False
        return all(answer.status_code == 200 for answer in answers) and await super().is_ready()

    async def kill(self) -> None:
        """A power cut: who would start them again first, then every service, the gateway and the broker."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        doomed = []
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):  # the broker's helpers come and go
                if "postgres" not in child.name():
                    child.kill()
                    doomed.append(child)
        await asyncio.to_thread(psutil.wait_procs, doomed, STOP_SECONDS)
        await self._ended()


def started_as(mode: str, folder: Path) -> Started:
    """Contor in this run mode; skips the test, or fails it in CI, where this machine lacks what the mode needs."""
    if mode == "embedded":
        return Embedded(folder)
    try:
        traefik()
        missing = None if rabbitmq.installed() else rabbitmq.MISSING
    except ConfigurationError as error:
        missing = str(error)
    if missing is not None:
        skip_loudly(f"THE DISTRIBUTED MODE WAS NOT RUN: {missing}")
    return Distributed(folder)


def skip_loudly(reason: str) -> NoReturn:
    """For a test that this machine lacks something for; in CI it fails."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)


MODES = ("embedded", "distributed")
