"""The composition root: the only module that knows the run modes and every service."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from importlib import import_module, resources
from pathlib import Path

import httpx

from contor.kernel.bus import Bus
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import Database, create_if_missing, database_url, migrate
from contor.kernel.errors import OperatorError
from contor.kernel.http import create_app
from contor.kernel.identity import REFRESH_SECONDS
from contor.kernel.peers import IN_PROCESS, Peers
from contor.kernel.periodic import periodic
from contor.kernel.schema import wait_until_migrated
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.runtime.data_folder import lock_data_folder
from contor.runtime.embedded.postgres import EmbeddedPostgres
from contor.runtime.gateway import Gateway
from contor.runtime.runner import run_services, subscribe
from contor.runtime.verification import make_verifier

SERVICES = ("auth", "user", "device", "monitoring", "chat", "communication")
FRONTEND = "frontend"
EVERYTHING = (*SERVICES, FRONTEND)
CALLERS = {"auth": SERVICES, "device": ("chat",), "monitoring": ("chat",)}
"""Who calls each service over HTTP: all fetch auth's keys, user creates accounts there, the chat assistant queries
devices and consumption."""


class ConfigurationError(OperatorError):
    """The settings are incomplete or contradict each other; the message says what to set."""


def load(names: Sequence[str] = SERVICES) -> list[Service]:
    return [import_module(f"contor.services.{name}").SERVICE for name in names]


@contextlib.asynccontextmanager
async def contor(settings: Settings, names: Sequence[str] = EVERYTHING) -> AsyncIterator[Gateway]:
    """Run these services, and the frontend if named, until the block ends; yields the ASGI application.

    Raises `ConfigurationError` before anything is started.
    """
    services = load([name for name in names if name != FRONTEND])
    _check_settings(settings, services)
    frontend = Path(str(resources.files("contor") / "frontend")) if FRONTEND in names else None
    gateway = Gateway(settings.metrics_from, frontend)
    async with contextlib.AsyncExitStack() as stack:
        if services:
            await _start(stack, settings, services, gateway)
        yield gateway


async def _start(
    stack: contextlib.AsyncExitStack, settings: Settings, services: Sequence[Service], gateway: Gateway
) -> None:
    server_url = None
    if any(service.has_database for service in services):
        server_url = await stack.enter_async_context(database_server(settings))
        for service in services:
            if service.has_database:
                await prepare_database(settings, server_url, service)
    bus, contexts = await stack.enter_async_context(connect(settings, services, server_url, gateway))
    for service, context in contexts.items():
        gateway.add(service.prefix, create_app(service, context))
    if settings.amqp_url is not None:  # a process that loses its connection to the broker misses revocations
        refresh = next(iter(contexts.values())).verifier.refresh
        await stack.enter_async_context(periodic(REFRESH_SECONDS, refresh, failed="keys_refresh_failed"))
    await stack.enter_async_context(run_services(bus, contexts))


@contextlib.asynccontextmanager
async def connect(
    settings: Settings, services: Sequence[Service], server_url: str | None, gateway: Gateway | None = None
) -> AsyncIterator[tuple[Bus, dict[Service, Context]]]:
    """Contexts for these services, with their consumers subscribed to a bus that is not started.

    `gateway` serves the calls between services of this process.
    """
    async with contextlib.AsyncExitStack() as stack:
        bus = make_bus(settings)
        addresses = settings.peers | {service.name: IN_PROCESS for service in services}
        in_process = httpx.ASGITransport(gateway, raise_app_exceptions=False) if gateway is not None else None
        peers = Peers(addresses, in_process)
        stack.push_async_callback(peers.close)
        verifier = make_verifier(bus, peers)
        contexts: dict[Service, Context] = {}
        for service in services:
            database = None
            if service.has_database and server_url is not None:
                database = Database(database_url(server_url, service.name))
                stack.push_async_callback(database.close)
            contexts[service] = Context(service.name, settings, bus, verifier, peers, database)
            subscribe(service, contexts[service])
        yield bus, contexts


def make_bus(settings: Settings) -> Bus:
    """RabbitMQ when the settings name a broker, otherwise the bus inside this process."""
    if settings.amqp_url is not None:
        # Imported only here: embedded mode does not need the memory of the RabbitMQ client.
        from contor.kernel.bus.rabbit import RabbitBus

        return RabbitBus(settings.amqp_url)
    return MemoryBus(settings.data_dir / "dead-letters.jsonl")


@contextlib.asynccontextmanager
async def database_server(settings: Settings) -> AsyncIterator[str]:
    """The URL of the PostgreSQL server: the one in the settings, otherwise an embedded one in the data folder."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with lock_data_folder(settings.data_dir):
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        async with server.running():
            yield server.url


async def prepare_database(settings: Settings, server_url: str, service: Service) -> str:
    """Migrate the service's database, or, with other processes on it, wait for `contor migrate`; returns its URL."""
    alone = settings.amqp_url is None
    if settings.migrate if settings.migrate is not None else alone:
        url = await create_if_missing(server_url, service.name)
        await migrate(url, service.package)
    else:
        url = database_url(server_url, service.name)
        await wait_until_migrated(url, service.name, service.package)
    return url


def _check_settings(settings: Settings, services: Sequence[Service]) -> None:
    """Raises `ConfigurationError` when services run in other processes and the settings lack how to reach them."""
    here = {service.name for service in services}
    if here == set(SERVICES) or not here:
        return
    if settings.amqp_url is None:
        raise ConfigurationError(
            "CONTOR_AMQP_URL is not set: services in different processes need a broker "
            f"(not in this process: {', '.join(sorted(set(SERVICES) - here))}); to run everything in one: contor up"
        )
    if settings.database_url is None and any(service.has_database for service in services):
        raise ConfigurationError("CONTOR_DATABASE_URL is not set: services in different processes need a server")
    for callee, callers in CALLERS.items():
        if callee not in here and callee not in settings.peers and here & set(callers):
            raise ConfigurationError(
                f"CONTOR_PEERS does not name the address of {callee}, which does not run in this process; "
                f'for example: CONTOR_PEERS=\'{{"{callee}": "http://{callee}:8000"}}\''
            )
