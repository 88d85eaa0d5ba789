"""From a new meter to its alert in two browsers, without a reload."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.doc_examples import meter_over_amqp
from tests.e2e.browser_window import BrowserWindow
from tests.e2e.conftest import WindowOpener
from tests.e2e.tcp_proxy import tcp_proxy
from tests.system.deployment import MODES, Deployment, Distributed
from tests.system.users import PASSWORD, Json, User, UserFactory

pytestmark = pytest.mark.usefixtures("stable_hour")


def reading(device: Json, kwh: float, ago: timedelta = timedelta()) -> Json:
    at = datetime.now(UTC) - ago
    return {"device_id": device["id"], "timestamp": at.isoformat(), "measurement_value": kwh}


async def create_client(window: BrowserWindow, username: str, full_name: str) -> None:
    """Create the client on the administrator's people page."""
    await window.page.get_by_role("link", name="People").first.click()
    await window.page.get_by_role("button", name="Add a person").click()
    form = window.page.get_by_role("dialog", name="New person")
    await form.get_by_label("Username").fill(username)
    await form.get_by_label("Password", exact=False).first.fill(PASSWORD)
    await form.get_by_label("Full name").fill(full_name)
    await form.get_by_role("button", name="Create").click()
    await expect(form).to_be_hidden()
    await expect(window.page.get_by_role("row").filter(has_text=full_name)).to_be_visible()


async def create_meter(window: BrowserWindow, name: str, owner: str) -> None:
    """Create the meter on the administrator's meters page; search the owner by name."""
    await window.page.get_by_role("link", name="Meters").first.click()
    await window.page.get_by_role("button", name="Add a meter").click()
    form = window.page.get_by_role("dialog", name="New meter")
    await form.get_by_label("Name").fill(name)
    await form.get_by_label("Address").fill("Strada Horea 4")
    await form.get_by_label("Limit per hour").fill("0.5")
    await form.get_by_role("combobox", name="Owner").or_(form.get_by_label("Owner")).first.fill(owner)
    await window.page.get_by_role("option", name=owner).click()
    await form.get_by_role("button", name="Create and connect").click()
    await expect(window.page.get_by_text("Waiting for the first reading…").first).to_be_visible()


@pytest.mark.parametrize("contor", MODES, indirect=True, scope="session")
async def test_a_new_meter_its_values_and_its_alert_appear_without_a_reload(
    open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    username, full_name = f"elena-{uuid4().hex[:6]}", f"Elena Dobre {uuid4().hex[:4]}"
    office, home = await open_window(), await open_window()
    await office.sign_in(admin)
    await create_client(office, username, full_name)
    await home.sign_in(users.new_browser(username))
    await expect(home.page.get_by_text("No meters yet")).to_be_visible()
    await home.mark_page()
    await office.mark_page()

    await create_meter(office, "Attic", full_name)
    card = home.page.get_by_role("article", name="Attic")
    await expect(card).to_be_visible()
    await expect(card.get_by_text("Waiting for the first reading…")).to_be_visible()
    await expect(home.toast("Attic is now assigned to you.")).to_be_visible()

    (device,) = [d for d in await admin.get_all("/devices") if d["owner"] and d["owner"]["username"] == username]
    await admin.send("POST", "/monitoring/readings", reading(device, 0.25))
    hour = card.get_by_role("meter", name="This hour, Attic")
    await expect(hour).to_have_attribute("aria-valuenow", "0.25")
    await expect(office.page.get_by_text("It works: 0.25 kWh")).to_be_visible()
    await admin.send("POST", "/monitoring/readings", reading(device, 0.35))
    await expect(hour).to_have_attribute("aria-valuenow", "0.6")
    await expect(home.toast("Attic: over the limit")).to_be_visible()
    await expect(card.get_by_text("over the limit", exact=True)).to_be_visible()
    await expect(home.page.get_by_label("Alerts: 1 not acknowledged")).to_be_visible()
    assert await home.was_not_reloaded()
    assert await office.was_not_reloaded()


@pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
async def test_a_reading_published_by_the_documented_example_appears_on_the_page(
    open_window: WindowOpener, contor: Distributed, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.3, name="Garage")
    home = await open_window()
    await home.sign_in(owner)
    await home.mark_page()
    card = home.page.get_by_role("article", name="Garage")
    await expect(card.get_by_text("Waiting for the first reading…")).to_be_visible()

    meter = await asyncio.create_subprocess_exec(sys.executable, "-c", meter_over_amqp(contor.amqp_url, device["id"]))
    assert await meter.wait() == 0
    await expect(card.get_by_role("meter", name="This hour, Garage")).to_have_attribute("aria-valuenow", "0.35")
    await expect(home.toast("Garage: over the limit")).to_have_count(1)
    await expect(home.page.get_by_label("Alerts: 1 not acknowledged")).to_be_visible()
    assert await home.was_not_reloaded()

    hours = await owner.get(f"/monitoring/devices/{device['id']}/consumption", resolution="hour")
    assert [point["energy_kwh"] for point in hours["points"] if point["energy_kwh"]] == [0.35]


async def test_after_a_reconnection_every_alert_is_shown_once(
    open_window: WindowOpener, contor: Deployment, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=0.5, name="Cellar")
    async with tcp_proxy(contor.url) as proxy:
        home = await open_window(base_url=proxy.url)
        await home.sign_in(owner)
        await home.mark_page()
        alerts = home.page.get_by_role("region", name="Latest alerts").get_by_role("listitem")
        await owner.send("POST", "/monitoring/readings", reading(device, 0.8, ago=timedelta(hours=1)))
        await expect(alerts).to_have_count(1)
        await expect(home.toast("Cellar: far over the limit")).to_have_count(1)

        await proxy.cut()
        await expect(home.connection).to_contain_text("Reconnecting")
        await owner.send("POST", "/monitoring/readings", reading(device, 0.9))
        await proxy.restore()

        await home.wait_until_live()
        await expect(alerts).to_have_count(2)
        hour = home.page.get_by_role("meter", name="This hour, Cellar")
        await expect(hour).to_have_attribute("aria-valuenow", "0.9")
        await expect(home.toast("Cellar: far over the limit")).to_have_count(2)
        await expect(home.page.get_by_label("Alerts: 2 not acknowledged")).to_be_visible()

        await owner.send("POST", "/monitoring/readings", reading(device, 0.1))
        await expect(hour).to_have_attribute("aria-valuenow", "1")
        await expect(alerts).to_have_count(2)
        await expect(home.page.get_by_role("article", name="Cellar")).to_have_count(1)
        assert await home.was_not_reloaded()
