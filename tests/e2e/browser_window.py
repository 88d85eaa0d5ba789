"""A browser window and what every page of the application has: sign-in, headings, toasts, connection state."""

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.system.users import User
from tests.waiting import until

COOKIE = "contor_refresh"
NETWORK_ERRORS = ("Failed to load resource", "WebSocket connection to", "net::ERR_")
"""Messages of the browser for failed requests, which the application reports on the page."""


class BrowserWindow:
    """A window with its own cookies. `console_errors`: errors of scripts and of the content security policy."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.console_errors: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in NETWORK_ERRORS):
            self.console_errors.append(message.text)

    async def open(self, path: str = "/") -> None:
        await self.page.goto(path)

    async def sign_in(self, user: User) -> None:
        """Sign in by the form and wait for the live connection."""
        await self.open("/sign-in")
        await self.page.get_by_label("Username").fill(user.username)
        await self.page.get_by_label("Password", exact=True).fill(user.password)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.wait_until_live()

    async def restore_session(self, user: User) -> None:
        """Set the cookie and the local storage of a session, as if this browser had signed in before."""
        browser = User(user.url, user.username, user.password)
        assert (await browser.sign_in()).status_code == 200
        session = {"name": COOKIE, "value": browser.http.cookies[COOKIE], "domain": "127.0.0.1", "path": "/auth"}
        await browser.http.aclose()
        await self.context.add_init_script("localStorage.setItem('contor.session', '1')")
        await self.context.add_cookies([session | {"httpOnly": True, "sameSite": "Strict"}])  # type: ignore[list-item]

    async def axe(self, source: str = "") -> list[str]:
        """Serious and critical findings of axe on the page. `source`: axe itself, needed once per page."""
        await self.page.evaluate(source)
        found = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    async def switch_to_dark(self) -> None:
        """Switch the system to dark mode and wait until the page has switched."""
        body = self.page.locator("body")
        light = await body.evaluate("body => getComputedStyle(body).color")
        await self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await expect(body).not_to_have_css("color", light)

        async def animations_ended() -> bool:
            return bool(await self.page.evaluate("document.getAnimations().length === 0"))

        # An inherited colour needs one transition per level of the document, even if each takes no time.
        await until(animations_ended, what="the end of the transitions")

    async def wait_until_live(self) -> None:
        await expect(self.connection).to_have_text("Live", timeout=20_000)

    @property
    def connection(self) -> Locator:
        return self.page.get_by_test_id("connection")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=name, exact=True)

    def toast(self, text: str) -> Locator:
        """A toast with this text in its title or message."""
        return self.page.get_by_role("alert").filter(has_text=text)

    async def mark_page(self) -> None:
        """Set a variable in the page that a reload would remove."""
        await self.page.evaluate("window.setByMarkPage = true")

    async def was_not_reloaded(self) -> bool:
        return bool(await self.page.evaluate("window.setByMarkPage === true"))
