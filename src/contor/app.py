"""The composition root: the only file that knows the run modes and every service."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from importlib import import_module, resources
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from contor.contracts.accounts import SessionsRevoked
from contor.contracts.frames import frame_schemas
from contor.kernel.bus import Bus, Handler
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import Database, create_if_missing, migrate
from contor.kernel.frontend import Frontend
from contor.kernel.http import create_app
from contor.kernel.identity import Trust, Verifier
from contor.kernel.peers import Peers
from contor.kernel.postgres import EmbeddedPostgres
from contor.kernel.runner import relaying, running, subscribe
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.kernel.telemetry import metrics_page

SERVICES = ("auth", "user", "device", "monitoring", "communication")
IN_PROCESS = "http://contor"


class DataFolderTaken(Exception):
    """Another Contor runs on this data folder."""


def load(names: Sequence[str] = SERVICES) -> list[Service]:
    """The services of these names; `all` of them by default."""
    return [import_module(f"contor.services.{name}").service for name in names]


class Gateway:
    """One ASGI application for every service of this process: the first path segment decides."""

    def __init__(self, settings: Settings) -> None:
        self._apps: dict[str, ASGIApp] = {"metrics": metrics_page}
        self._frontend = GZipMiddleware(Frontend(Path(str(resources.files("contor") / "frontend"))), minimum_size=1024)
        self.settings = settings

    def add(self, prefix: str, app: ASGIApp) -> None:
        self._apps[prefix.strip("/")] = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        segment = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        await self._apps.get(segment, self._frontend)(scope, receive, send)


@contextlib.asynccontextmanager
async def contor(settings: Settings, names: Sequence[str] = SERVICES) -> AsyncIterator[Gateway]:
    """Everything running as the settings say, until the block ends; yields the ASGI application."""
    async with contextlib.AsyncExitStack() as stack:
        server_url = await stack.enter_async_context(database_server(settings))
        services = load(names)
        databases = await _databases(server_url, services)
        for database in databases.values():
            stack.push_async_callback(database.close)
        gateway = Gateway(settings)
        bus = _bus(settings)
        peers = Peers(IN_PROCESS, httpx.ASGITransport(gateway, raise_app_exceptions=False))
        stack.push_async_callback(peers.close)
        verifier = Verifier(_trust_from(peers))
        bus.listen(SessionsRevoked, _revoking(verifier))
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
        yield gateway


@contextlib.asynccontextmanager
async def database_server(settings: Settings) -> AsyncIterator[str]:
    """The URL of the PostgreSQL server: the one the settings name, else an embedded one in the data folder."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with _sole_use_of(settings.data_dir):
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        async with server.running():
            yield server.url


async def migrate_all(settings: Settings, names: Sequence[str] = SERVICES) -> list[str]:
    """Create what is missing and bring every database to its newest revision; returns the names migrated."""
    async with database_server(settings) as server_url:
        databases = await _databases(server_url, load(names))
        for database in databases.values():
            await database.close()
    return list(databases)


async def create_administrator(settings: Settings, username: str, password: str) -> None:
    """Open an administrator's account; the profile follows when the services run. Raises auth's problems."""
    administrators = import_module("contor.services.auth.service.administrators")
    async with database_server(settings) as server_url:
        databases = await _databases(server_url, load(["auth"]))
        async with databases["auth"].transaction() as session:
            await administrators.create_administrator(session, username, password)
        await databases["auth"].close()


def openapi_document(settings: Settings) -> dict[str, Any]:
    """Every service's OpenAPI merged into one document; the frames of `/ws` are components of it."""
    peers = Peers(IN_PROCESS)
    verifier = Verifier(_trust_from(peers))
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Contor", "version": version("contor")},
        "paths": {},
    }
    components: dict[str, Any] = {}
    for service in load():
        document = create_app(service, Context(service.name, settings, MemoryBus(), verifier, peers)).openapi()
        merged["paths"] |= document["paths"]
        for kind, entries in document.get("components", {}).items():
            components.setdefault(kind, {}).update(entries)
    frames = frame_schemas("#/components/schemas/{model}")
    components.setdefault("schemas", {}).update(frames)
    return merged | {"components": components}


async def _databases(server_url: str, services: Sequence[Service]) -> dict[str, Database]:
    async def prepare(service: Service) -> Database:
        url = await create_if_missing(server_url, service.name)
        await migrate(url, service.package)
        return Database(url)

    stored = [service for service in services if service.has_database]
    return {service.name: await prepare(service) for service in stored}


def _bus(settings: Settings) -> Bus:
    return MemoryBus(settings.data_dir / "dead-letters.jsonl")


def _trust_from(peers: Peers) -> Callable[[], Awaitable[Trust]]:
    async def fetch() -> Trust:
        keys, revoked = await asyncio.gather(
            peers.call("auth", "GET", "/auth/.well-known/jwks.json"),
            peers.call("auth", "GET", "/auth/.well-known/revoked.json"),
        )
        return Trust(keys.json(), [UUID(sid) for sid in revoked.json()["sessions"]])

    return fetch


def _revoking(verifier: Verifier) -> Handler[SessionsRevoked]:
    async def when_sessions_revoked(message: SessionsRevoked) -> None:
        verifier.revoke(message.session_ids)

    return when_sessions_revoked


@contextlib.contextmanager
def _sole_use_of(folder: Path) -> Iterator[None]:
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
