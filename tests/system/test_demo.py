"""`contor demo`: its printed credentials work, and it has a month of readings and a current alert."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.system.deployment import Embedded
from tests.system.live_socket import open_socket
from tests.system.users import Json, user_factory
from tests.waiting import until

CREDENTIALS = r"{}\s+(\S+)\s+password\s+(\S+)"


def is_now(frame: Json) -> bool:
    """Whether the alert was raised in the hour it is about."""
    return datetime.fromisoformat(frame["data"]["hour_end"]) > datetime.fromisoformat(frame["at"])


async def test_the_demo_shows_a_client_a_month_of_history_and_an_alert_within_two_minutes(tmp_path: Path) -> None:
    demo = Embedded(tmp_path / "demo", command="demo")
    async with demo.running(CONTOR_ADMIN_USERNAME="site-admin"), user_factory(demo) as users:
        await until(lambda: re.search(CREDENTIALS.format("client"), demo.read_output()), seconds=30, what="credentials")
        assert f"http://localhost:{demo.port}" in demo.read_output()
        administrator, client = (
            re.search(CREDENTIALS.format(role), demo.read_output()).groups()  # type: ignore[union-attr]
            for role in ("administrator", "client")
        )
        assert (await users.new_browser(*administrator).sign_in()).json()["user"]["role"] == "admin"
        ana = users.new_browser(*client)
        assert (await ana.sign_in()).status_code == 200
        async with open_socket(ana) as socket:
            # Past readings raise alerts too; the demo promises one for the current hour.
            raised = (await until(lambda: list(filter(is_now, socket.frames_of("alert.raised"))), seconds=120))[0]
        meter = raised["data"]["device_id"]
        since = datetime.now(UTC) - timedelta(days=31)

        async def has_a_month() -> bool:
            days = await ana.get(
                f"/monitoring/devices/{meter}/consumption", **{"from": since.isoformat(), "resolution": "day"}
            )
            return len([day for day in days["points"] if day["quality"] == "measured"]) >= 30

        await until(has_a_month, seconds=60, what="thirty measured days")
        summary = await ana.get(f"/monitoring/devices/{meter}/summary")
        assert summary["state"] == "live"
        assert raised["data"]["energy_kwh"] > raised["data"]["limit_kwh"] == summary["limit_kwh"]
