"""Where a conversation stands when it is opened, and what of it is in sight."""

from uuid import uuid4

from playwright.async_api import Locator, expect

from tests.e2e.conftest import Opener
from tests.e2e.visit import Visit
from tests.system.people import People, Person

MANY = 30
"""More messages than a window shows at once, and fewer than are taken from one person in ten seconds."""
BELOW = "log => log.scrollHeight - log.scrollTop - log.clientHeight"


async def written_to(reader: Person, people: People, name: str) -> Person:
    """Somebody whose messages wait for the reader."""
    writer = await people.client(name)
    talk = await writer.send("POST", "/chat/conversations", {"kind": "direct", "participants": [reader.id]})
    for n in range(MANY):
        message = {"text": f"{name} {n}", "client_id": str(uuid4())}
        await writer.send("POST", f"/chat/conversations/{talk['id']}/messages", message)
    return writer


async def opens(window: Visit, writer: Person) -> Locator:
    await window.page.get_by_role("navigation", name="Conversations").get_by_text(writer.username).first.click()
    await expect(window.page.get_by_role("heading", level=2, name=writer.username)).to_be_visible()
    return window.page.get_by_role("log")


async def test_reading_begins_where_it_is_new_and_each_conversation_keeps_its_own_place(
    visit: Opener, people: People
) -> None:
    ana = await people.client()
    writers = [await written_to(ana, people, f"{name}-{uuid4().hex[:6]}") for name in ("bogdan", "carmen")]
    window = await visit()
    await window.enter(ana)
    await window.open("/messages")
    unread = window.page.get_by_role("link", name="Messages").get_by_label("unread")
    for left, writer in zip((MANY, 0), writers, strict=True):
        log = await opens(window, writer)
        await expect(log.get_by_text(f"{writer.username} 0", exact=True)).to_be_in_viewport()
        await expect(log.get_by_text(f"{writer.username} {MANY - 1}", exact=True)).not_to_be_in_viewport()
        await expect(unread).to_have_text(str(left + MANY))
        await window.page.get_by_role("button", name=f"{MANY} new messages").click()
        await expect(log.get_by_text(f"{writer.username} {MANY - 1}", exact=True)).to_be_in_viewport()
        await (expect(unread).to_have_text(str(left)) if left else expect(unread).to_have_count(0))

    log = await opens(window, writers[0])
    await log.hover()
    await window.page.mouse.wheel(0, -600)
    await expect(window.page.get_by_role("button", name="Go to the latest message")).to_be_visible()
    log = await opens(window, writers[1])
    await expect(log.get_by_text(f"{writers[1].username} {MANY - 1}", exact=True)).to_be_in_viewport()
    assert await log.evaluate(BELOW) < 1


async def test_a_conversation_chosen_by_the_keyboard_is_in_sight(visit: Opener, people: People, admin: Person) -> None:
    for _ in range(12):
        client = await people.client()
        await client.send("POST", "/chat/conversations", {"kind": "support"})
    window = await visit(viewport={"width": 1280, "height": 720})
    await window.enter(admin)
    await window.open("/inbox?view=all")
    items = window.page.get_by_role("navigation", name="Conversations").get_by_role("link")
    await expect(items.nth(11)).to_be_attached()
    await expect(items.nth(11)).not_to_be_in_viewport()
    for n in range(12):
        await window.page.keyboard.press("j")
        await expect(items.nth(n)).to_have_attribute("aria-current", "page")
        await expect(items.nth(n)).to_be_in_viewport(ratio=0.9)
