"""Layout, accessibility, language, theme and content security policy of the pages."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_window import BrowserWindow
from tests.e2e.conftest import WindowOpener
from tests.system.deployment import Deployment
from tests.system.users import Json, User, user_factory

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = (
    ("anonymous", "/sign-in", "Sign in to Contor"),
    ("anonymous", "/register", "Create an account"),
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
"""User, path (`#help`: with the help widget open) and heading."""
REPLY = """**In short:** the boiler.

1. It starts at `18:00`, see https://www.example.org/limits
- or later

```
curl -X POST https://contor.example.org/monitoring/readings -H 'Authorization: Bearer …' -d '{"device_id": "0192…"}'
```

> nothing more"""


@dataclass(frozen=True, slots=True)
class Content:
    """Users by role, and the ids that `PAGES` contains: a meter and two conversations."""

    users: dict[str, User]
    ids: dict[str, str]


@pytest.fixture(scope="module")
async def content(contor: Deployment) -> AsyncIterator[Content]:
    async with user_factory(contor) as users:
        admin, client = await users.sign_in_admin(), await users.create_client()
        meter = await users.create_device(admin, client, name="Greenhouse", address="Calea Dumbrăvii 99", limit=0.5)
        now = datetime.now(UTC)
        readings: list[dict[str, Any]] = [
            {"timestamp": (now - timedelta(minutes=20 * n)).isoformat(), "measurement_value": 0.1 + n % 7 / 50}
            for n in range(200)
        ]
        await client.send("POST", "/monitoring/readings", {"device_id": meter["id"], "readings": readings})
        rejected = {"device_id": "018f0000-0000-7000-8000-000000000000", "timestamp": 1, "measurement_value": -1}
        await admin.send("POST", "/monitoring/readings", rejected)
        newcomer = await users.create_client()
        ids = {
            "meter": meter["id"],
            "support": await create_support_conversation(admin, client),
            "direct": await create_direct_conversation(admin, client),
        }
        yield Content({"admin": admin, "client": client, "newcomer": newcomer}, ids)


async def create_support_conversation(admin: User, client: User) -> str:
    """A conversation with every kind of row: answer, hand-over, reply, note, edited and deleted message, resolution."""
    conversation = await client.send("POST", "/chat/conversations", {"kind": "support"})
    path = f"/chat/conversations/{conversation['id']}"
    await post_message(client, path, "How do I change my password?")
    await client.send("POST", f"{path}/handoff")
    await admin.send("POST", f"{path}/claim")
    await post_message(admin, path, REPLY)
    await post_message(admin, path, "Not above the limit without a contract.", kind="notes")
    misspelled, secret = (
        await post_message(admin, path, "Goodbey"),
        await post_message(client, path, "My password is 1234"),
    )
    await admin.send("PATCH", f"{path}/messages/{misspelled['id']}", {"text": "Goodbye"})
    await client.send("DELETE", f"{path}/messages/{secret['id']}")
    await admin.send("POST", f"{path}/resolve")
    return str(conversation["id"])


async def create_direct_conversation(admin: User, client: User) -> str:
    conversation = await admin.send("POST", "/chat/conversations", {"kind": "direct", "participants": [client.id]})
    path = f"/chat/conversations/{conversation['id']}"
    await post_message(client, path, "A_word_without_end_" * 9)
    await post_message(admin, path, REPLY)
    return str(conversation["id"])


async def post_message(user: User, path: str, text: str, kind: str = "messages") -> Json:
    return dict(await user.send("POST", f"{path}/{kind}", {"text": text, "client_id": str(uuid4())}))


async def open_page(
    open_window: WindowOpener, content: Content, page: tuple[str, str, str], **options: Any
) -> BrowserWindow:
    """Open the page in a new window and wait until its content is loaded."""
    role, path, heading = page
    window = await open_window(**options)
    if role != "anonymous":
        await window.restore_session(content.users[role])
    path, _, fragment = path.format(**content.ids).partition("#")
    await window.open(path)
    await expect(window.heading(heading)).to_be_visible()
    if fragment == "help":
        await window.page.get_by_role("button", name=re.compile("^Help")).click()
        await expect(window.page.get_by_role("dialog")).to_be_visible()
    await expect(window.page.locator(".mantine-Skeleton-root")).to_have_count(0)
    return window


def page_names() -> list[str]:
    return [f"{role} {path}" for role, path, _ in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=page_names())
async def test_no_page_scrolls_sideways_on_a_phone(
    page: tuple[str, str, str], open_window: WindowOpener, content: Content
) -> None:
    window = await open_page(open_window, content, page, viewport=PHONE)
    assert await window.page.evaluate(OVERFLOW) <= 0
    await window.page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
    assert await window.page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("page", PAGES, ids=page_names())
async def test_axe_finds_nothing_serious_in_the_light_or_dark_theme(
    page: tuple[str, str, str], open_window: WindowOpener, content: Content
) -> None:
    window = await open_page(open_window, content, page, color_scheme="light")
    findings = await window.axe(AXE.read_text())
    await window.switch_to_dark()
    assert findings + await window.axe() == []


async def test_the_language_changes_without_a_reload_and_survives_one(
    open_window: WindowOpener, content: Content
) -> None:
    window = await open_page(open_window, content, ("client", "/", "Home"))
    await window.mark_page()
    await window.page.get_by_role("button", name="Language").click()
    await window.page.get_by_role("menuitem", name="Română").click()
    await expect(window.heading("Acasă")).to_be_visible()
    await expect(window.page.locator("html")).to_have_attribute("lang", "ro")
    assert await window.was_not_reloaded()
    await window.page.reload()
    await expect(window.heading("Acasă")).to_be_visible()


async def test_a_romanian_browser_gets_romanian_pages(open_window: WindowOpener) -> None:
    window = await open_window(locale="ro-RO")
    await window.open("/sign-in")
    await expect(window.page.locator("html")).to_have_attribute("lang", "ro")


async def test_the_dark_theme_can_be_chosen_and_survives_a_reload(open_window: WindowOpener, content: Content) -> None:
    window = await open_page(open_window, content, ("client", "/", "Home"), color_scheme="light")
    html = window.page.locator("html")
    await expect(html).to_have_attribute("data-mantine-color-scheme", "light")
    await window.page.get_by_role("button", name="Theme").click()
    await window.page.get_by_role("menuitem", name="Dark").click()
    await expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    await window.page.reload()
    await expect(html).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_the_theme_follows_a_dark_system(open_window: WindowOpener) -> None:
    window = await open_window(color_scheme="dark")
    await window.open("/sign-in")
    await expect(window.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_the_content_security_policy_blocks_injected_scripts_and_framing(
    open_window: WindowOpener, content: Content
) -> None:
    """That it blocks none of our scripts is checked by every browser test, which fails on console errors."""
    window = await open_page(open_window, content, ("client", "/", "Home"))
    response = await window.page.request.get("/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    injected = (
        "const s = document.createElement('script'); s.textContent = 'window.injected = true'; document.body.append(s)"
    )
    await window.page.evaluate(injected)
    assert await window.page.evaluate("window.injected === undefined")
    assert any("Content Security Policy" in error for error in window.console_errors)
    window.console_errors.clear()
