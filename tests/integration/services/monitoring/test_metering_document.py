"""The worked examples of `docs/metering.md`, run against the monitoring service."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.contracts.alerts import HourlyLimitExceeded, HourlyLimitRestored, PastAlertsFound
from contor.contracts.devices import Channel, DeviceChanged
from contor.contracts.readings import SENSOR_DATA
from contor.services.monitoring import SERVICE
from tests.integration.services.monitoring.conftest import Meters
from tests.integration.services.monitoring.examples import DOCUMENT, Example, Table, instant, instants, read_examples
from tests.integration.services.monitoring.fixed_clock import FixedClock, fixed_clock
from tests.running import Databases, run_service
from tests.waiting import until

EXAMPLES = read_examples(DOCUMENT.read_text())
INTERVALS = {"Quarter hour": "quarter_hour", "Hour": "hour", "Day": "day", "Week": "week", "Month": "month"}
MESSAGES = (HourlyLimitExceeded, HourlyLimitRestored, PastAlertsFound)
QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module")
async def documented(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("documented")
    async with run_service(SERVICE, databases, folder, collect=MESSAGES) as running:
        yield Meters(running)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
async def test_a_rule_of_the_document_holds(example: Example, documented: Meters) -> None:
    with fixed_clock(example.clock) as clock:
        player = Player(example, documented, clock)
        await player.publish_device()
        for table in example.steps:
            await player.run(table)


def test_every_kind_of_table_in_the_document_is_known() -> None:
    assert {table.kind for example in EXAMPLES for table in example.steps} <= set(STEPS)
    assert len({example.title for example in EXAMPLES}) == len(EXAMPLES) > 20


class Player:
    """Runs the tables of one example on a new meter."""

    def __init__(self, example: Example, meters: Meters, clock: FixedClock) -> None:
        given = example.given
        self.meters, self.clock = meters, clock
        self.people: dict[str, UUID] = {}
        self.zone = given["time zone"]
        self.state: dict[str, Any] = {
            "device_id": uuid4(),
            "version": 0,
            "name": "Meter",
            "owner_id": self.person(given["owner"].split(",")[0]),
            "kind": "interval",
            "unit": given["unit"],
            "channels": (channel_of(given),),
            "time_zone": self.zone,
            "max_hourly_consumption_kwh": kwh_of(given["limit"]),
            "max_power_kw": Decimal(given["highest power"].removesuffix(" kW")),
        }

    @property
    def device(self) -> UUID:
        return UUID(str(self.state["device_id"]))

    def person(self, name: str) -> UUID:
        return self.people.setdefault(name, uuid4())

    def name(self, user_id: str | None) -> str:
        return next((name for name, known in self.people.items() if str(known) == user_id), "")

    def at(self, text: str) -> datetime:
        return instant(text, self.clock.moment, self.zone)

    async def publish_device(self, **changed: Any) -> None:
        self.state |= {"version": self.state["version"] + 1, **changed}
        self.zone = self.state["time_zone"]
        await self.meters.running.publish(DeviceChanged(**self.state))

    async def run(self, table: Table) -> None:
        await STEPS[table.kind](self, table)

    async def send(self, table: Table) -> None:
        for row in table.rows:
            row["Clock"] = row.get("Clock", "")
        for (clock, sender), rows in groupby(table.rows, key=lambda row: (row["Clock"], row.get("Sent by", ""))):
            if clock:
                self.clock.moment = self.at(clock)
            await self._send(sender, list(rows))

    async def _send(self, sender: str, rows: list[dict[str, str]]) -> None:
        body, answers = [], []
        for row in rows:
            for moment in instants(row["Reading"], self.clock.moment, self.zone):
                reading: dict[str, Any] = {"timestamp": moment.isoformat(), "device_id": str(self.device)}
                reading["measurement_value"] = float(row["Value"])
                body.append(reading | ({"unit": row["Unit"]} if row.get("Unit") else {}))
                answers.append(row.get("Answer", "accepted"))
        if sender == "queue":
            await self.meters.running.bus.send(SENSOR_DATA, [json.dumps(body).encode()])
            return
        by = None if sender in ("", "administrator") else self.person(sender)
        receipt = await self.meters.post(body, by=by)
        assert [(r["index"], r["code"]) for r in receipt["rejected"]] == [
            (n, answer) for n, answer in enumerate(answers) if answer not in ("accepted", "duplicate")
        ]
        assert (receipt["accepted"], receipt["duplicates"]) == (answers.count("accepted"), answers.count("duplicate"))

    async def change(self, table: Table) -> None:
        for row in table.rows:
            if row.get("Clock"):
                self.clock.moment = self.at(row["Clock"])
            await self._change(row["What happens"])

    async def _change(self, text: str) -> None:
        for pattern, step in CHANGES.items():
            if match := re.fullmatch(pattern, text):
                await step(self, *match.groups())
                return
        raise AssertionError(f"unknown step: {text}")

    async def set_limit(self, limit: str) -> None:
        await self.publish_device(max_hourly_consumption_kwh=kwh_of(limit), limit_since=self.clock.moment)

    async def set_owner(self, name: str | None, since: str | None) -> None:
        begin = self.at(since) if since else self.clock.moment
        owners = {"owner_id": name and self.person(name), "previous_owner_id": self.state["owner_id"]}
        await self.publish_device(**owners, owner_since=begin - timedelta(seconds=begin.timestamp() % 900))

    async def set_zone(self, zone: str) -> None:
        await self.publish_device(time_zone=zone, time_zone_since=self.clock.moment)

    async def acknowledge(self, name: str, hour: str) -> None:
        (alert,) = [a for a in await self.alerts() if moment_of(a["hour_start"]) == self.at(hour)]
        await self.meters.request("POST", f"/alerts/{alert['id']}/acknowledge", by=self.person(name))

    async def correct(self, time: str, replacement: str | None = None) -> None:
        value = None if replacement is None else float(replacement)
        body = {"timestamp": self.at(time).isoformat(), "replacement": value, "reason": "Read by hand"}
        await self.meters.request("POST", f"/devices/{self.device}/corrections", expect=201, json=body)

    async def undo(self) -> None:
        path = f"/devices/{self.device}/corrections"
        newest = (await self.meters.request("GET", path))["items"][0]
        await self.meters.request("DELETE", f"{path}/{newest['id']}", expect=204)

    async def begin_hour(self) -> None:
        await until(self.alerts, what="an alert of the hour that begins")

    async def alerts(self, by: UUID | None = None) -> list[Any]:
        return await self.meters.alerts(self.device, by=by)

    async def check_profile(self, table: Table) -> None:
        starts = [self.at(row[table.kind]) for row in table.rows]
        query: dict[str, Any] = {"from": min(starts).isoformat(), "to": (max(starts) + QUARTER).isoformat()}
        answer = await self.meters.consumption(self.device, **query, resolution=INTERVALS[table.kind])
        points = {moment_of(point["start"]): point for point in answer["points"]}
        for start, row in zip(starts, table.rows, strict=True):
            point = points[start]
            found = {"kWh": number(point["energy_kwh"]), "Quality": point["quality"]}
            if "Limit" in row:
                found["Limit"] = number(point["limit_kwh"])
            if "Hours" in row:
                day: dict[str, Any] = {"from": point["start"], "to": point["end"], "resolution": "hour"}
                found["Hours"] = str(len((await self.meters.consumption(self.device, **day))["points"]))
            expected = {title: cell for title, cell in row.items() if title in found}
            assert {title: found[title] for title in expected} == expected, start

    async def check_alerts(self, table: Table) -> None:
        rows = [row for row in table.rows if row[table.kind] != "none"]
        found = [
            {
                "Alert of": moment_of(alert["hour_start"]),
                "Owner": self.name(alert["owner_id"]),
                "kWh": number(alert["energy_kwh"]),
                "Limit": number(alert["limit_kwh"]),
                "Severity": alert["severity"],
                "State": alert["state"],
                "Raised": str(alert["raised_times"]),
                "Past": "yes" if alert["past"] else "no",
                "Acknowledged": "yes" if alert["acknowledged_at"] else "no",
            }
            for alert in reversed(await self.alerts())
        ]
        titles = table.rows[0]
        expected = [row | {"Alert of": self.at(row["Alert of"])} for row in rows]
        assert [{title: alert[title] for title in titles} for alert in found] == expected

    async def check_messages(self, table: Table) -> None:
        await self.meters.outbox_published()
        found = [self._message(message) for message in self.meters.running.published if self._is_own(message)]
        expected = [
            (row["Message"], row["Of"] if row["kWh"] == "" else self.at(row["Of"]), row["kWh"]) for row in table.rows
        ]
        assert sorted(found, key=str) == sorted(expected, key=str)

    def _is_own(self, message: Any) -> bool:
        device = message.found.device_id if isinstance(message, PastAlertsFound) else message.alert.device_id
        return bool(device == self.device)

    def _message(self, message: Any) -> tuple[str, Any, str]:
        if isinstance(message, PastAlertsFound):
            return "past alerts found", f"{message.found.count} hours", ""
        name = "limit exceeded" if isinstance(message, HourlyLimitExceeded) else "limit restored"
        return name, message.alert.hour_start, number(message.alert.energy_kwh)

    async def check_readers(self, table: Table) -> None:
        begin = self.clock.moment - timedelta(days=40)
        query = {"from": begin.isoformat(), "to": (self.clock.moment + QUARTER).isoformat(), "resolution": "hour"}
        for row in table.rows:
            by = None if row["Reader"] == "administrator" else self.person(row["Reader"])
            path = f"/devices/{self.device}/consumption"
            status = 404 if row["kWh"] == "nothing" else 200
            answer = await self.meters.request("GET", path, by=by, expect=status, params=query)
            assert status == 404 or number(answer["total_kwh"]) == row["kWh"]
            assert "Alerts" not in row or len(await self.alerts(by)) == int(row["Alerts"])


def channel_of(given: dict[str, str]) -> Channel:
    stated = re.fullmatch(r"(\d+) min", given["interval"])
    minutes = int(stated[1]) if stated else None
    return Channel.model_validate(
        {"kind": "interval", "unit": given["unit"], "stamp": given["stamp"], "interval_minutes": minutes}
    )


def kwh_of(text: str) -> Decimal | None:
    return None if text == "none" else Decimal(text.removesuffix(" kWh"))


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def number(value: Any) -> str:
    """A number as the document writes it."""
    return f"{Decimal(str(value)).normalize():f}"


STEPS = {
    "Reading": Player.send,
    "What happens": Player.change,
    "Alert of": Player.check_alerts,
    "Message": Player.check_messages,
    "Reader": Player.check_readers,
    **dict.fromkeys(INTERVALS, Player.check_profile),
}
"""What runs a table, by the title of its first column."""

CHANGES: dict[str, Callable[..., Awaitable[None]]] = {
    r"The limit becomes (.+)": Player.set_limit,
    r"(?:(\w+) becomes the owner|The owner is removed)(?:, since (.+))?": Player.set_owner,
    r"The time zone becomes (.+)": Player.set_zone,
    r"(\w+) acknowledges the alert of (.+)": Player.acknowledge,
    r"An administrator replaces the reading of (.+) by (.+)": Player.correct,
    r"An administrator sets the reading of (.+) aside": Player.correct,
    r"The correction is undone": Player.undo,
    r"The hour begins": Player.begin_hour,
}
"""What happens beside readings."""
