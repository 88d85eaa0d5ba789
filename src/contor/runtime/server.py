"""The HTTP server of a process: one port, one event loop, graceful shutdown on signals."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterator, Sequence

import uvicorn

from contor.kernel.errors import OperatorError
from contor.kernel.settings import Settings
from contor.runtime.composition import contor
from contor.runtime.websocket_protocol import SocketProtocol, raise_open_files

DRAIN_SECONDS = 5


class PortInUse(OperatorError):
    """Another process listens on the address."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`: uvicorn would re-raise them before PostgreSQL is stopped."""
        yield


async def serve(
    settings: Settings, names: Sequence[str], beside: Callable[[], contextlib.AbstractAsyncContextManager[None]]
) -> None:
    """Serve until SIGINT or SIGTERM; `beside` is entered when the port answers and left before it closes.

    Raises `PortInUse` before anything is started.
    """
    raise_open_files()
    listener = listen(settings.host, settings.port)
    stopping = stop_on_signals()
    try:
        async with contor(settings, names) as application:
            server = _Server(_configure(application, settings))
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started and not serving.done():  # noqa: ASYNC110  uvicorn offers no event
                await asyncio.sleep(0.01)
            _freeze_startup_objects()
            async with beside():
                stop = asyncio.create_task(stopping.wait())
                await asyncio.wait([serving, stop], return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            await serving
    finally:
        listener.close()


def stop_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set, instead of their default action."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _freeze_startup_objects() -> None:
    """Exclude objects of the start-up from garbage collection, which took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _configure(application: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        application,  # type: ignore[arg-type]
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        ws=SocketProtocol,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        backlog=4096,
    )


def listen(host: str, port: int) -> socket.socket:
    """Raises `PortInUse`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(4096)
    except OSError as error:
        listener.close()
        raise PortInUse(
            f"cannot listen on {host}:{port}: {error.strerror}; stop that process or set CONTOR_PORT"
        ) from error
    return listener
