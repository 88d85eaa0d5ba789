"""What an operator does besides serving: migrate, open an administrator's account, see the whole interface."""

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Any

from contor.app import SERVICES, database_of, database_server, load, trust_from
from contor.contracts.frames import frame_schemas
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.http import create_app
from contor.kernel.identity import Verifier
from contor.kernel.peers import IN_PROCESS, Peers
from contor.kernel.service import Context
from contor.kernel.settings import Settings


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
