"""A service: its name, its path prefix, and the rooms that the runtime finds in its package."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar, cast

from fastapi import APIRouter

from contor.kernel.bus import Bus
from contor.kernel.database import Database
from contor.kernel.identity import Verifier
from contor.kernel.messaging.message import Message
from contor.kernel.peers import Peers
from contor.kernel.settings import Settings

T = TypeVar("T")


@dataclass
class Context:
    """The resources of one running service; endpoints find it at `request.app.state.context`."""

    service: str
    settings: Settings
    bus: Bus
    verifier: Verifier
    peers: Peers
    _database: Database | None = None
    _resources: dict[type, object] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        if self._database is None:
            raise LookupError(f"the service {self.service!r} has no database")
        return self._database

    def register(self, resource: object) -> None:
        """Make a long-lived object of the service's lifespan available to its endpoints and consumers, by its type."""
        self._resources[type(resource)] = resource

    def resource(self, kind: type[T]) -> T:
        """The registered resource of that type. Raises `KeyError` when the lifespan registered none."""
        found = self._resources[kind]
        assert isinstance(found, kind)  # noqa: S101  stored under its own type
        return found


@dataclass(frozen=True, slots=True)
class Consumer:
    """A row of a service's `CONSUMERS` table: which message goes to which function.

    `handler(message, session)` for a stored effect, committed together with the inbox row;
    with `every_replica`, `handler(message, context)` for an effect in this process's memory only.
    """

    kind: type[Message]
    handler: Callable[[Any, Any], Awaitable[None]]
    every_replica: bool = False


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """A row of a service's `QUEUES` table: the bodies sent to a durable queue go to `handler(bodies, context)`."""

    name: str
    handler: Callable[[Sequence[bytes], Context], Awaitable[None]]


Lifespan = Callable[[Context], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Service:
    """The door of a service in `contor.services.<name>`.

    Its rooms have fixed names and are imported when first used, so that one module of a service can be imported
    without the rest: `endpoints.router`, `consumers.CONSUMERS` and `.QUEUES`, `lifespan.lifespan`, and, with
    `has_database`, the Alembic history in `migrations`.
    """

    name: str
    prefix: str
    has_database: bool = True
    body_limit: int = 64 * 1024
    """Bytes of a request body."""

    @property
    def package(self) -> str:
        return f"contor.services.{self.name}"

    @property
    def router(self) -> APIRouter:
        return cast("APIRouter", self._room("endpoints").router)

    @property
    def consumers(self) -> tuple[Consumer, ...]:
        return cast("tuple[Consumer, ...]", self._room("consumers").CONSUMERS)

    @property
    def queues(self) -> tuple[WorkQueue, ...]:
        return cast("tuple[WorkQueue, ...]", getattr(self._room("consumers"), "QUEUES", ()))

    @property
    def lifespan(self) -> Lifespan:
        return cast("Lifespan", self._room("lifespan").lifespan)

    def _room(self, name: str) -> ModuleType:
        return import_module(f"{self.package}.{name}")
