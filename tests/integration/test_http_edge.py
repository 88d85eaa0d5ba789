"""The HTTP layer of every service: problems (RFC 9457), request ids, limits; internals are not disclosed."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, get_args
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import Database, create_if_missing
from contor.kernel.errors import Invalid, NotFound, Problem
from contor.kernel.http import ServiceContext, Session, create_app
from contor.kernel.identity import AdminOnly, CurrentUser, Public, Role, Verifier
from contor.kernel.peers import Peers
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.kernel.version import VERSION
from contor.runtime.embedded.postgres import EmbeddedPostgres
from tests.signing import Signer
from tests.waiting import until

LIMIT = 2_000
_USER = UUID("01920000-0000-7000-8000-000000000001")
router = APIRouter()


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=2, max_length=5_000)
    size: Annotated[int, Field(ge=1, strict=True)] = 1


class Taken(Problem):
    status = 409
    code = "taken"
    detail = "That is taken."


@router.post("/things", dependencies=[Public])
async def post_thing(body: Thing) -> Thing:
    return body


@router.post("/raw", dependencies=[Public])
async def post_raw(body: Annotated[dict[str, Any], Body()]) -> int:
    return len(body)


@router.get("/broken", dependencies=[Public])
async def get_broken() -> None:
    raise RuntimeError("the password is swordfish")


@router.get("/broken-file", dependencies=[Public])
async def get_broken_file() -> None:
    Path("/nowhere/swordfish").read_bytes()  # noqa: ASYNC240


@router.get("/refused/{reason}", dependencies=[Public])
async def get_refused(reason: str) -> None:
    if reason == "taken":
        raise Taken(headers={"Retry-After": "7"})
    if reason == "invalid":
        raise Invalid("name", "is odd", "odd")
    raise NotFound


@router.get("/mine")
async def get_mine(identity: CurrentUser) -> str:
    return identity.role


@router.get("/all")
async def get_all(_: AdminOnly) -> str:
    return "all"


@router.post("/stored", dependencies=[Public])
async def post_stored(session: Session, then: str = "commit") -> int:
    await session.execute(text("INSERT INTO stored VALUES (1)"))
    if then == "refuse":
        raise Taken
    if then == "fail":
        await session.execute(text("SELECT 1 / 0"))
    return 1


@router.get("/stored", dependencies=[Public])
async def get_stored(session: Session) -> int:
    return int((await session.execute(text("SELECT count(*) FROM stored"))).scalar_one())


@router.get("/context", dependencies=[Public])
async def get_context(context: ServiceContext) -> str:
    return context.service


class EdgeService(Service):
    """A service with the endpoints above instead of those of a package."""

    @property
    def description(self) -> str:
        return "Test endpoints."

    @property
    def router(self) -> APIRouter:
        return router


service = EdgeService(name="edge", prefix="/edge", body_limit=LIMIT)


class Edge(SimpleNamespace):
    client: httpx.AsyncClient
    database: Database
    signer: Signer


@contextlib.asynccontextmanager
async def edge_on(server_url: str, folder: Path) -> AsyncIterator[Edge]:
    name = f"edge_{folder.name[-40:].lower()}"
    database = Database(await create_if_missing(server_url, name))
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE stored (n int)"))
    signer = Signer()
    verifier, peers = Verifier(signer.issuer_state), Peers("http://127.0.0.1:1")
    context = Context("edge", Settings(data_dir=folder), MemoryBus(), verifier, peers, database)
    transport = httpx.ASGITransport(create_app(service, context))
    async with httpx.AsyncClient(transport=transport, base_url="http://contor.test/edge") as client:
        yield Edge(client=client, database=database, signer=signer)
    await context.peers.close()
    await database.close()


@pytest.fixture
async def edge(postgres_url: str, tmp_path: Path) -> AsyncIterator[Edge]:
    async with edge_on(postgres_url, tmp_path) as running:
        yield running


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:contor:problem:{code}")
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    return body


async def test_a_problem_has_its_code_headers_and_fields(edge: Edge) -> None:
    answer = await edge.client.get("/refused/taken")
    assert problem(answer, 409, "taken")["detail"] == "That is taken."
    assert answer.headers["retry-after"] == "7"
    assert "errors" not in problem(await edge.client.get("/refused/other"), 404, "not_found")
    body = problem(await edge.client.get("/refused/invalid"), 422, "validation_error")
    assert body["errors"] == [{"field": "name", "message": "is odd", "code": "odd"}]


async def test_invalid_fields_are_listed_with_a_code(edge: Edge) -> None:
    answer = await edge.client.post("/things", json={"name": "x", "size": "1", "colour": "red"})
    body = problem(answer, 422, "validation_error")
    assert {(e["field"], e["code"]) for e in body["errors"]} == {
        ("name", "string_too_short"),
        ("size", "int_type"),
        ("colour", "extra_forbidden"),
    }
    missing = problem(await edge.client.post("/things", json={}), 422, "validation_error")
    assert [(e["field"], e["code"]) for e in missing["errors"]] == [("name", "missing")]
    assert "swordfish" not in (await edge.client.post("/things", json={"name": 1, "password": "swordfish"})).text


@pytest.mark.parametrize("content", ["{", '{"name": }', "nonsense", "[1,]"])
async def test_a_body_that_is_not_json_is_a_problem(edge: Edge, content: str) -> None:
    answer = await edge.client.post("/things", content=content, headers={"content-type": "application/json"})
    problem(answer, 400, "malformed_json")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'{"name": "\xe9\xe9"}'])
async def test_a_body_that_is_not_utf8_is_a_problem(edge: Edge, content: bytes) -> None:
    answer = await edge.client.post("/things", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code, answer.json()["code"])


async def test_unknown_paths_and_methods_are_problems(edge: Edge) -> None:
    problem(await edge.client.get("/nowhere"), 404, "not_found")
    answer = await edge.client.delete("/things")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_a_valid_request_id_is_returned(edge: Edge) -> None:
    answer = await edge.client.get("/context", headers={"x-request-id": "from-outside-1"})
    assert answer.headers["x-request-id"] == "from-outside-1"
    refused = await edge.client.get("/refused/taken", headers={"x-request-id": "from-outside-2"})
    assert problem(refused, 409, "taken")["request_id"] == "from-outside-2"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "has space in it", "evil\tlog", "<script>alert"])
async def test_an_invalid_request_id_is_replaced(edge: Edge, given: str) -> None:
    answer = await edge.client.get("/context", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 36


async def test_a_request_without_an_id_gets_a_new_one(edge: Edge) -> None:
    answers = [await edge.client.get("/context") for _ in range(3)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3


@pytest.mark.parametrize("path", ["/things", "/raw"])
async def test_a_body_over_the_limit_is_rejected_whatever_its_content_length(edge: Edge, path: str) -> None:
    body = json.dumps({"name": "x" * LIMIT}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for begin in range(0, len(body), 100):
            yield body[begin : begin + 100]

    headers = {"content-type": "application/json"}
    declared = await edge.client.post(path, content=body, headers=headers)
    assert str(LIMIT) in problem(declared, 413, "body_too_large")["detail"]
    chunked = await edge.client.post(path, content=chunks(), headers=headers)
    assert str(LIMIT) in problem(chunked, 413, "body_too_large")["detail"]
    lying = await edge.client.post(path, content=chunks(), headers=headers | {"content-length": "10"})
    problem(lying, 413, "body_too_large")


async def test_a_body_at_the_limit_is_accepted(edge: Edge) -> None:
    body = json.dumps({"name": "x" * (LIMIT - 12)}).encode()
    assert len(body) == LIMIT
    assert (await edge.client.post("/things", content=body, headers={"content-type": "application/json"})).is_success


@pytest.mark.parametrize("path", ["/broken", "/broken-file"])
async def test_an_unexpected_error_is_not_disclosed(edge: Edge, path: str) -> None:
    answer = await edge.client.get(path)
    problem(answer, 500, "internal_error")
    assert "swordfish" not in answer.text


async def test_a_failed_statement_is_not_disclosed(edge: Edge) -> None:
    answer = await edge.client.post("/stored?then=fail")
    problem(answer, 500, "internal_error")
    assert "division" not in answer.text


async def test_a_request_is_one_transaction(edge: Edge) -> None:
    assert (await edge.client.post("/stored")).is_success
    assert (await edge.client.post("/stored?then=refuse")).status_code == 409
    assert (await edge.client.post("/stored?then=fail")).status_code == 500
    assert (await edge.client.get("/stored")).json() == 1


async def test_policies_distinguish_anonymous_clients_and_administrators(edge: Edge) -> None:
    client, admin = ({"authorization": f"Bearer {edge.signer.token(_USER, role)}"} for role in get_args(Role))
    answer = await edge.client.get("/mine")
    problem(answer, 401, "not_authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    problem(await edge.client.get("/mine", headers={"authorization": "Bearer x"}), 401, "not_authenticated")
    problem(await edge.client.get("/mine", headers={"authorization": "Basic eDp5"}), 401, "not_authenticated")
    assert (await edge.client.get("/mine", headers=client)).json() == "client"
    problem(await edge.client.get("/all", headers=client), 403, "forbidden")
    assert (await edge.client.get("/all", headers=admin)).json() == "all"


async def test_health_and_documentation_are_public(edge: Edge) -> None:
    health = (await edge.client.get("/health")).json()
    assert (health["status"], health["version"]) == ("ok", VERSION)
    assert (await edge.client.get("/ready")).json() == {"status": "ready"}
    assert (await edge.client.get("/docs")).is_success
    assert "/edge/things" in (await edge.client.get("/openapi.json")).json()["paths"]


async def test_without_its_database_a_service_answers_503_with_retry_after(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("away"))
    async with contextlib.AsyncExitStack() as stack:
        async with server.running():
            edge = await stack.enter_async_context(edge_on(server.url, tmp_path_factory.mktemp("edge")))
            assert (await edge.client.post("/stored")).is_success
        for path in ("/stored", "/stored", "/ready"):
            answer = await edge.client.get(path)
            problem(answer, 503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
        assert (await edge.client.get("/health")).is_success
        async with server.running():

            async def reconnected() -> bool:
                return (await edge.client.get("/stored")).status_code == 200

            await until(reconnected, what="the service to reconnect to its database")
            assert (await edge.client.get("/stored")).json() == 1
            assert (await edge.client.get("/ready")).is_success
