"""What the screen says about an hour over the limit as it changes, and about hours found in imported data."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import WindowOpener
from tests.system.users import Json, User, UserFactory

pytestmark = pytest.mark.usefixtures("stable_hour")


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def reading(at: datetime, kwh: float) -> Json:
    return {"timestamp": at.isoformat(), "measurement_value": kwh}


async def test_every_change_of_an_hour_is_shown_and_the_newest_notice_replaces_the_older(
    open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=1.0, name="Boiler")
    home = await open_window()
    await home.sign_in(owner)
    hour = this_hour()
    for kwh, title in (
        (1.2, "Boiler: over the limit"),
        (0.2, "Boiler: alert cleared"),
        (1.3, "Boiler: over the limit again"),
        (2.3, "Boiler: far over the limit"),
        (0.1, "Boiler: alert cleared"),
    ):
        await owner.send("POST", "/monitoring/readings", {"device_id": device["id"]} | reading(hour, kwh))
        await expect(home.toast(title)).to_be_visible()
        await expect(home.toast("Boiler")).to_have_count(1)


async def test_past_hours_are_one_notice_and_are_acknowledged_together(
    open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=1.0, name="Archive")
    home = await open_window()
    await home.sign_in(owner)
    past = [reading(this_hour() - timedelta(hours=n), 1.2) for n in range(100, 330)]
    await owner.send("POST", "/monitoring/readings", {"device_id": device["id"], "readings": past})

    notice = home.toast("230 past hours over the limit were found in imported data.")
    await expect(notice).to_be_visible()
    await expect(home.page.get_by_label("Alerts: none to acknowledge")).to_be_visible()
    await notice.get_by_role("link", name="Show these alerts").click()
    await expect(home.heading("Alerts")).to_be_visible()
    await home.page.get_by_role("button", name="Acknowledge 230 alerts").click()
    dialog = home.page.get_by_role("dialog", name="Acknowledge 230 alerts?")
    await dialog.get_by_role("button", name="Acknowledge 230 alerts").click()
    await expect(home.page.get_by_text("230 alerts acknowledged.")).to_be_visible()
    assert not [alert for alert in await owner.get_all("/monitoring/alerts") if alert["acknowledged_at"] is None]
