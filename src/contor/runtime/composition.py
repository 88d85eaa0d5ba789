"""The composition root: the only file that knows the run modes and every service."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from importlib import import_module, resources
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from contor.contracts.accounts import SessionsRevoked
from contor.kernel.bus import Bus, Handler
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import Database, create_if_missing, database_url, migrate
from contor.kernel.errors import OperatorError
from contor.kernel.http import create_app
from contor.kernel.identity import Trust, Verifier
from contor.kernel.peers import IN_PROCESS, Peers
from contor.kernel.schema import until_migrated
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.runtime.embedded.postgres import EmbeddedPostgres
from contor.runtime.gateway import Gateway
from contor.runtime.runner import relaying, running, subscribe

SERVICES = ("auth", "user", "device", "monitoring", "chat", "communication")
FRONTEND = "frontend"
EVERYTHING = (*SERVICES, FRONTEND)
CALLED_BY = {"auth": SERVICES, "device": ("chat",), "monitoring": ("chat",)}
"""Who calls whom: every service asks auth which keys to trust, and user opens accounts there; the assistant looks
things up where they are."""


class DataFolderTaken(OperatorError):
    """Another Contor runs on this data folder."""


class Misconfigured(OperatorError):
    """The settings do not make a whole; the message says what to set."""


def load(names: Sequence[str] = SERVICES) -> list[Service]:
    """The services of these names; `all` of them by default."""
    return [import_module(f"contor.services.{name}").SERVICE for name in names]


@contextlib.asynccontextmanager
async def contor(settings: Settings, names: Sequence[str] = EVERYTHING) -> AsyncIterator[Gateway]:
    """Everything of these names running as the settings say, until the block ends; yields the ASGI application.

    Raises `Misconfigured` before anything is started.
    """
    services = load([name for name in names if name != FRONTEND])
    _refuse_what_cannot_work(settings, services)
    frontend = Path(str(resources.files("contor") / "frontend")) if FRONTEND in names else None
    gateway = Gateway(settings.metrics_from, frontend)
    async with _databases(settings, services) as databases:
        if services:
            async with _running(settings, services, databases, gateway):
                yield gateway
        else:
            yield gateway


@contextlib.asynccontextmanager
async def _running(
    settings: Settings, services: Sequence[Service], databases: dict[str, Database], gateway: Gateway
) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        bus = bus_of(settings)
        peers = Peers(_addresses(settings, services), httpx.ASGITransport(gateway, raise_app_exceptions=False))
        stack.push_async_callback(peers.close)
        verifier = Verifier(trust_from(peers))
        bus.subscribe_broadcast(SessionsRevoked, _revoking(verifier))
        if settings.amqp_url is not None:  # a broadcast can pass by a process that is cut off from the broker
            stack.enter_context(_background(verifier.keep_fresh()))
        contexts = {
            service.name: Context(service.name, settings, bus, verifier, peers, databases.get(service.name))
            for service in services
        }
        for service in services:
            gateway.add(service.prefix, create_app(service, contexts[service.name]))
            subscribe(service, contexts[service.name])
        for service in services:
            await stack.enter_async_context(running(service, contexts[service.name]))
        await bus.start()
        stack.push_async_callback(bus.stop)
        for service in services:
            await stack.enter_async_context(relaying(service, contexts[service.name]))
        yield


def bus_of(settings: Settings) -> Bus:
    """RabbitMQ where the settings name it, else the bus inside this process."""
    if settings.amqp_url is not None:
        # Loaded only where there is a broker: its clients are memory that the embedded mode need not spend.
        from contor.kernel.bus.rabbit import RabbitBus

        return RabbitBus(settings.amqp_url)
    return MemoryBus(settings.data_dir / "dead-letters.jsonl")


@contextlib.asynccontextmanager
async def database_server(settings: Settings) -> AsyncIterator[str]:
    """The URL of the PostgreSQL server: the one the settings name, else an embedded one in the data folder."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with sole_use_of(settings.data_dir):
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        async with server.running():
            yield server.url


async def database_of(settings: Settings, server_url: str, service: Service) -> Database:
    """The service's own database, migrated: here and now, or, beside other processes, by `contor migrate`."""
    alone = settings.amqp_url is None
    if settings.migrate if settings.migrate is not None else alone:
        url = await create_if_missing(server_url, service.name)
        await migrate(url, service.package)
    else:
        url = database_url(server_url, service.name)
        await until_migrated(url, service.name, service.package)
    return Database(url)


def _refuse_what_cannot_work(settings: Settings, services: Sequence[Service]) -> None:
    here = {service.name for service in services}
    if here == set(SERVICES) or not here:
        return
    apart = ", ".join(sorted(set(SERVICES) - here))
    if settings.amqp_url is None:
        raise Misconfigured(
            f"CONTOR_AMQP_URL is not set: services that run apart ({apart}) hear of each other through a broker only; "
            "to run everything in one process: contor up"
        )
    if settings.database_url is None and any(service.has_database for service in services):
        raise Misconfigured("CONTOR_DATABASE_URL is not set: services that run apart need a PostgreSQL server")
    for callee, callers in CALLED_BY.items():
        if callee not in here and callee not in settings.peers and here & set(callers):
            raise Misconfigured(
                f"CONTOR_PEERS does not say where {callee} is, which does not run in this process; "
                f'for example: CONTOR_PEERS=\'{{"{callee}": "http://{callee}:8000"}}\''
            )


def _addresses(settings: Settings, services: Sequence[Service]) -> dict[str, str]:
    return settings.peers | {service.name: IN_PROCESS for service in services}


@contextlib.asynccontextmanager
async def _databases(settings: Settings, services: Sequence[Service]) -> AsyncIterator[dict[str, Database]]:
    stored = [service for service in services if service.has_database]
    if not stored:
        yield {}
        return
    async with contextlib.AsyncExitStack() as stack:
        server_url = await stack.enter_async_context(database_server(settings))
        databases: dict[str, Database] = {}
        for service in stored:
            databases[service.name] = await database_of(settings, server_url, service)
            stack.push_async_callback(databases[service.name].close)
        yield databases


def trust_from(peers: Peers) -> Callable[[], Awaitable[Trust]]:
    """How a verifier learns from auth, wherever that runs, which keys and sessions are good."""

    async def fetch() -> Trust:
        keys, revoked = await asyncio.gather(
            peers.call("auth", "GET", "/auth/.well-known/jwks.json"),
            peers.call("auth", "GET", "/auth/.well-known/revoked.json"),
        )
        return Trust(keys.json(), [UUID(sid) for sid in revoked.json()["sessions"]])

    return fetch


@contextlib.contextmanager
def _background(work: Coroutine[Any, Any, None]) -> Iterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()


def _revoking(verifier: Verifier) -> Handler[SessionsRevoked]:
    async def when_sessions_revoked(message: SessionsRevoked) -> None:
        verifier.revoke(message.session_ids)

    return when_sessions_revoked


@contextlib.contextmanager
def sole_use_of(folder: Path) -> Iterator[None]:
    """Keep every other Contor off this data folder; raises `DataFolderTaken`."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "contor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DataFolderTaken(f"another Contor is running on {folder}") from error
    else:
        yield
    finally:
        os.close(descriptor)
