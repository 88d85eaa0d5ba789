"""`contor demo`: what it prints can be used, and what it shows is there."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.system.deployment import Embedded
from tests.system.people import Json, people_of
from tests.system.sockets import live
from tests.waiting import until

PERSON = r"{}\s+(\S+)\s+password\s+(\S+)"


def is_now(frame: Json) -> bool:
    """Whether the alert is of the hour it was raised in."""
    return datetime.fromisoformat(frame["data"]["hour_end"]) > datetime.fromisoformat(frame["at"])


async def test_the_demo_shows_a_client_a_month_of_history_and_an_alert_within_two_minutes(tmp_path: Path) -> None:
    demo = Embedded(tmp_path / "demo", command="demo")
    async with demo.running(CONTOR_ADMIN_USERNAME="keeper"), people_of(demo) as people:
        await until(lambda: re.search(PERSON.format("client"), demo.said()), seconds=30, what="credentials printed")
        assert f"http://localhost:{demo.port}" in demo.said()
        administrator, client = (
            re.search(PERSON.format(role), demo.said()).groups()  # type: ignore[union-attr]
            for role in ("administrator", "client")
        )
        assert (await people.somebody(*administrator).sign_in()).json()["user"]["role"] == "admin"
        ana = people.somebody(*client)
        assert (await ana.sign_in()).status_code == 200
        async with live(ana) as socket:
            # The history raises alerts too; what the page promises is one for the hour that runs.
            raised = (await until(lambda: list(filter(is_now, socket.of("alert.raised"))), seconds=120))[0]
        meter = raised["data"]["device_id"]
        since = datetime.now(UTC) - timedelta(days=31)

        async def a_month() -> bool:
            days = await ana.get(
                f"/monitoring/devices/{meter}/consumption", **{"from": since.isoformat(), "resolution": "day"}
            )
            return len([day for day in days["points"] if day["quality"] == "measured"]) >= 30

        await until(a_month, seconds=60, what="thirty measured days")
        summary = await ana.get(f"/monitoring/devices/{meter}/summary")
        assert summary["state"] == "live"
        assert raised["data"]["energy_kwh"] > raised["data"]["limit_kwh"] == summary["limit_kwh"]
