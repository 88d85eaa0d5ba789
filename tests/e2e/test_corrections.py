"""Suspicious readings and their corrections on the page of a meter."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.e2e.conftest import WindowOpener
from tests.system.users import User, UserFactory

SECTION = "Corrections and suspicious readings"


async def test_an_administrator_sets_a_reading_aside_and_undoes_it_and_the_owner_reads_why(
    open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner, limit=1.0, name="Sauna", max_power_kw=50)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    values = [20.0 if n == 100 else 0.1 for n in range(200)]
    readings = [
        {"timestamp": (hour - timedelta(minutes=15 * n)).isoformat(), "measurement_value": value}
        for n, value in enumerate(values)
    ]
    await owner.send("POST", "/monitoring/readings", {"device_id": device["id"], "readings": readings})

    office, home = await open_window(), await open_window()
    await office.sign_in(admin)
    await office.open(f"/meters/{device['id']}")
    section = office.page.get_by_role("region", name=SECTION)
    await expect(section.get_by_text("20 kWh, above the highest power of the meter")).to_be_visible()
    await section.get_by_role("button", name=re.compile("^Set aside the reading of")).click()
    dialog = office.page.get_by_role("dialog", name="Set aside a reading")
    await dialog.get_by_role("button", name="Set aside").click()
    await expect(dialog.get_by_text("Required.")).to_be_visible()
    await dialog.get_by_label("Reason").fill("The meter was tested")
    await dialog.get_by_role("button", name="Set aside").click()
    await expect(section.get_by_text("20 kWh → no reading")).to_be_visible()
    await expect(section.get_by_text("No suspicious readings.")).to_be_visible()

    await home.sign_in(owner)
    await home.open(f"/meters/{device['id']}")
    theirs = home.page.get_by_role("region", name=SECTION)
    await expect(theirs.get_by_text("Set aside by an administrator")).to_be_visible()
    await expect(theirs.get_by_text("Reason: The meter was tested")).to_be_visible()
    await expect(theirs.get_by_role("button")).to_have_count(0)

    await section.get_by_role("button", name=re.compile("^Undo")).click()
    await expect(section.get_by_text("Ended by you")).to_be_visible()
    await expect(section.get_by_text("20 kWh, above the highest power of the meter")).to_be_visible()
