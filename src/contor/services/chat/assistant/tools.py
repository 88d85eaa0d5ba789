"""The assistant's tools: read-only requests to the other services with the user's token."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from contor.kernel.identity import Identity
from contor.kernel.peers import Peers
from contor.services.chat.assistant import guide
from contor.services.chat.assistant.periods import Period, last_days
from contor.services.chat.assistant.protocol import Language, Source
from contor.services.chat.assistant.results import (
    Alert,
    Alerts,
    Consumption,
    CurrentHour,
    CurrentHours,
    DailyEnergy,
    Guide,
    GuidePage,
    Meter,
    MeterConsumption,
    Meters,
    Result,
    daily_energy,
    measured_points,
)
from contor.services.chat.assistant.rules.intents.normalize import fold

MAX_METERS = 50
"""Meters in one answer, the first by name."""
MAX_ALERTS = 20
MAX_SOURCES = 5
MAX_CONCURRENT_REQUESTS = 4
"""For one question."""
MAX_HOURLY_DAYS = 35
"""Longer periods are read by the day."""

T = TypeVar("T")
R = TypeVar("R", bound=Result)


class UnknownMeter(Exception):
    """No meter of the user has this name; the message lists the names that exist."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(f"no meter has this name; the client's meters are: {', '.join(known) or 'none'}")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`summary`: the tool with its arguments."""

    summary: str
    result: Result
    sources: tuple[Source, ...]


class Tools:
    """The tools for one question. `calls` records every result: it gives the sources and the facts of an answer."""

    def __init__(self, peers: Peers, user: Identity, now: datetime, language: Language) -> None:
        self.calls: list[ToolCall] = []
        self._now = now
        self._peers = peers
        self._user = user
        self._language = language
        self._meters: tuple[Meter, ...] | None = None
        self._semaphore = asyncio.Semaphore(MAX_CONCURRENT_REQUESTS)

    async def local_now(self) -> datetime:
        """The time at the user's first meter; UTC without meters."""
        meters = await self.own_meters()
        return self._now.astimezone(ZoneInfo(meters[0].time_zone if meters else "UTC"))

    async def today(self) -> date:
        return (await self.local_now()).date()

    @property
    def local_times(self) -> list[datetime]:
        """The present moment in the time zone of every meter read so far."""
        return [self._now.astimezone(ZoneInfo(zone)) for zone in {meter.time_zone for meter in self._meters or ()}]

    async def own_meters(self) -> tuple[Meter, ...]:
        """The meters the user owns (also for an administrator) by name; requested once."""
        if self._meters is None:
            query = {"owner_id": str(self._user.id), "sort": "name", "limit": MAX_METERS}
            page = await self._get("device", "/devices", query)
            self._meters = tuple(
                Meter.model_validate({**item, "hour_limit_kwh": item["max_hourly_consumption_kwh"]})
                for item in page["items"]
            )
        return self._meters

    async def meters(self) -> Meters:
        meters = await self.own_meters()
        return self._record("meters", Meters(count=len(meters), meters=meters), _devices(meters))

    async def consumption(self, period: Period, meter: str | None = None) -> Consumption:
        """Energy in a period, of one meter or all, compared with the previous period. Raises `UnknownMeter`."""
        chosen = await self._chosen(meter)
        today = await self.today()
        measured = await self._each(chosen, lambda each: self._meter_consumption(each, period))
        result = Consumption.of(period, today, [use for use, _ in measured], [daily for _, daily in measured])
        return self._record(f"consumption {result.first}..{result.last}", result, _devices(chosen), meter)

    async def this_hour(self, meter: str | None = None) -> CurrentHours:
        """The running hour against its limit, the power and the state. Raises `UnknownMeter`."""
        chosen = await self._chosen(meter)
        result = CurrentHours(meters=tuple(await self._each(chosen, self._current_hour)))
        return self._record("this_hour", result, _devices(chosen), meter)

    async def alerts(self, meter: str | None = None, period: Period | None = None) -> Alerts:
        """Hours over their limit, by default of the last 30 days. Raises `UnknownMeter`."""
        chosen = await self._chosen(meter)
        today = await self.today()
        period = period or last_days(30, today)
        pages = await self._each(chosen, lambda each: self._meter_alerts(each, period))
        alerts = sorted((alert for found, _ in pages for alert in found), key=lambda a: a.hour_start, reverse=True)
        result = Alerts(
            first=period.first,
            last=min(period.last, today),
            count=len(alerts),
            unacknowledged=sum(not alert.acknowledged for alert in alerts),
            more=any(more for _, more in pages),
            alerts=tuple(alerts[:MAX_ALERTS]),
        )
        label = "Alerts" if self._language == "en" else "Alerte"
        return self._record("alerts", result, (Source("alerts", label, "/alerts"),), meter)

    def guide(self, query: str) -> Guide:
        """Pages of the user guide, the best match first; none if nothing matches."""
        return self._guide(*guide.search(query, self._language))

    def guide_page(self, page_id: str) -> GuidePage:
        page = guide.pages(self._language)[page_id]
        self._guide(page)
        return page

    def sources(self) -> tuple[Source, ...]:
        """The first sources of all results, without duplicates."""
        return tuple(dict.fromkeys(source for call in self.calls for source in call.sources))[:MAX_SOURCES]

    def _guide(self, *pages: GuidePage) -> Guide:
        return self._record("guide", Guide(pages=pages), [Source("guide", page.title, page.href) for page in pages])

    def _record(self, call: str, result: R, sources: Iterable[Source], meter: str | None = None) -> R:
        self.calls.append(ToolCall(f"{call} {meter}" if meter else call, result, tuple(sources)))
        return result

    async def _chosen(self, name: str | None) -> tuple[Meter, ...]:
        meters = await self.own_meters()
        if name is None:
            return meters
        chosen = tuple(meter for meter in meters if fold(meter.name).strip() == fold(name).strip())
        if not chosen:
            raise UnknownMeter([meter.name for meter in meters])
        return chosen

    async def _meter_consumption(self, meter: Meter, period: Period) -> tuple[MeterConsumption, DailyEnergy]:
        begin, end = period.bounds(meter.time_zone)
        if begin >= self._now:
            return MeterConsumption(meter=meter.name), {}
        resolution = "hour" if period.days <= MAX_HOURLY_DAYS else "day"
        profile = await self._profile(meter, begin, min(end, self._now), resolution)
        previous = await self._previous_energy(meter, period)
        return MeterConsumption.of(meter, profile, previous), daily_energy(profile)

    async def _previous_energy(self, meter: Meter, period: Period) -> Decimal | None:
        """Energy of the previous period, up to the same point if this one is running; None without data."""
        begin, end = period.bounds(meter.time_zone)
        since, until = period.previous().bounds(meter.time_zone)
        until = min(until, since + (self._now - begin)) if self._now < end else until
        zone = ZoneInfo(meter.time_zone)
        midnight = datetime.combine(until.astimezone(zone).date(), datetime.min.time(), zone)
        parts = [("day", since, midnight), ("quarter_hour", max(since, midnight), until)]
        energies = [
            point["energy_kwh"]
            for resolution, first, after in parts
            if first < after
            for point in measured_points(await self._profile(meter, first, after, resolution))
        ]
        return Decimal(sum(energies)) if energies else None

    async def _profile(self, meter: Meter, begin: datetime, end: datetime, resolution: str) -> Any:
        query = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": resolution}
        return await self._get("monitoring", f"/monitoring/devices/{meter.id}/consumption", query)

    async def _current_hour(self, meter: Meter) -> CurrentHour:
        return CurrentHour.of(meter, await self._get("monitoring", f"/monitoring/devices/{meter.id}/summary"))

    async def _meter_alerts(self, meter: Meter, period: Period) -> tuple[list[Alert], bool]:
        begin, end = period.bounds(meter.time_zone)
        query = {"device_id": str(meter.id), "from": begin.isoformat(), "to": end.isoformat(), "limit": MAX_ALERTS}
        page = await self._get("monitoring", "/monitoring/alerts", query)
        return [Alert.of(meter, item) for item in page["items"]], page["next_cursor"] is not None

    async def _each(self, meters: Iterable[Meter], request: Callable[[Meter], Awaitable[T]]) -> list[T]:
        return list(await asyncio.gather(*(request(meter) for meter in meters)))

    async def _get(self, service: str, path: str, query: dict[str, Any] | None = None) -> Any:
        async with self._semaphore:
            target = f"{path}?{urlencode(query)}" if query else path
            response = await self._peers.call(service, "GET", target, token=self._user.token)
        # Decimals keep the digits exactly; floats would not.
        return json.loads(response.content, parse_float=Decimal, parse_int=Decimal)


def _devices(meters: Sequence[Meter]) -> tuple[Source, ...]:
    return tuple(Source("device", meter.name, f"/meters/{meter.id}") for meter in meters)
