"""Language, darkness, and the rules every page is held to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Opener
from tests.e2e.visit import Visit
from tests.system.deployment import Deployment
from tests.system.people import Person, people_of

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = (
    ("nobody", "/sign-in", "Sign in to Contor"),
    ("nobody", "/register", "Create an account"),
    ("client", "/", "Home"),
    ("client", "/meters/{meter}", "Greenhouse"),
    ("client", "/alerts", "Alerts"),
    ("client", "/account", "Account"),
    ("admin", "/", "Overview"),
    ("admin", "/meters", "Meters"),
    ("admin", "/meters?device=new", "Meters"),
    ("admin", "/meters/{meter}", "Greenhouse"),
    ("admin", "/people", "People"),
    ("admin", "/people?person=new", "People"),
    ("admin", "/alerts", "Alerts"),
    ("admin", "/rejected", "Rejected readings"),
    ("admin", "/nowhere", "There is nothing here"),
)


@dataclass(frozen=True, slots=True)
class House:
    """People with something to look at: a meter with days of readings, an alert, a rejected reading."""

    people: dict[str, Person]
    meter: str


@pytest.fixture(scope="module")
async def house(contor: Deployment) -> AsyncIterator[House]:
    async with people_of(contor) as people:
        admin, client = await people.admin(), await people.client()
        meter = await people.device(admin, client, name="Greenhouse", address="Calea Dumbrăvii 99", limit=0.5)
        now = datetime.now(UTC)
        readings: list[dict[str, Any]] = [
            {"timestamp": (now - timedelta(minutes=20 * n)).isoformat(), "measurement_value": 0.1 + n % 7 / 50}
            for n in range(200)
        ]
        await client.send("POST", "/monitoring/readings", {"device_id": meter["id"], "readings": readings})
        lost = {"device_id": "018f0000-0000-7000-8000-000000000000", "timestamp": 1, "measurement_value": -1}
        await admin.send("POST", "/monitoring/readings", lost)
        yield House({"admin": admin, "client": client}, meter["id"])


async def look(visit: Opener, house: House, page: tuple[str, str, str], **options: Any) -> Visit:
    """A new window on that page, everything on it loaded."""
    who, path, heading = page
    window = await visit(**options)
    if who != "nobody":
        await window.enter(house.people[who])
    await window.open(path.format(meter=house.meter))
    await expect(window.heading(heading)).to_be_visible()
    await expect(window.page.locator(".mantine-Skeleton-root")).to_have_count(0)
    return window


def page_names() -> list[str]:
    return [f"{who} {path}" for who, path, _ in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=page_names())
async def test_no_page_scrolls_sideways_on_a_phone(page: tuple[str, str, str], visit: Opener, house: House) -> None:
    window = await look(visit, house, page, viewport=PHONE)
    assert await window.page.evaluate(SIDEWAYS) <= 0
    await window.page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    assert await window.page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("page", PAGES, ids=page_names())
async def test_axe_finds_nothing_serious_in_light_and_in_dark(
    page: tuple[str, str, str], visit: Opener, house: House
) -> None:
    window = await look(visit, house, page, color_scheme="light")
    findings = await window.axe(AXE.read_text())
    await window.darken()
    assert findings + await window.axe() == []


async def test_the_language_switches_without_a_reload_and_is_kept(visit: Opener, house: House) -> None:
    window = await look(visit, house, ("client", "/", "Home"))
    await window.mark()
    await window.page.get_by_role("button", name="Language").click()
    await window.page.get_by_role("menuitem", name="Română").click()
    await expect(window.heading("Acasă")).to_be_visible()
    await expect(window.page.locator("html")).to_have_attribute("lang", "ro")
    assert await window.was_never_reloaded()
    await window.page.reload()
    await expect(window.heading("Acasă")).to_be_visible()


async def test_a_romanian_browser_is_spoken_to_in_romanian(visit: Opener) -> None:
    window = await visit(locale="ro-RO")
    await window.open("/sign-in")
    await expect(window.page.locator("html")).to_have_attribute("lang", "ro")


async def test_darkness_can_be_chosen_and_is_kept(visit: Opener, house: House) -> None:
    window = await look(visit, house, ("client", "/", "Home"), color_scheme="light")
    html = window.page.locator("html")
    await expect(html).to_have_attribute("data-mantine-color-scheme", "light")
    await window.page.get_by_role("button", name="Theme").click()
    await window.page.get_by_role("menuitem", name="Dark").click()
    await expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    await window.page.reload()
    await expect(html).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_a_dark_system_is_followed(visit: Opener) -> None:
    window = await visit(color_scheme="dark")
    await window.open("/sign-in")
    await expect(window.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_the_security_policy_stops_scripts_and_pages_of_others(visit: Opener, house: House) -> None:
    """That it stops none of ours, every test of a page sees: a window that complained fails its test."""
    window = await look(visit, house, ("client", "/", "Home"))
    answer = await window.page.request.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    injected = (
        "const s = document.createElement('script'); s.textContent = 'window.harmed = true'; document.body.append(s)"
    )
    await window.page.evaluate(injected)
    assert await window.page.evaluate("window.harmed === undefined")
    assert any("Content Security Policy" in complaint for complaint in window.complaints)
    window.complaints.clear()
