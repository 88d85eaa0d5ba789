"""What an operator does besides serving: migrate, open an account, look after dead letters, see the interface."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

from contor.contracts.frames import frame_schemas
from contor.kernel.bus import Bus, DeadLetter
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import Database, database_url
from contor.kernel.http import create_app
from contor.kernel.identity import Verifier
from contor.kernel.peers import IN_PROCESS, Peers
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.runtime.composition import SERVICES, DataFolderTaken, bus_of, database_of, database_server, load, trust_from
from contor.runtime.embedded.postgres import EmbeddedPostgres
from contor.runtime.runner import running, subscribe


async def migrate_all(settings: Settings, names: Sequence[str] = SERVICES) -> list[str]:
    """Create what is missing and bring these databases to their newest revision; returns the names migrated."""
    stored = [service for service in load(names) if service.has_database]
    migrating = settings.model_copy(update={"migrate": True})
    async with database_server(settings) as server_url:
        for service in stored:
            await (await database_of(migrating, server_url, service)).close()
    return [service.name for service in stored]


async def create_administrator(settings: Settings, username: str, password: str) -> None:
    """Open an administrator's account; the profile follows when the services run. Raises auth's problems."""
    administrators = import_module("contor.services.auth.service.administrators")
    (auth,) = load(["auth"])
    async with database_server(settings) as server_url:
        database = await database_of(settings, server_url, auth)
        async with database.transaction() as session:
            await administrators.create_administrator(session, username, password)
        await database.close()


def subscribers() -> dict[str, Service]:
    """Everybody who may have dead letters, by name: a service, or a work queue of one."""
    found = {service.name: service for service in load() if any(not c.every_replica for c in service.consumers)}
    return found | {queue.name: service for service in load() for queue in service.queues}


async def dead_letters(settings: Settings) -> list[DeadLetter]:
    """The dead letters of every subscriber; Contor may run meanwhile."""
    bus = bus_of(settings)
    return [letter for subscriber in subscribers() for letter in await bus.dead_letters(subscriber)]


async def replay(settings: Settings, subscriber: str) -> int:
    """Deliver the dead letters of a subscriber once more; returns how many were taken."""
    service = subscribers()[subscriber]
    async with (
        database_server(settings) as server_url,
        idle_bus(settings, server_url, [service]) as (bus, contexts),
        running(service, contexts[service.name]),
    ):
        return await bus.replay(subscriber)


@contextlib.asynccontextmanager
async def reachable_server(settings: Settings) -> AsyncIterator[str]:
    """The database server of a Contor that runs, or, when none runs on this data folder, its server started for us."""
    with contextlib.suppress(DataFolderTaken):
        async with database_server(settings) as url:
            yield url
            return
    yield EmbeddedPostgres(settings.data_dir / "postgres").url


@contextlib.asynccontextmanager
async def idle_bus(
    settings: Settings, server_url: str, services: Sequence[Service]
) -> AsyncIterator[tuple[Bus, dict[str, Context]]]:
    """The bus with the consumers of these services on it, before it starts: it can be asked, and delivers nothing."""
    bus = bus_of(settings)
    contexts: dict[str, Context] = {}
    async with contextlib.AsyncExitStack() as stack:
        peers = Peers(settings.peers)
        stack.push_async_callback(peers.close)
        for service in services:
            database = Database(database_url(server_url, service.name)) if service.has_database else None
            if database is not None:
                stack.push_async_callback(database.close)
            context = Context(service.name, settings, bus, Verifier(trust_from(peers)), peers, database)
            contexts[service.name] = context
            subscribe(service, context)
        yield bus, contexts


def openapi_document(settings: Settings) -> dict[str, Any]:
    """Every service's OpenAPI merged into one document; the frames of `/ws` are components of it."""
    peers = Peers(IN_PROCESS)
    verifier = Verifier(trust_from(peers))
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
