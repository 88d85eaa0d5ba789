"""`/metrics` is for scrapers in the configured networks, and not reachable through a proxy."""

from ipaddress import ip_network

import httpx
import pytest

from contor.kernel.settings import Settings
from contor.kernel.telemetry import metrics_page


async def status(client: str, *networks: str, **headers: str) -> int:
    allowed = [ip_network(network) for network in networks] or Settings().metrics_from
    transport = httpx.ASGITransport(metrics_page(allowed), client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://replica") as http:
        return (await http.get("/metrics", headers=headers)).status_code


@pytest.mark.parametrize(("client", "expected"), [("127.0.0.1", 200), ("::1", 200), ("10.1.2.3", 404), ("", 404)])
async def test_only_this_machine_by_default(client: str, expected: int) -> None:
    assert await status(client) == expected


@pytest.mark.parametrize(
    ("client", "expected"), [("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("10.2.0.1", 404), ("127.0.0.1", 404)]
)
async def test_only_the_configured_networks(client: str, expected: int) -> None:
    assert await status(client, "10.1.0.0/16") == expected


async def test_no_proxied_requests() -> None:
    assert await status("10.1.2.3", "10.0.0.0/8", **{"X-Forwarded-For": "10.1.2.3"}) == 404
