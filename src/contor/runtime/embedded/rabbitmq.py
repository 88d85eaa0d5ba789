"""RabbitMQ for this Contor only: the machine's `rabbitmq-server` with its own folder and ports."""

import asyncio
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from contor.kernel.bus.rabbit.channel import open_channel
from contor.kernel.errors import OperatorError
from contor.runtime.embedded.daemon import Daemon, stop_orphan
from contor.runtime.embedded.ports import free_port, is_in_use

MISSING = (
    "rabbitmq-server is not installed: apt-get install rabbitmq-server, or set CONTOR_AMQP_URL to a running broker"
)
CONTROL_SECONDS = 60.0
# Debian's command on PATH runs only as the user `rabbitmq`, on the folders of the system's broker.
PROGRAMS = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/opt/rabbitmq/sbin")
CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{node.port}
default_user = {node.user}
default_pass = {node.password}
loopback_users = none
vm_memory_high_watermark.relative = 0.3
disk_free_limit.absolute = 100MB
raft.wal_max_size_bytes = 67108864
log.file.level = warning
"""
# Schedulers without busy waiting: the services and the broker share the machine's cores.
ERLANG_ARGUMENTS = (
    "+S {cores}:{cores} +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {{127,0,0,1}}"
)


class RabbitMissing(OperatorError):
    """RabbitMQ or Erlang is not installed."""


class RabbitFailed(OperatorError):
    """A program of RabbitMQ failed."""


class _Node(msgspec.Struct):
    """A node's ports and credentials, stored in its folder so that a restart has the same."""

    port: int
    distribution_port: int
    epmd_port: int
    user: str
    password: str
    cookie: str


class PrivateRabbit:
    """One broker on 127.0.0.1; its credentials, ports and data are stored in `folder`.

    A node created `beside` another joins its cluster at its first start; stop it before that one.
    """

    def __init__(self, folder: Path, *, name: str = "contor", beside: "PrivateRabbit | None" = None) -> None:
        self._folder = folder.absolute()
        self._programs = _programs()
        self._beside = beside
        self.name = f"{name}@localhost"
        self._node = self._stored_node() or self._new_node()
        self._pid_file = self._folder / "pid"
        self._daemon = Daemon("RabbitMQ", self._folder / "output.log", self._check_ready, pid_file=self._pid_file)
        self._epmd = Daemon("epmd", self._folder / "epmd.log", self._check_epmd_ready)

    @property
    def url(self) -> str:
        return f"amqp://{self._node.user}:{self._node.password}@127.0.0.1:{self._node.port}/"

    @property
    def pid(self) -> int | None:
        return self._daemon.pid

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the broker, restart it if it dies, and stop it when the block ends."""
        await asyncio.to_thread(self._prepare)
        async with contextlib.AsyncExitStack() as stack:
            if self._beside is None:
                await stack.enter_async_context(self._epmd.supervise(self._start_epmd))
            await stack.enter_async_context(self._daemon.supervise(self.start))
            yield

    async def start(self) -> None:
        """Start it again after `kill`, on the same ports; returns when it accepts connections."""
        self._write_configuration()
        await self._daemon.start([str(self._programs / "rabbitmq-server")], environment=self._environment())

    async def kill(self) -> None:
        """SIGKILL, as in a power cut; not restarted until `start`."""
        await self._daemon.kill()

    async def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl` on this node and return what it printed."""
        control = await asyncio.create_subprocess_exec(
            str(self._programs / "rabbitmqctl"),
            *arguments,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        printed, _ = await asyncio.wait_for(control.communicate(), CONTROL_SECONDS)
        if control.returncode != 0:
            raise RabbitFailed(f"rabbitmqctl {arguments[0]}: {printed.decode().strip()}")
        return printed.decode()

    def _stored_node(self) -> _Node | None:
        path = self._folder / "node.json"
        return msgspec.json.decode(path.read_bytes(), type=_Node) if path.exists() else None

    def _new_node(self) -> _Node:
        port, distribution_port, epmd_port = free_port(), free_port(), free_port()
        if self._beside is not None:
            shared = self._beside._node
            return msgspec.structs.replace(shared, port=port, distribution_port=distribution_port)
        return _Node(port, distribution_port, epmd_port, "contor", secrets.token_hex(16), secrets.token_hex(16))

    async def _start_epmd(self) -> None:
        """Our own instance of Erlang's port mapper: one that the node starts itself would outlive the node."""
        await self._epmd.start([_epmd_path(), "-address", "127.0.0.1", "-port", str(self._node.epmd_port)])

    def _prepare(self) -> None:
        folder = str(self._folder)
        stop_orphan(self._pid_file, lambda process: folder in process.environ().get("RABBITMQ_MNESIA_BASE", ""))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        ports = (self._node.port, self._node.distribution_port, self._node.epmd_port)
        if self._beside is None and any(map(is_in_use, ports)):
            self._node.port, self._node.distribution_port, self._node.epmd_port = free_port(), free_port(), free_port()

    def _write_configuration(self) -> None:
        lines = CONFIGURATION.format(node=self._node)
        if self._beside is not None:
            lines += "cluster_formation.peer_discovery_backend = classic_config\n"
            lines += f"cluster_formation.classic_config.nodes.1 = {self._beside.name}\n"
            lines += f"cluster_formation.classic_config.nodes.2 = {self.name}\n"
        (self._folder / "rabbitmq.conf").write_text(lines)
        (self._folder / "enabled_plugins").write_text("[].\n")
        cookie = self._folder / ".erlang.cookie"
        cookie.unlink(missing_ok=True)
        node = self._folder / "node.json"
        for path, content in ((cookie, self._node.cookie.encode()), (node, msgspec.json.encode(self._node))):
            path.touch(mode=0o600)
            path.write_bytes(content)
        cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        """Overrides every setting of the system's broker; passes no variable of ours but PATH."""
        cores = min(4, os.cpu_count() or 1)
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self._folder),
            "ERL_EPMD_PORT": str(self._node.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": str(self._node.port),
            "RABBITMQ_DIST_PORT": str(self._node.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder),
            "RABBITMQ_LOGS": str(self._folder / "rabbitmq.log"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_CONFIG_FILES": str(self._folder / "conf.d"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self._folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS.format(cores=cores),
            # Makes the script `exec` the broker, so that signals reach the broker itself.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    async def _check_epmd_ready(self) -> None:
        _check_port(self._node.epmd_port)

    async def _check_ready(self) -> None:
        _check_port(self._node.port)
        async with open_channel(self.url, "start"):
            pass


def installed() -> bool:
    """Whether `PrivateRabbit` can run on this machine."""
    try:
        _programs()
    except RabbitMissing:
        return False
    return True


def _programs() -> Path:
    for folder in PROGRAMS:
        if os.access(f"{folder}/rabbitmq-server", os.X_OK):
            return Path(folder)
    if found := shutil.which("rabbitmq-server"):
        return Path(found).resolve().parent
    raise RabbitMissing(MISSING)


def _epmd_path() -> str:
    found = shutil.which("epmd") or next(map(str, Path("/usr").glob("lib*/erlang/erts-*/bin/epmd")), None)
    if found is None:
        raise RabbitMissing("Erlang's epmd is not on PATH: apt-get install erlang-base")
    return found


def _check_port(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=1).close()
