"""Coming in and leaving, by the forms."""

import re
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Opener
from tests.system.people import PASSWORD, People


async def test_whoever_registers_is_at_home(visit: Opener) -> None:
    window, username = await visit(), f"vlad-{uuid4().hex[:8]}"
    await window.open()
    await window.page.get_by_role("link", name="Create an account").click()
    await expect(window.heading("Create an account")).to_be_visible()  # both forms have a field of that name
    await window.page.get_by_label("Username").fill(username)
    await window.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await window.page.get_by_role("button", name="Create an account").click()
    await expect(window.heading("Home")).to_be_visible()
    await expect(window.page.get_by_text(f"Give your administrator your username: {username}")).to_be_visible()
    await window.is_live()


async def test_a_taken_username_and_a_common_password_are_refused_beside_their_fields(
    visit: Opener, people: People
) -> None:
    window, taken = await visit(), await people.client()
    await window.open("/register")
    username, password = window.page.get_by_label("Username"), window.page.get_by_label("Password", exact=True)
    create = window.page.get_by_role("button", name="Create an account")
    await username.fill(taken.username.upper())
    await password.fill(PASSWORD)
    await create.click()
    await expect(username).to_have_accessible_description(words("This username is taken. Choose another one."))
    await username.fill(f"vlad-{uuid4().hex[:8]}")
    await password.fill("password123")
    await create.click()
    await expect(password).to_have_accessible_description(words("This password is known from data breaches."))


async def test_a_wrong_password_is_refused_on_the_page_and_the_right_one_then_lets_in(
    visit: Opener, people: People
) -> None:
    window, person = await visit(), await people.client()
    await window.open("/sign-in")
    await window.page.get_by_label("Username").fill(person.username)
    password = window.page.get_by_label("Password", exact=True)
    await password.fill("something else entirely")
    await window.page.get_by_role("button", name="Sign in").click()
    await expect(window.page.get_by_role("alert")).to_have_text("The username or the password is incorrect.")
    await password.fill(PASSWORD)
    await password.press("Enter")
    await expect(window.heading("Home")).to_be_visible()


async def test_one_stays_signed_in_over_a_reload_and_comes_back_to_the_page_one_asked_for(
    visit: Opener, people: People
) -> None:
    window, person = await visit(), await people.client()
    await window.open("/alerts")
    await expect(window.page.get_by_role("button", name="Sign in")).to_be_visible()
    await window.page.get_by_label("Username").fill(person.username)
    await window.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await window.page.get_by_role("button", name="Sign in").click()
    await expect(window.heading("Alerts")).to_be_visible()
    await window.page.reload()
    await expect(window.heading("Alerts")).to_be_visible()
    await window.is_live()


async def test_signing_out_ends_the_session_and_other_tabs_of_the_browser(visit: Opener, people: People) -> None:
    window, person = await visit(), await people.client()
    await window.sign_in(person)
    other_tab = await window.context.new_page()
    await other_tab.goto("/account")
    await expect(other_tab.get_by_role("heading", level=1, name="Account")).to_be_visible()
    await window.page.get_by_role("button", name=f"Account of {person.username}").click()
    await window.page.get_by_role("menuitem", name="Sign out").click()
    await expect(window.page.get_by_role("button", name="Sign in")).to_be_visible()
    await expect(other_tab.get_by_role("button", name="Sign in")).to_be_visible()
    await window.page.reload()
    await expect(window.page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_whoever_is_disabled_while_looking_is_back_at_the_sign_in_page(visit: Opener, people: People) -> None:
    window, person, admin = await visit(), await people.client(), await people.admin()
    await window.sign_in(person)
    await admin.send("PATCH", f"/users/{person.id}", {"disabled": True})
    await expect(window.page.get_by_text("Your session has ended. Sign in again.")).to_be_visible()


def words(text: str) -> re.Pattern[str]:
    """A description that holds this text, whatever hint stands before it."""
    return re.compile(re.escape(text))
