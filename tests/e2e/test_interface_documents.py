"""The pages on which every service documents itself: they need nothing from the internet."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Opener
from tests.system.deployment import PREFIXES, Deployment


@pytest.mark.parametrize("service", sorted(PREFIXES))
async def test_a_service_documents_itself_without_a_request_to_anybody_else(
    visit: Opener, contor: Deployment, service: str
) -> None:
    window = await visit()
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    await window.open(f"{PREFIXES[service]}/docs")
    await expect(window.page.get_by_role("heading", name=f"Contor {service}")).to_be_visible()
    await expect(window.page.get_by_text(f"{PREFIXES[service]}/health").first).to_be_visible()
    assert [url for url in asked if not url.startswith((contor.url, "data:"))] == []
