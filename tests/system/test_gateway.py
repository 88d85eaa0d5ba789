"""Traefik as the only public address: routing, headers, limits and the access log."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.system.deployment import Distributed
from tests.system.live_socket import open_socket
from tests.system.users import PASSWORD, User, UserFactory

pytestmark = pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
FIRST_ADDRESS, OTHER_ADDRESS = "127.0.0.2", "127.0.0.3"
"""Source addresses: the gateway limits requests by address."""


@pytest.fixture
async def anonymous(contor: Distributed) -> AsyncIterator[httpx.AsyncClient]:
    """An anonymous client at the public address."""
    async with httpx.AsyncClient(base_url=contor.url, trust_env=False, timeout=30) as http:
        yield http


def client_from(address: str, contor: Distributed) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=contor.url, transport=transport, timeout=30)


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "/metrics/x", "/unavailable", "//metrics", "/%6Detrics", "/auth/../metrics"]
)
async def test_no_internal_path_is_reachable(path: str, anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get(path)
    assert response.status_code in (400, 404) or response.headers["content-type"].startswith("text/html")
    assert "contor_http_request_seconds" not in response.text


async def test_pages_of_the_gateway_itself_are_disabled(anonymous: httpx.AsyncClient) -> None:
    for path in ("/ping", "/api/rawdata", "/api/http/routers", "/dashboard/", "/debug/vars"):
        response = await anonymous.get(path)
        assert '<div id="root"' in response.text, path  # unknown paths get the application's page


async def test_metrics_are_served_by_replicas_only_and_not_to_proxied_requests(contor: Distributed) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for replica in contor.state()["replicas"].values():
            direct = await http.get(f"{replica['url']}/metrics")
            assert "contor_http_request_seconds" in direct.text
            proxied = await http.get(f"{replica['url']}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
            assert proxied.status_code == 404


async def test_health_and_readiness_contain_no_details(anonymous: httpx.AsyncClient) -> None:
    for prefix in ("/auth", "/users", "/devices", "/monitoring", "/ws"):
        assert (await anonymous.get(f"{prefix}/health")).json()["status"] == "ok"
        assert (await anonymous.get(f"{prefix}/ready")).json() == {"status": "ready"}


async def test_responses_have_security_headers_and_pages_one_content_security_policy(
    anonymous: httpx.AsyncClient,
) -> None:
    page, interface = await anonymous.get("/"), await anonymous.get("/auth/settings")
    (policy,) = page.headers.get_list("content-security-policy")
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    for response in (page, interface):
        assert response.headers.get_list("x-content-type-options") == ["nosniff"]
        assert response.headers.get_list("referrer-policy") == ["same-origin"]
        assert "server" not in response.headers


async def test_large_responses_are_compressed(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/auth/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.json()["info"]["title"] == "Contor auth"


async def test_the_service_rejects_bodies_over_its_limit_and_the_gateway_much_larger_ones(
    anonymous: httpx.AsyncClient, admin: User
) -> None:
    async def post(path: str, size: int) -> tuple[int, str | None]:
        headers = {"Authorization": f"Bearer {admin.token}"}
        try:
            response = await anonymous.post(path, content=b" " * size, headers=headers)
        except (httpx.ReadError, httpx.WriteError):
            return 413, None  # the gateway closed the connection before the body was sent
        problem = response.headers.get("content-type") == "application/problem+json"
        return response.status_code, response.json()["code"] if problem else None

    assert await post("/auth/login", 100_000) == (413, "body_too_large")
    for path, size in (("/auth/login", 200_000), ("/devices", 200_000), ("/monitoring/readings", 6_000_000)):
        assert await post(path, size) == (413, None)
    assert await post("/monitoring/readings", 3_000_000) == (400, "malformed_json")  # the whole body was read


async def test_auth_limits_requests_by_address(contor: Distributed) -> None:
    async with client_from(FIRST_ADDRESS, contor) as flood, client_from(OTHER_ADDRESS, contor) as other:
        responses = await asyncio.gather(*(flood.get("/auth/settings") for _ in range(400)))
        counts = Counter(response.status_code for response in responses)
        assert set(counts) == {200, 429}
        assert counts[200] >= 100
        rejected = next(response for response in responses if response.status_code == 429)
        assert int(rejected.headers["retry-after"]) >= 0
        assert (await other.get("/auth/settings")).status_code == 200
        assert (await flood.get("/devices")).status_code == 401  # only auth has this limit


async def test_a_client_cannot_forge_its_address_by_a_header(contor: Distributed, users: UserFactory) -> None:
    user = await users.create_client()
    async with client_from(OTHER_ADDRESS, contor) as http:
        body = {"username": user.username, "password": PASSWORD}
        forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-Ip": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
        assert (await http.post("/auth/login", json=body, headers=forged)).status_code == 200
    addresses = {session["ip_address"] for session in await user.get("/auth/sessions")}
    assert OTHER_ADDRESS in addresses
    assert "203.0.113.9" not in addresses


async def test_the_access_log_contains_requests_and_no_secrets(contor: Distributed, users: UserFactory) -> None:
    user = await users.create_client()
    marker = "a-token-in-the-wrong-place"
    await user.request("GET", "/devices", params={"token": marker})
    await user.refresh()
    async with open_socket(user) as socket:
        await socket.sync()
    log = (contor.folder / "access.log").read_text()
    assert '"RouterName":"device@file"' in log
    for secret in (marker, user.token, user.http.cookies["contor_refresh"], PASSWORD):
        assert secret not in log
