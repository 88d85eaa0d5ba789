"""Page objects of a conversation: the client's help widget and the operator's support inbox."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.e2e.browser_window import BrowserWindow
from tests.system.users import User

HELP = "Help: chat with the assistant or a person"


@dataclass(frozen=True, slots=True)
class ChatPage:
    """A user, their displayed name, and a window that shows one conversation."""

    user: User
    name: str
    window: BrowserWindow

    @property
    def page(self) -> Page:
        return self.window.page

    @property
    def message_input(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def type_text(self, text: str) -> None:
        await self.message_input.fill(text)

    async def send_message(self, text: str) -> None:
        await self.message_input.fill(text)
        await self.message_input.press("Enter")
        await self.expect_message(text, author="You")

    async def expect_message(self, text: str, *, author: str) -> None:
        """The newest message of this author contains the text."""
        newest = self.log.get_by_role("article", name=author, exact=True).last
        await expect(newest).to_contain_text(text)

    async def expect_event(self, text: str) -> None:
        """An event line, such as “Resolved.”, is shown between the messages."""
        await expect(self.log.get_by_text(text, exact=True).last).to_be_visible()

    async def expect_typing(self, other: "ChatPage") -> None:
        await expect(self.page.get_by_test_id("typing")).to_have_text(f"{other.name} is typing…")

    async def expect_seen(self) -> None:
        await expect(self.page.get_by_test_id("seen")).to_have_text("Seen")

    async def expect_tab_count(self, unread: int) -> None:
        """The title of the browser tab shows the number of unread messages, if any."""
        await expect(self.page).to_have_title(re.compile(rf"^\({unread}\) " if unread else r"^[^(]"))

    async def open_from_toast(self, toast: str) -> None:
        """Follow the link of a toast."""
        await self.window.toast(toast).get_by_role("link", name="Read").click()

    async def expect_highlighted(self, text: str) -> None:
        """The message that the link led to."""
        await expect(self.log.locator("[data-jumped]")).to_contain_text(text)

    async def sequence_numbers(self) -> list[int]:
        """Sequence numbers of all rows, from top to bottom."""
        found: list[int] = await self.log.locator("[data-seq]").evaluate_all("all => all.map(e => +e.dataset.seq)")
        return found

    async def go_to(self, page: str) -> None:
        """Use the navigation, which does not reload the page."""
        await self.page.get_by_role("navigation", name="Main navigation").get_by_role("link", name=page).first.click()
        await expect(self.window.heading(page)).to_be_visible()


class ClientPage(ChatPage):
    """The help widget, which is on every page of a client."""

    async def open_help(self) -> None:
        await self.page.get_by_role("button", name=re.compile("^Help")).click()
        await expect(self.page.get_by_role("dialog", name=HELP)).to_be_visible()

    async def close_help(self) -> None:
        await self.page.get_by_role("dialog", name=HELP).get_by_role("button", name="Close").click()

    async def request_hand_over(self) -> None:
        await self.page.get_by_role("button", name="Talk to a person").click()

    async def expect_state(self, state: str, seconds: float = 15) -> None:
        """The line above the messages shows who answers."""
        line = self.page.get_by_test_id("help-state").get_by_text(state, exact=True)
        await expect(line).to_be_visible(timeout=1000 * seconds)

    async def accept_offer(self) -> None:
        """Accept the hand-over that is offered below an unsure answer."""
        await self.log.get_by_role("button", name="Talk to a person").click()

    async def expect_help_count(self, unread: int) -> None:
        await expect(self.page.get_by_role("button", name=re.compile(f"^Help: {unread} unread"))).to_be_visible()

    async def rate(self, score: int) -> None:
        stars = self.page.get_by_role("radiogroup", name="Rating")
        await stars.get_by_role("radio", name=f"{score} of 5").focus()
        await self.page.keyboard.press("Space")
        await self.page.get_by_role("form", name="How was the help?").get_by_role("button", name="Send").click()
        await expect(self.page.get_by_text(f"Thank you. You gave {score} of 5.")).to_be_visible()


class OperatorPage(ChatPage):
    """The support inbox of an administrator."""

    @property
    def conversation_items(self) -> Locator:
        return self.page.get_by_role("navigation", name="Conversations").get_by_role("listitem")

    @property
    def take_over_button(self) -> Locator:
        return self.page.get_by_role("button", name="Take over")

    async def expect_waiting(self, client: ClientPage) -> None:
        row = self.conversation_items.filter(has_text=client.name)
        await expect(row).to_contain_text("waiting less than a minute")

    async def open_conversation(self, client: ClientPage) -> None:
        await self.conversation_items.filter(has_text=client.name).click()
        await expect(self.page.get_by_role("heading", level=2, name=client.name)).to_be_visible()

    async def take_over(self, client: ClientPage) -> None:
        await self.take_over_button.click()
        await self.expect_own(client)

    async def expect_own(self, client: ClientPage) -> None:
        """The conversation is assigned to this operator, in the thread and in the list."""
        await self.expect_event("You took over the conversation.")
        await self.expect_state("with you")
        await expect(self.conversation_items.filter(has_text=client.name)).to_contain_text("with you")

    async def expect_taken_by(self, other: "OperatorPage") -> None:
        """The page says that another operator has the conversation, and offers no action that would fail."""
        await self.expect_event(f"{other.name} took over the conversation.")
        await expect(self.page.get_by_text(f"{other.name} has this conversation. You can add notes.")).to_be_visible()
        await expect(self.take_over_button).to_have_count(0)
        await expect(self.message_input).to_have_count(0)

    async def resolve(self) -> None:
        await self.page.get_by_role("button", name="Resolve").click()

    async def expect_state(self, state: str) -> None:
        """The state above the thread of the open conversation."""
        await expect(self.page.get_by_test_id("inbox-state")).to_have_text(state)
