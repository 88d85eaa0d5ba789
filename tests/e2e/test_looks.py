"""Language, darkness, and the rules every page is held to."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Opener
from tests.e2e.visit import Visit
from tests.system.deployment import Deployment
from tests.system.people import Json, Person, people_of

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
    ("client", "/messages", "Messages"),
    ("client", "/messages?conversation={direct}", "Messages"),
    ("client", "/#help", "Home"),
    ("newcomer", "/messages", "Messages"),
    ("newcomer", "/#help", "Home"),
    ("admin", "/", "Overview"),
    ("admin", "/meters", "Meters"),
    ("admin", "/meters?device=new", "Meters"),
    ("admin", "/meters/{meter}", "Greenhouse"),
    ("admin", "/people", "People"),
    ("admin", "/people?person=new", "People"),
    ("admin", "/alerts", "Alerts"),
    ("admin", "/rejected", "Rejected readings"),
    ("admin", "/inbox", "Support inbox"),
    ("admin", "/inbox?view=all&conversation={support}", "Support inbox"),
    ("admin", "/nowhere", "Page not found"),
)
"""Who, where (`#help`: with the help open there), and the heading."""
REPLY = """**In short:** the boiler.

1. It starts at `18:00`, see https://www.example.org/limits
- or later

```
curl -X POST https://contor.example.org/monitoring/readings -H 'Authorization: Bearer …' -d '{"device_id": "0192…"}'
```

> nothing more"""


@dataclass(frozen=True, slots=True)
class House:
    """People with something to look at: a meter with days of readings, an alert, a rejected reading, conversations."""

    people: dict[str, Person]
    things: dict[str, str]


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
        newcomer = await people.client()
        things = {"meter": meter["id"], "support": await helped(admin, client), "direct": await wrote(admin, client)}
        yield House({"admin": admin, "client": client, "newcomer": newcomer}, things)


async def helped(admin: Person, client: Person) -> str:
    """A conversation of everything there can be in one: answer, hand-over, reply, note, edited, deleted, resolved."""
    talk = await client.send("POST", "/chat/conversations", {"kind": "support"})
    path = f"/chat/conversations/{talk['id']}"
    await say(client, path, "How do I change my password?")
    await client.send("POST", f"{path}/handoff")
    await admin.send("POST", f"{path}/claim")
    await say(admin, path, REPLY)
    await say(admin, path, "Not above the limit without a contract.", what="notes")
    slip, secret = await say(admin, path, "Goodbey"), await say(client, path, "My password is 1234")
    await admin.send("PATCH", f"{path}/messages/{slip['id']}", {"text": "Goodbye"})
    await client.send("DELETE", f"{path}/messages/{secret['id']}")
    await admin.send("POST", f"{path}/resolve")
    return str(talk["id"])


async def wrote(admin: Person, client: Person) -> str:
    talk = await admin.send("POST", "/chat/conversations", {"kind": "direct", "participants": [client.id]})
    path = f"/chat/conversations/{talk['id']}"
    await say(client, path, "A_word_without_end_" * 9)
    await say(admin, path, REPLY)
    return str(talk["id"])


async def say(person: Person, path: str, text: str, what: str = "messages") -> Json:
    return dict(await person.send("POST", f"{path}/{what}", {"text": text, "client_id": str(uuid4())}))


async def look(visit: Opener, house: House, page: tuple[str, str, str], **options: Any) -> Visit:
    """A new window on that page, everything on it loaded."""
    who, path, heading = page
    window = await visit(**options)
    if who != "nobody":
        await window.enter(house.people[who])
    place, _, opened = path.format(**house.things).partition("#")
    await window.open(place)
    await expect(window.heading(heading)).to_be_visible()
    if opened == "help":
        await window.page.get_by_role("button", name=re.compile("^Help")).click()
        await expect(window.page.get_by_role("dialog")).to_be_visible()
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
