"""Traefik as the only door: what it lets in, what it adds, and what it keeps to itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.system.deployment import Distributed
from tests.system.people import PASSWORD, People, Person
from tests.system.sockets import live

pytestmark = pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
SOMEBODY, SOMEBODY_ELSE = "127.0.0.2", "127.0.0.3"
"""Loopback addresses to come from: the gateway counts requests by address."""


@pytest.fixture
async def outside(contor: Distributed) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger at the public address."""
    async with httpx.AsyncClient(base_url=contor.url, trust_env=False, timeout=30) as http:
        yield http


def coming_from(address: str, contor: Distributed) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=contor.url, transport=transport, timeout=30)


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "/metrics/x", "/unavailable", "//metrics", "/%6Detrics", "/auth/../metrics"]
)
async def test_no_internal_path_is_reachable(path: str, outside: httpx.AsyncClient) -> None:
    answer = await outside.get(path)
    assert answer.status_code in (400, 404) or answer.headers["content-type"].startswith("text/html")
    assert "contor_http_request_seconds" not in answer.text


async def test_gateways_own_pages_are_off(outside: httpx.AsyncClient) -> None:
    for path in ("/ping", "/api/rawdata", "/api/http/routers", "/dashboard/", "/debug/vars"):
        answer = await outside.get(path)
        assert '<div id="root"' in answer.text, path  # the application's page, as for any path it does not know


async def test_metrics_are_for_scrapers_that_ask_the_replica_itself(contor: Distributed) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for replica in contor.state()["replicas"].values():
            mine = await http.get(f"{replica['url']}/metrics")
            assert "contor_http_request_seconds" in mine.text
            by_proxy = await http.get(f"{replica['url']}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
            assert by_proxy.status_code == 404


async def test_health_says_nothing_but_yes(outside: httpx.AsyncClient) -> None:
    for prefix in ("/auth", "/users", "/devices", "/monitoring", "/ws"):
        assert (await outside.get(f"{prefix}/health")).json()["status"] == "ok"
        assert (await outside.get(f"{prefix}/ready")).json() == {"status": "ready"}


async def test_pages_have_one_content_security_policy_and_every_answer_is_taken_as_what_it_says(
    outside: httpx.AsyncClient,
) -> None:
    page, interface = await outside.get("/"), await outside.get("/auth/settings")
    (policy,) = page.headers.get_list("content-security-policy")
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    for answer in (page, interface):
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert answer.headers.get_list("referrer-policy") == ["same-origin"]
        assert "server" not in answer.headers


async def test_large_answers_are_compressed(outside: httpx.AsyncClient) -> None:
    answer = await outside.get("/auth/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["info"]["title"] == "Contor auth"


async def test_bodies_over_the_limit_are_refused_by_the_service_and_far_over_it_by_the_gateway(
    outside: httpx.AsyncClient, admin: Person
) -> None:
    async def sent(path: str, size: int) -> tuple[int, str | None]:
        headers = {"Authorization": f"Bearer {admin.token}"}
        try:
            answer = await outside.post(path, content=b" " * size, headers=headers)
        except (httpx.ReadError, httpx.WriteError):
            return 413, None  # the gateway hung up while we were still sending
        problem = answer.headers.get("content-type") == "application/problem+json"
        return answer.status_code, answer.json()["code"] if problem else None

    assert await sent("/auth/login", 100_000) == (413, "body_too_large")
    for path, size in (("/auth/login", 200_000), ("/devices", 200_000), ("/monitoring/readings", 6_000_000)):
        assert await sent(path, size) == (413, None)
    assert await sent("/monitoring/readings", 3_000_000) == (400, "malformed_json")  # read to its end


async def test_a_flood_of_one_address_on_auth_is_slowed_down_and_nobody_else_is(contor: Distributed) -> None:
    async with coming_from(SOMEBODY, contor) as flood, coming_from(SOMEBODY_ELSE, contor) as other:
        answers = await asyncio.gather(*(flood.get("/auth/settings") for _ in range(400)))
        seen = Counter(answer.status_code for answer in answers)
        assert set(seen) == {200, 429}
        assert seen[200] >= 100
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert int(refused.headers["retry-after"]) >= 0
        assert (await other.get("/auth/settings")).status_code == 200
        assert (await flood.get("/devices")).status_code == 401  # only auth has this limit


async def test_the_address_of_a_client_is_what_the_gateway_saw_whatever_they_say(
    contor: Distributed, people: People
) -> None:
    person = await people.client()
    async with coming_from(SOMEBODY_ELSE, contor) as http:
        body = {"username": person.username, "password": PASSWORD}
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-Ip": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
        assert (await http.post("/auth/login", json=body, headers=forged)).status_code == 200
    addresses = {session["ip_address"] for session in await person.get("/auth/sessions")}
    assert SOMEBODY_ELSE in addresses
    assert "203.0.113.9" not in addresses


async def test_the_access_log_has_every_request_and_no_token(contor: Distributed, people: People) -> None:
    person = await people.client()
    marker = "a-token-in-the-wrong-place"
    await person.ask("GET", "/devices", params={"token": marker})
    await person.refresh()
    async with live(person) as socket:
        await socket.is_level()
    log = (contor.folder / "access.log").read_text()
    assert '"RouterName":"device@file"' in log
    for secret in (marker, person.token, person.http.cookies["contor_refresh"], PASSWORD):
        assert secret not in log
