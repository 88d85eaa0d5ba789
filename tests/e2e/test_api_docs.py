"""The API documentation page of every service."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import WindowOpener
from tests.system.deployment import PREFIXES, Deployment


@pytest.mark.parametrize("service", sorted(PREFIXES))
async def test_the_api_documentation_page_loads_nothing_from_other_hosts(
    open_window: WindowOpener, contor: Deployment, service: str
) -> None:
    window = await open_window()
    requested: list[str] = []
    window.page.on("request", lambda request: requested.append(request.url))
    await window.open(f"{PREFIXES[service]}/docs")
    await expect(window.page.get_by_role("heading", name=f"Contor {service}")).to_be_visible()
    await expect(window.page.get_by_text(f"{PREFIXES[service]}/health").first).to_be_visible()
    assert [url for url in requested if not url.startswith((contor.url, "data:"))] == []
