"""A service: its name, path prefix, resources and consumers."""

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
    """The resources of one running service, at `request.app.state.context`."""

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
    """A row of a service's `CONSUMERS` table: the function that handles a kind of message.

    `handler(message, session)` runs in the transaction of the inbox row. With `every_replica`,
    `handler(message, context)` runs in every process, for effects in memory.
    """

    kind: type[Message]
    handler: Callable[[Any, Any], Awaitable[None]]
    every_replica: bool = False


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """A row of a service's `QUEUES` table: `handler(bodies, context)` handles the batches of a durable queue."""

    name: str
    handler: Callable[[Sequence[bytes], Context], Awaitable[None]]


Lifespan = Callable[[Context], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Service:
    """The definition of a service, in `contor.services.<name>`.

    Its modules have fixed names and are imported on first use, so that one module can be imported without the rest:
    `endpoints.router`, `consumers.CONSUMERS` and `.QUEUES`, `lifespan.lifespan`, and, with `has_database`, the Alembic
    history in `migrations`.
    """

    name: str
    prefix: str
    has_database: bool = True
    body_limit: int = 64 * 1024
    """Maximum size of a request body in bytes."""

    @property
    def package(self) -> str:
        return f"contor.services.{self.name}"

    @property
    def description(self) -> str:
        """The docstring of the package: the introduction of the API documentation."""
        return import_module(self.package).__doc__ or ""

    @property
    def router(self) -> APIRouter:
        return cast("APIRouter", self._module("endpoints").router)

    @property
    def consumers(self) -> tuple[Consumer, ...]:
        return cast("tuple[Consumer, ...]", self._module("consumers").CONSUMERS)

    @property
    def queues(self) -> tuple[WorkQueue, ...]:
        return cast("tuple[WorkQueue, ...]", getattr(self._module("consumers"), "QUEUES", ()))

    @property
    def lifespan(self) -> Lifespan:
        return cast("Lifespan", self._module("lifespan").lifespan)

    def _module(self, name: str) -> ModuleType:
        return import_module(f"{self.package}.{name}")
