"""Scroll position of a conversation and of the conversation list."""

from uuid import uuid4

from playwright.async_api import Locator, expect

from tests.e2e.browser_window import BrowserWindow
from tests.e2e.conftest import WindowOpener
from tests.system.users import User, UserFactory

MANY = 30
"""More messages than a window shows, fewer than the limit of one user in ten seconds."""
PIXELS_BELOW = "log => log.scrollHeight - log.scrollTop - log.clientHeight"


async def create_unread_conversation(reader: User, users: UserFactory, name: str) -> User:
    """A user who has sent `MANY` unread messages to the reader."""
    writer = await users.create_client(name)
    conversation = await writer.send("POST", "/chat/conversations", {"kind": "direct", "participants": [reader.id]})
    for n in range(MANY):
        message = {"text": f"{name} {n}", "client_id": str(uuid4())}
        await writer.send("POST", f"/chat/conversations/{conversation['id']}/messages", message)
    return writer


async def open_conversation(window: BrowserWindow, writer: User) -> Locator:
    await window.page.get_by_role("navigation", name="Conversations").get_by_text(writer.username).first.click()
    await expect(window.page.get_by_role("heading", level=2, name=writer.username)).to_be_visible()
    return window.page.get_by_role("log")


async def test_a_conversation_opens_at_its_first_unread_message_and_keeps_its_own_scroll_position(
    open_window: WindowOpener, users: UserFactory
) -> None:
    ana = await users.create_client()
    writers = [
        await create_unread_conversation(ana, users, f"{name}-{uuid4().hex[:6]}") for name in ("bogdan", "carmen")
    ]
    window = await open_window()
    await window.restore_session(ana)
    await window.open("/messages")
    unread = window.page.get_by_role("link", name="Messages").get_by_label("unread")
    for remaining, writer in zip((MANY, 0), writers, strict=True):
        log = await open_conversation(window, writer)
        await expect(log.get_by_text(f"{writer.username} 0", exact=True)).to_be_in_viewport()
        await expect(log.get_by_text(f"{writer.username} {MANY - 1}", exact=True)).not_to_be_in_viewport()
        await expect(unread).to_have_text(str(remaining + MANY))
        await window.page.get_by_role("button", name=f"{MANY} new messages").click()
        await expect(log.get_by_text(f"{writer.username} {MANY - 1}", exact=True)).to_be_in_viewport()
        await (expect(unread).to_have_text(str(remaining)) if remaining else expect(unread).to_have_count(0))

    log = await open_conversation(window, writers[0])
    await log.hover()
    await window.page.mouse.wheel(0, -600)
    await expect(window.page.get_by_role("button", name="Go to the latest message")).to_be_visible()
    log = await open_conversation(window, writers[1])
    await expect(log.get_by_text(f"{writers[1].username} {MANY - 1}", exact=True)).to_be_in_viewport()
    assert await log.evaluate(PIXELS_BELOW) < 1


async def test_a_conversation_selected_by_keyboard_is_scrolled_into_view(
    open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    for _ in range(12):
        client = await users.create_client()
        await client.send("POST", "/chat/conversations", {"kind": "support"})
    window = await open_window(viewport={"width": 1280, "height": 720})
    await window.restore_session(admin)
    await window.open("/inbox?view=all")
    items = window.page.get_by_role("navigation", name="Conversations").get_by_role("link")
    await expect(items.nth(11)).to_be_attached()
    await expect(items.nth(11)).not_to_be_in_viewport()
    for n in range(12):
        await window.page.keyboard.press("j")
        await expect(items.nth(n)).to_have_attribute("aria-current", "page")
        await expect(items.nth(n)).to_be_in_viewport(ratio=0.9)
