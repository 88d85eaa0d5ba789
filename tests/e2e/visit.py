"""Somebody at a browser: a window of their own, and everything its console complained of."""

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.system.people import Person
from tests.waiting import until

COOKIE = "contor_refresh"
NETWORK = ("Failed to load resource", "WebSocket connection to", "net::ERR_")
"""The browser's own words for a refused or cut request, which Contor answers on the page."""


class Visit:
    """A browser window; `complaints` are errors of scripts and of the content security policy."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in NETWORK):
            self.complaints.append(message.text)

    async def open(self, path: str = "/") -> None:
        await self.page.goto(path)

    async def sign_in(self, person: Person) -> None:
        """By the form, until the shell of the application is there."""
        await self.open("/sign-in")
        await self.page.get_by_label("Username").fill(person.username)
        await self.page.get_by_label("Password", exact=True).fill(person.password)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.is_live()

    async def enter(self, person: Person) -> None:
        """As one who signed in with this browser before: the session's cookie is here, and the hint that it is."""
        again = Person(person.url, person.username, person.password)
        assert (await again.sign_in()).status_code == 200
        session = {"name": COOKIE, "value": again.http.cookies[COOKIE], "domain": "127.0.0.1", "path": "/auth"}
        await again.http.aclose()
        await self.context.add_init_script("localStorage.setItem('contor.session', '1')")
        await self.context.add_cookies([session | {"httpOnly": True, "sameSite": "Strict"}])  # type: ignore[list-item]

    async def axe(self, source: str = "") -> list[str]:
        """What axe finds serious or critical on the page, a line each; `source` brings it there the first time."""
        await self.page.evaluate(source)
        found = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    async def darken(self) -> None:
        """The system turns dark while the page is open; return when the page has followed."""
        body = self.page.locator("body")
        light = await body.evaluate("body => getComputedStyle(body).color")
        await self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await expect(body).not_to_have_css("color", light)

        async def at_rest() -> bool:
            return bool(await self.page.evaluate("document.getAnimations().length === 0"))

        # An inherited colour passes from parent to child by a transition each, even if each takes no time.
        await until(at_rest, what="the colours at rest")

    async def is_live(self) -> None:
        await expect(self.connection).to_have_text("Live", timeout=20_000)

    @property
    def connection(self) -> Locator:
        return self.page.get_by_test_id("connection")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=name, exact=True)

    def notice(self, text: str) -> Locator:
        """A toast with this text in its title or message."""
        return self.page.get_by_role("alert").filter(has_text=text)

    async def mark(self) -> None:
        """Leave something in the page that a reload would take away."""
        await self.page.evaluate("window.keptSinceTheMark = true")

    async def was_never_reloaded(self) -> bool:
        return bool(await self.page.evaluate("window.keptSinceTheMark === true"))
