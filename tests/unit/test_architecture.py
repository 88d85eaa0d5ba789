"""Architecture rules that no linter checks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute, RouteContext, iter_route_contexts

from contor.kernel.bus.memory import MemoryBus
from contor.kernel.http import create_app
from contor.kernel.identity import POLICIES, Public, Verifier
from contor.kernel.peers import Peers
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.runtime.composition import load
from tests.signing import Signer

SERVICES = load()
PROBES = ("health", "ready")
SOCKETS = {"/ws"}
"""A socket says who it is by its first frame: no dependency can hold it to a policy."""


def routes_of(service: Service, folder: Path) -> list[RouteContext]:
    """Every route of the service as it runs. An application keeps included routers whole: their routes are inside."""
    context = Context(
        service.name,
        Settings(data_dir=folder),
        MemoryBus(),
        Verifier(Signer().issuer_state),
        Peers("http://127.0.0.1:1"),
    )
    return list(iter_route_contexts(create_app(service, context).routes))


def calls(dependant: Dependant) -> Iterator[object]:
    """Every dependency of a route, direct or indirect."""
    for dependency in dependant.dependencies:
        yield dependency.call
        yield from calls(dependency)


def without_policy(routes: list[RouteContext]) -> list[str]:
    return [
        f"{sorted(route.methods or ())} {route.path}"
        for route in routes
        if isinstance(route.original_route, APIRoute) and not set(calls(route.dependant)) & set(POLICIES)
    ]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: str(service.name))
def test_every_route_states_its_policy(service: Service, tmp_path: Path) -> None:
    routes = routes_of(service, tmp_path)
    declared = len(list(iter_route_contexts(service.router.routes)))
    assert len([route for route in routes if route.path not in documents(service)]) == declared + len(PROBES)
    assert without_policy(routes) == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: str(service.name))
def test_a_service_has_no_other_routes(service: Service, tmp_path: Path) -> None:
    """Documents and sockets; a mounted application would bring routes that no test has seen."""
    others = [r for r in routes_of(service, tmp_path) if not isinstance(r.original_route, APIRoute)]
    sockets = {route.path for route in others if isinstance(route.original_route, APIWebSocketRoute)}
    assert sockets <= SOCKETS
    assert {route.path for route in others} - sockets == documents(service)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: str(service.name))
def test_every_path_begins_with_the_prefix_of_its_service(service: Service, tmp_path: Path) -> None:
    for route in routes_of(service, tmp_path):
        assert route.path is not None
        assert route.path == service.prefix or route.path.startswith(f"{service.prefix}/")


def documents(service: Service) -> set[str | None]:
    return {f"{service.prefix}/{name}" for name in ("docs", "openapi.json")}


def test_a_route_without_a_policy_is_found() -> None:
    inner, outer = APIRouter(), FastAPI(openapi_url=None)

    @inner.get("/open", dependencies=[Public])
    async def get_open() -> None: ...

    @inner.get("/forgotten")
    async def get_forgotten(identity: str = "") -> None: ...

    outer.include_router(inner, prefix="/in")
    assert without_policy(list(iter_route_contexts(outer.routes))) == ["['GET'] /in/forgotten"]


def test_names_and_prefixes_of_services_are_unique() -> None:
    assert len({service.name for service in SERVICES}) == len(SERVICES)
    assert len({service.prefix for service in SERVICES}) == len(SERVICES)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: str(service.name))
def test_consumers_are_named_when_and_unique(service: Service) -> None:
    names = [consumer.handler.__name__ for consumer in service.consumers]
    assert all(name.startswith("when_") for name in names)
    assert len({(c.kind, c.handler) for c in service.consumers}) == len(service.consumers)
    durable = [c.kind.key for c in service.consumers if not c.every_replica]
    # The bus knows a subscriber by (service, message): a second handler would replace the first.
    assert len(durable) == len(set(durable))
