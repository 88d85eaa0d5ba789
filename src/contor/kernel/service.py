"""What a service is: a name, a path prefix, a router, consumers, tables, and what runs beside them."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import APIRouter

from contor.kernel.bus import Bus
from contor.kernel.database import Database
from contor.kernel.identity import Verifier
from contor.kernel.inbox import Consumer
from contor.kernel.peers import Peers
from contor.kernel.settings import Settings

T = TypeVar("T")


@dataclass
class Context:
    """What one running service has at hand; endpoints find it at `request.app.state.context`."""

    service: str
    settings: Settings
    bus: Bus
    verifier: Verifier
    peers: Peers
    _database: Database | None = None
    _parts: dict[type, object] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        if self._database is None:
            raise LookupError(f"the service {self.service!r} has no database")
        return self._database

    def provide(self, part: object) -> None:
        """Keep a long-lived part of the service (a hub, an ingest loop) for its endpoints and consumers."""
        self._parts[type(part)] = part

    def part(self, kind: type[T]) -> T:
        """The part of that type which the service's lifespan provided."""
        found = self._parts[kind]
        assert isinstance(found, kind)  # noqa: S101  stored under its own type
        return found


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """A durable queue that anyone may send to; its bodies go to `handler(bodies, context)`, in batches."""

    name: str
    handler: Callable[[Sequence[bytes], Context], Awaitable[None]]


Lifespan = Callable[[Context], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Service:
    """The door of a service. `has_database` services keep their Alembic history in `<package>.migrations`."""

    name: str
    prefix: str
    router: APIRouter
    consumers: tuple[Consumer, ...] = ()
    queues: tuple[WorkQueue, ...] = ()
    has_database: bool = True
    lifespan: Lifespan | None = None
    body_limit: int = 64 * 1024

    @property
    def package(self) -> str:
        return f"contor.services.{self.name}"
