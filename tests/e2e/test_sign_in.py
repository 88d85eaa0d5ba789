"""Registration, sign-in and sign-out by the forms."""

import re
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import WindowOpener
from tests.system.users import PASSWORD, UserFactory


async def test_registration_leads_to_the_home_page(open_window: WindowOpener) -> None:
    window, username = await open_window(), f"vlad-{uuid4().hex[:8]}"
    await window.open()
    await window.page.get_by_role("link", name="Create an account").click()
    await expect(window.heading("Create an account")).to_be_visible()  # the sign-in form has the same field names
    await window.page.get_by_label("Username").fill(username)
    await window.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await window.page.get_by_role("button", name="Create an account").click()
    await expect(window.heading("Home")).to_be_visible()
    await expect(window.page.get_by_text(f"Give your administrator your username: {username}")).to_be_visible()
    await window.wait_until_live()


async def test_registration_errors_are_shown_at_their_fields(open_window: WindowOpener, users: UserFactory) -> None:
    window, existing = await open_window(), await users.create_client()
    await window.open("/register")
    username, password = window.page.get_by_label("Username"), window.page.get_by_label("Password", exact=True)
    create = window.page.get_by_role("button", name="Create an account")
    await username.fill(existing.username.upper())
    await password.fill(PASSWORD)
    await create.click()
    await expect(username).to_have_accessible_description(containing("This username is taken. Choose another one."))
    await username.fill(f"vlad-{uuid4().hex[:8]}")
    await password.fill("password123")
    await create.click()
    await expect(password).to_have_accessible_description(containing("This password is known from data breaches."))


async def test_after_a_wrong_password_the_right_one_signs_in(open_window: WindowOpener, users: UserFactory) -> None:
    window, user = await open_window(), await users.create_client()
    await window.open("/sign-in")
    await window.page.get_by_label("Username").fill(user.username)
    password = window.page.get_by_label("Password", exact=True)
    await password.fill("something else entirely")
    await window.page.get_by_role("button", name="Sign in").click()
    await expect(window.page.get_by_role("alert")).to_have_text("The username or the password is incorrect.")
    await password.fill(PASSWORD)
    await password.press("Enter")
    await expect(window.heading("Home")).to_be_visible()


async def test_sign_in_leads_to_the_requested_page_and_survives_a_reload(
    open_window: WindowOpener, users: UserFactory
) -> None:
    window, user = await open_window(), await users.create_client()
    await window.open("/alerts")
    await expect(window.page.get_by_role("button", name="Sign in")).to_be_visible()
    await window.page.get_by_label("Username").fill(user.username)
    await window.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await window.page.get_by_role("button", name="Sign in").click()
    await expect(window.heading("Alerts")).to_be_visible()
    await window.page.reload()
    await expect(window.heading("Alerts")).to_be_visible()
    await window.wait_until_live()


async def test_signing_out_signs_out_all_tabs_of_the_browser(open_window: WindowOpener, users: UserFactory) -> None:
    window, user = await open_window(), await users.create_client()
    await window.sign_in(user)
    other_tab = await window.context.new_page()
    await other_tab.goto("/account")
    await expect(other_tab.get_by_role("heading", level=1, name="Account")).to_be_visible()
    await window.page.get_by_role("button", name=f"Account of {user.username}").click()
    await window.page.get_by_role("menuitem", name="Sign out").click()
    await expect(window.page.get_by_role("button", name="Sign in")).to_be_visible()
    await expect(other_tab.get_by_role("button", name="Sign in")).to_be_visible()
    await window.page.reload()
    await expect(window.page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_a_user_who_is_disabled_is_sent_to_the_sign_in_page(
    open_window: WindowOpener, users: UserFactory
) -> None:
    window, user, admin = await open_window(), await users.create_client(), await users.sign_in_admin()
    await window.sign_in(user)
    await admin.send("PATCH", f"/users/{user.id}", {"disabled": True})
    await expect(window.page.get_by_text("Your session has ended. Sign in again.")).to_be_visible()


def containing(text: str) -> re.Pattern[str]:
    """A pattern that matches a description which contains this text."""
    return re.compile(re.escape(text))
