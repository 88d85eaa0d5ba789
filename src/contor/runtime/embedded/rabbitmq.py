"""A RabbitMQ of our own: the machine's `rabbitmq-server`, run on a folder and ports that nobody else uses."""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psutil

from contor.kernel.bus.rabbit.channel import BrokerUnavailable, open_channel
from contor.kernel.errors import OperatorError
from contor.kernel.telemetry import log
from contor.runtime.embedded.ports import free_port, is_taken
from contor.runtime.embedded.processes import end_with_parent

MISSING = (
    "rabbitmq-server is not installed: apt-get install rabbitmq-server (or set CONTOR_AMQP_URL to a running broker)"
)
START_SECONDS = 90.0
STOP_SECONDS = 30.0
CONTROL_SECONDS = 60.0
KEEP_SECONDS = 0.2
# Debian's command in the path runs only as the user `rabbitmq`, on the folders of that user's broker.
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
# Schedulers that sleep when there is nothing to do: the services and the broker share the machine's cores.
ERLANG_ARGUMENTS = (
    "+S {cores}:{cores} +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {{127,0,0,1}}"
)


class RabbitMissing(OperatorError):
    """This machine has no `rabbitmq-server`; the message says what to install."""


class RabbitFailed(OperatorError):
    """The broker did not come up; the message says where its log is."""


class _Node(msgspec.Struct):
    """What a node is reached by, kept in its folder so that it comes back as the same one."""

    port: int
    distribution_port: int
    epmd_port: int
    user: str
    password: str
    cookie: str


class PrivateRabbit:
    """One broker on 127.0.0.1 whose user, password, ports and data live in `folder`.

    A node started `beside` another one joins its cluster the first time it starts; stop it before that one.
    """

    def __init__(self, folder: Path, *, name: str = "contor", beside: "PrivateRabbit | None" = None) -> None:
        self._folder = folder.absolute()
        self._programs = _programs()
        self._beside = beside
        self.name = f"{name}@localhost"
        self._node = self._kept() or self._made()
        self._process: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://{self._node.user}:{self._node.password}@127.0.0.1:{self._node.port}/"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the broker, again whenever it dies by itself, and stop it at the end; what is durable stays."""
        try:
            await self._start_epmd()
            await self.start()
            keeper = asyncio.create_task(self._keep_running())
            try:
                yield
            finally:
                keeper.cancel()
                await asyncio.wait([keeper])
        finally:
            await asyncio.to_thread(self._stop)

    async def start(self) -> None:
        """Start it again after `kill`, on the same ports; returns when it takes connections."""
        self._write_configuration()
        with (self._folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603  forking takes a millisecond
                [str(self._programs / "rabbitmq-server")],
                env=self._environment(),
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        (self._folder / "pid").write_text(str(self._process.pid))
        await self._until_ready()

    async def kill(self) -> None:
        """End the broker as a power cut would (SIGKILL); it stays away until `start`."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            await asyncio.to_thread(process.wait, STOP_SECONDS)

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

    def _kept(self) -> _Node | None:
        path = self._folder / "node.json"
        return msgspec.json.decode(path.read_bytes(), type=_Node) if path.exists() else None

    def _made(self) -> _Node:
        port, distribution_port, epmd_port = free_port(), free_port(), free_port()
        if self._beside is not None:
            shared = self._beside._node
            return msgspec.structs.replace(shared, port=port, distribution_port=distribution_port)
        return _Node(port, distribution_port, epmd_port, "contor", secrets.token_hex(16), secrets.token_hex(16))

    async def _start_epmd(self) -> None:
        """Erlang's name server, of our own: the one a node starts by itself would outlive it."""
        await asyncio.to_thread(self._end_orphan)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        if self._beside is not None:
            return
        if any(map(is_taken, (self._node.port, self._node.distribution_port, self._node.epmd_port))):
            self._node.port, self._node.distribution_port, self._node.epmd_port = free_port(), free_port(), free_port()
        self._epmd = subprocess.Popen(  # noqa: ASYNC220, S603
            [_epmd(), "-address", "127.0.0.1", "-port", str(self._node.epmd_port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not _answers(self._node.epmd_port):
            if self._epmd.poll() is not None or asyncio.get_running_loop().time() > deadline:
                raise RabbitFailed(f"epmd did not start on port {self._node.epmd_port}")
            await asyncio.sleep(0.02)

    def _end_orphan(self) -> None:
        """Stop a broker that outlived a killed Contor: two on one folder would spoil it."""
        with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
            orphan = psutil.Process(int((self._folder / "pid").read_text()))
            if str(self._folder) in orphan.environ().get("RABBITMQ_MNESIA_BASE", ""):
                orphan.terminate()
                orphan.wait(STOP_SECONDS)

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
        for path, content in ((cookie, self._node.cookie.encode()), (self._folder / "node.json", _json(self._node))):
            path.touch(mode=0o600)
            path.write_bytes(content)
        cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        """Everything a node would otherwise take from the machine's own broker, and nothing of ours but the path."""
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
            # Makes the script become the broker instead of its parent, so that signals reach the broker itself.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    async def _until_ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if _answers(self._node.port):
                with contextlib.suppress(BrokerUnavailable):
                    async with open_channel(self.url, "start"):
                        return
            await asyncio.sleep(0.05)
        raise RabbitFailed(f"RabbitMQ did not start; its logs: {self._folder}/rabbitmq.log, output.log")

    async def _keep_running(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            if self._process is not None and self._process.poll() is not None:
                log.error("rabbitmq_died", node=self.name, exit_code=self._process.returncode)
                try:
                    await self.start()
                    log.info("rabbitmq_restarted", node=self.name)
                except RabbitFailed as error:
                    log.error("rabbitmq_not_restarted", node=self.name, error=str(error))
                    await asyncio.sleep(KEEP_SECONDS * 10)

    def _stop(self) -> None:
        for process in (self._process, self._epmd):
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    log.warning("rabbitmq_slow_to_stop", node=self.name)
                    process.kill()
                    process.wait(STOP_SECONDS)
        (self._folder / "pid").unlink(missing_ok=True)


def installed() -> bool:
    """Whether this machine has a `rabbitmq-server` that `PrivateRabbit` can run."""
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


def _epmd() -> str:
    found = shutil.which("epmd") or next(map(str, Path("/usr").glob("lib*/erlang/erts-*/bin/epmd")), None)
    if found is None:
        raise RabbitMissing("Erlang's epmd is not on the path: install erlang-base")
    return found


def _json(node: _Node) -> bytes:
    return msgspec.json.encode(node)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
