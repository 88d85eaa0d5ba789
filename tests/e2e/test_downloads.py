"""The download of the meter page, read back by the command line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.conftest import WindowOpener
from tests.system.commands import run_contor
from tests.system.users import User, UserFactory


def first_interval(path: Path) -> str:
    """The start of the first interval of a download."""
    return path.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]


async def test_the_downloaded_quarter_hours_give_a_new_meter_the_same_profile(
    open_window: WindowOpener, users: UserFactory, admin: User, tmp_path: Path
) -> None:
    owner = await users.create_client()
    first, second = [await users.create_device(admin, owner, time_zone="Asia/Kolkata") for _ in range(2)]
    now = datetime.now(UTC)
    readings = [
        {"timestamp": (now - timedelta(minutes=25 * n)).isoformat(), "measurement_value": 0.123456 + n / 100}
        for n in range(14)
    ]
    await owner.send("POST", "/monitoring/readings", {"device_id": first["id"], "readings": readings})
    window = await open_window()
    await window.sign_in(owner)
    await window.open(f"/meters/{first['id']}?period=recent")
    button = window.page.get_by_role("button", name="Download CSV: Consumption")
    await expect(button).to_be_visible()
    async with window.page.expect_download() as started:
        await button.click()
    download = await started.value
    await download.save_as(path := tmp_path / "meter.csv")
    start = first_interval(path)
    assert start.endswith("+05:30")
    assert download.suggested_filename == f"{first['name']} {start[:10]} quarter_hour.csv"

    flags = ("--url", owner.url, "--username", owner.username, "--password", owner.password)
    result = await run_contor("simulate", *flags, "--device", second["id"], "--csv", str(path), folder=tmp_path)
    assert result.exit_code == 0, result.output
    profiles = []
    for device in (first, second):
        path_of = f"/monitoring/devices/{device['id']}/consumption"
        begin = (now - timedelta(hours=5)).isoformat()
        profiles.append((await owner.get(path_of, **{"from": begin}, resolution="quarter_hour"))["points"])
    assert profiles[0] == profiles[1]
