"""One service alone, with its own database: real PostgreSQL, real bus, real tokens."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

import asyncpg
import httpx
from fastapi import FastAPI

from contor.kernel.bus import Bus
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import Database, create_if_missing, migrate
from contor.kernel.http import create_app
from contor.kernel.identity import Verifier
from contor.kernel.messaging.message import Envelope, Message
from contor.kernel.peers import Peers
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.runtime.runner import run_services, subscribe
from tests.openapi_check import OpenApiCheck
from tests.signing import Signer


@dataclass
class RunningService:
    """A service, an HTTP client of it, and its bus."""

    service: Service
    context: Context
    app: FastAPI
    bus: Bus
    signer: Signer
    client: httpx.AsyncClient
    published: list[Message] = field(default_factory=list)
    """Messages that the service published, of the kinds in `run_service(collect=…)`."""

    def auth(self, user_id: UUID | None = None, role: Literal["client", "admin"] = "client") -> dict[str, str]:
        """An Authorization header of that user."""
        return {"Authorization": f"Bearer {self.signer.token(user_id or uuid4(), role)}"}

    def admin(self) -> dict[str, str]:
        return self.auth(role="admin")

    async def publish(self, message: Message) -> None:
        """Returns when the service has handled the message, as the in-process bus does."""
        await self.bus.publish(Envelope.of(message))


class Databases:
    """Databases for tests: one migrated template per service, one copy per test."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._templates: set[str] = set()

    async def fresh(self, package: str) -> str:
        """The URL of a new, migrated database of the service in `package`."""
        template = package.replace(".", "_") + "_template"
        if template not in self._templates:
            await migrate(await create_if_missing(self.server_url, template), package)
            self._templates.add(template)
        name = f"test_{uuid4().hex}"
        connection = await asyncpg.connect(self.server_url.replace("@/", "@/postgres"))
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        await connection.close()
        return self.server_url.replace("@/", f"@/{name}")


@contextlib.asynccontextmanager
async def run_service(
    service: Service,
    databases: Databases,
    folder: Path,
    *,
    collect: tuple[type[Message], ...] = (),
    peers: Peers | None = None,
    verifier: Verifier | None = None,
    bus: Bus | None = None,
) -> AsyncIterator[RunningService]:
    """Run `service` alone; messages of the kinds in `collect` are added to `published`."""
    signer = Signer()
    bus = bus or MemoryBus(initial_backoff=0.01)
    settings = Settings(data_dir=folder)
    database = Database(await databases.fresh(service.package)) if service.has_database else None
    context = Context(
        service.name,
        settings,
        bus,
        verifier or Verifier(signer.issuer_state),
        peers or Peers("http://127.0.0.1:1"),
        database,
    )
    app = create_app(service, context)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4711))
    hooks = {"response": [OpenApiCheck(app.openapi()).check]}
    async with httpx.AsyncClient(transport=transport, base_url="http://contor.test", event_hooks=hooks) as client:
        run = RunningService(service, context, app, bus, signer, client)

        async def record(message: Message) -> None:
            run.published.append(message)

        for kind in collect:
            bus.subscribe_broadcast(kind, record)
        subscribe(service, context)
        async with run_services(bus, {service: context}):
            yield run
    await context.peers.close()
    if database is not None:
        await database.close()
