"""Who sits at which window of a conversation, what they do there, and what they are to read without a reload."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.e2e.visit import Visit
from tests.system.people import Person

HELP = "Help: chat with the assistant or a person"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person, the name that others read, and their window with one conversation in it."""

    person: Person
    name: str
    window: Visit

    @property
    def page(self) -> Page:
        return self.window.page

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def begins(self, text: str) -> None:
        """To write, and does not send it yet."""
        await self.field.fill(text)

    async def writes(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")
        await self.reads(text, by="You")

    async def reads(self, text: str, *, by: str) -> None:
        """As the newest message of this author."""
        newest = self.log.get_by_role("article", name=by, exact=True).last
        await expect(newest).to_contain_text(text)

    async def reads_line(self, text: str) -> None:
        """Between the messages: what became of the conversation."""
        await expect(self.log.get_by_text(text, exact=True).last).to_be_visible()

    async def sees_typing(self, other: "Seat") -> None:
        await expect(self.page.get_by_test_id("typing")).to_have_text(f"{other.name} is typing…")

    async def sees_seen(self) -> None:
        await expect(self.page.get_by_test_id("seen")).to_have_text("Seen")

    async def tab_counts(self, unread: int) -> None:
        """The browser's tab says how much waits; nothing when nothing does."""
        await expect(self.page).to_have_title(re.compile(rf"^\({unread}\) " if unread else r"^[^(]"))

    async def jumps_by(self, notice: str) -> None:
        """From a toast to what it tells of."""
        await self.window.notice(notice).get_by_role("link", name="Read").click()

    async def lands_on(self, text: str) -> None:
        """The message that was jumped to."""
        await expect(self.log.locator("[data-jumped]")).to_contain_text(text)

    async def numbers(self) -> list[int]:
        """Of everything in the thread, from top to bottom."""
        found: list[int] = await self.log.locator("[data-seq]").evaluate_all("all => all.map(e => +e.dataset.seq)")
        return found

    async def goes_to(self, page: str) -> None:
        """By the navigation, which loads nothing anew."""
        await self.page.get_by_role("navigation", name="Main navigation").get_by_role("link", name=page).first.click()
        await expect(self.window.heading(page)).to_be_visible()


class Client(Seat):
    """Somebody at the help widget, which every page of a client has."""

    async def opens_help(self) -> None:
        await self.page.get_by_role("button", name=re.compile("^Help")).click()
        await expect(self.page.get_by_role("dialog", name=HELP)).to_be_visible()

    async def closes_help(self) -> None:
        await self.page.get_by_role("dialog", name=HELP).get_by_role("button", name="Close").click()

    async def asks_for_person(self) -> None:
        await self.page.get_by_role("button", name="Talk to a person").click()

    async def is_told(self, state: str, seconds: float = 15) -> None:
        """By the line that says who has the conversation."""
        line = self.page.get_by_test_id("help-state").get_by_text(state, exact=True)
        await expect(line).to_be_visible(timeout=1000 * seconds)

    async def takes_offer(self) -> None:
        """Of a person, below the answer that was none."""
        await self.log.get_by_role("button", name="Talk to a person").click()

    async def help_counts(self, unread: int) -> None:
        await expect(self.page.get_by_role("button", name=re.compile(f"^Help: {unread} unread"))).to_be_visible()

    async def rates(self, score: int) -> None:
        stars = self.page.get_by_role("radiogroup", name="Rating")
        await stars.get_by_role("radio", name=f"{score} of 5").focus()
        await self.page.keyboard.press("Space")
        await self.page.get_by_role("form", name="How was the help?").get_by_role("button", name="Send").click()
        await expect(self.page.get_by_text(f"Thank you. You gave {score} of 5.")).to_be_visible()


class Operator(Seat):
    """An administrator at the inbox."""

    @property
    def listed(self) -> Locator:
        return self.page.get_by_role("navigation", name="Conversations").get_by_role("listitem")

    @property
    def take_over(self) -> Locator:
        return self.page.get_by_role("button", name="Take over")

    async def sees_waiting(self, client: Client) -> None:
        row = self.listed.filter(has_text=client.name)
        await expect(row).to_contain_text("waiting less than a minute")

    async def opens(self, client: Client) -> None:
        await self.listed.filter(has_text=client.name).click()
        await expect(self.page.get_by_role("heading", level=2, name=client.name)).to_be_visible()

    async def takes_over(self, client: Client) -> None:
        await self.take_over.click()
        await self.has(client)

    async def has(self, client: Client) -> None:
        """The client's conversation is theirs, and in the list of those that are."""
        await self.reads_line("You took over the conversation.")
        await self.reads_state("with you")
        await expect(self.listed.filter(has_text=client.name)).to_contain_text("with you")

    async def is_told_of(self, other: "Operator") -> None:
        """That a colleague has it: in words, and nothing is offered that could not be done."""
        await self.reads_line(f"{other.name} took over the conversation.")
        await expect(self.page.get_by_text(f"{other.name} has this conversation. You can add notes.")).to_be_visible()
        await expect(self.take_over).to_have_count(0)
        await expect(self.field).to_have_count(0)

    async def resolves(self) -> None:
        await self.page.get_by_role("button", name="Resolve").click()

    async def reads_state(self, state: str) -> None:
        """Above the thread of the open conversation."""
        await expect(self.page.get_by_test_id("inbox-state")).to_have_text(state)
