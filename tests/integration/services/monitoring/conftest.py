"""The monitoring service alone. Most tests share one and use devices of their own."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from contor.contracts.accounts import UserDeleted
from contor.contracts.alerts import (
    AlertAcknowledged,
    AlertsAcknowledged,
    HourlyLimitExceeded,
    HourlyLimitRestored,
    PastAlertsFound,
)
from contor.contracts.devices import Channel, DeviceChanged, DeviceUnit, Stamp
from contor.kernel.clock import now
from contor.services.monitoring import SERVICE
from tests.running import Databases, RunningService, run_service
from tests.waiting import until

ALERT_MESSAGES = (HourlyLimitExceeded, HourlyLimitRestored, AlertAcknowledged, AlertsAcknowledged, PastAlertsFound)
BUCHAREST = "Europe/Bucharest"


class Meters:
    """A running monitoring service, with shortcuts for its requests and messages."""

    def __init__(self, running: RunningService) -> None:
        self.running = running
        self._versions: dict[UUID, int] = {}

    async def request(self, method: str, path: str, *, by: UUID | None = None, expect: int = 200, **sent: Any) -> Any:
        """The JSON that `/monitoring{path}` answers a client, or an administrator, with the status `expect`, if any."""
        headers = self.running.auth(by) if by else self.running.admin()
        answer: httpx.Response = await self.running.client.request(
            method, f"/monitoring{path}", headers=headers, **sent
        )
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def device(self, device_id: UUID | None = None, **changed: Any) -> UUID:
        """Publish a new device, or the next version of `device_id`; `limit` in kWh. Returns its id."""
        device_id = device_id or uuid4()
        await self.running.publish(self.change(device_id, **changed))
        return device_id

    def change(
        self,
        device_id: UUID,
        *,
        version: int | None = None,
        owner: UUID | None = None,
        unit: DeviceUnit = "kWh",
        zone: str = BUCHAREST,
        limit: str | None = None,
        deleted: bool = False,
        owner_since: datetime | None = None,
        limit_since: datetime | None = None,
        zone_since: datetime | None = None,
        max_power_kw: str = "100",
        stamp: Stamp = "start",
        interval_minutes: int | None = None,
    ) -> DeviceChanged:
        """What has no `*_since` holds since ever."""
        self._versions[device_id] = version or self._versions.get(device_id, 0) + 1
        return DeviceChanged(
            device_id=device_id,
            version=self._versions[device_id],
            deleted=deleted,
            name="Meter",
            owner_id=owner,
            owner_since=owner_since,
            kind="interval",
            unit=unit,
            channels=(Channel(kind="interval", unit=unit, stamp=stamp, interval_minutes=interval_minutes),),
            time_zone=zone,
            time_zone_since=zone_since,
            max_hourly_consumption_kwh=None if limit is None else Decimal(limit),
            limit_since=limit_since,
            max_power_kw=Decimal(max_power_kw),
        )

    async def delete_user(self, user_id: UUID) -> None:
        await self.running.publish(UserDeleted(user_id=user_id))

    async def post(self, body: Any, *, by: UUID | None = None, expect: int = 202) -> Any:
        sent = {"content": body} if isinstance(body, str | bytes) else {"json": body}
        return await self.request("POST", "/readings", by=by, expect=expect, **sent)

    async def counts(self, body: Any, *, by: UUID | None = None) -> tuple[int, int, int]:
        """(accepted, duplicates, rejected) of a call."""
        receipt = await self.post(body, by=by)
        return receipt["accepted"], receipt["duplicates"], len(receipt["rejected"])

    async def consumption(self, device: UUID, *, by: UUID | None = None, **query: Any) -> Any:
        return await self.request("GET", f"/devices/{device}/consumption", by=by, params=query)

    async def profile(self, device: UUID, begin: datetime, end: datetime) -> dict[str, float]:
        """{start: kWh} of the quarter hours with data."""
        query: dict[str, Any] = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": "quarter_hour"}
        points = (await self.consumption(device, **query))["points"]
        return {p["start"]: p["energy_kwh"] for p in points if p["quality"] != "missing"}

    async def alerts(self, device: UUID, *, by: UUID | None = None, **query: Any) -> list[Any]:
        page = await self.request("GET", "/alerts", by=by, params={"device_id": str(device), "limit": 200} | query)
        items: list[Any] = page["items"]
        return items

    async def all_pages(self, path: str, *, by: UUID | None = None, **query: Any) -> list[list[Any]]:
        """Every page of a list, in order."""
        pages: list[list[Any]] = []
        while True:
            page = await self.request("GET", path, by=by, params=query)
            pages.append(page["items"])
            if page["next_cursor"] is None:
                return pages
            query["cursor"] = page["next_cursor"]

    def published_alerts(self, kind: type[Any], device: UUID) -> list[Any]:
        """The alerts of this device in messages of this kind that reached the bus."""
        alerts = [message.alert for message in self.running.published if isinstance(message, kind)]
        return [alert for alert in alerts if alert.device_id == device]

    def past_alerts_found(self, device: UUID) -> int:
        """How many past alerts of this device were announced."""
        found = [message.found for message in self.running.published if isinstance(message, PastAlertsFound)]
        return sum(past.count for past in found if past.device_id == device)

    async def outbox_published(self) -> None:
        """Wait until every message of the outbox is published."""

        async def empty() -> bool:
            async with self.running.context.database.transaction() as session:
                waiting = await session.connection()
                found = await waiting.exec_driver_sql("SELECT count(*) FROM outbox WHERE published_at IS NULL")
                return bool(found.scalar_one() == 0)

        await until(empty, what="an empty outbox")


def at(*moment: int, zone: str = BUCHAREST) -> datetime:
    """A local time: year, month, day, hour, minute …"""
    return datetime(*moment, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type,misc]


def hours_ago(hours: int, minute: int = 0) -> datetime:
    """A minute of the clock hour that began so many hours before the running one."""
    return now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours) + timedelta(minutes=minute)


def reading(device: UUID | str, moment: datetime, value: Any) -> dict[str, Any]:
    return {"timestamp": int(moment.timestamp() * 1000), "device_id": str(device), "measurement_value": value}


def every(device: UUID, begin: datetime, end: datetime, step: timedelta, value: Any) -> list[dict[str, Any]]:
    """A reading at each step of [begin, end), elapsed time."""
    first, last = int(begin.timestamp()), int(end.timestamp())
    return [
        {"timestamp": second * 1000, "device_id": str(device), "measurement_value": value}
        for second in range(first, last, int(step.total_seconds()))
    ]


def codes(receipt: Any) -> list[tuple[int, str, str]]:
    return [(r["index"], r["code"], r["field"]) for r in receipt["rejected"]]


def flat(pages: Iterable[list[Any]]) -> list[Any]:
    return [item for page in pages for item in page]


@pytest.fixture(scope="session")
async def shared_meters(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("monitoring")
    async with run_service(SERVICE, databases, folder, collect=ALERT_MESSAGES) as running:
        yield Meters(running)


@pytest.fixture
def meters(shared_meters: Meters) -> Meters:
    """A service shared by the tests of one worker: for tests that look at their own devices only."""
    return shared_meters


@pytest.fixture
async def fresh(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    """A service with its own database: for tests that look at all devices together."""
    async with run_service(SERVICE, databases, tmp_path_factory.mktemp("fresh"), collect=ALERT_MESSAGES) as running:
        yield Meters(running)
