"""What an assistant may look up: read only, with the token of whoever asks, and only what is theirs."""

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
from contor.services.chat.assistant import usage
from contor.services.chat.assistant.guide import search
from contor.services.chat.assistant.periods import Period, last_days
from contor.services.chat.assistant.protocol import Language, Source
from contor.services.chat.assistant.results import (
    Alert,
    Alerts,
    Consumption,
    Guide,
    GuidePage,
    Meter,
    Meters,
    MeterUse,
    Now,
    Result,
    Standing,
)
from contor.services.chat.assistant.rules.intents.normalize import fold

MOST_METERS = 50
"""Meters that are asked for one answer, by name from A on."""
MOST_ALERTS = 20
AT_ONCE = 4
"""Calls to another service under way for one question."""
FALLBACK_ZONE = "UTC"

T = TypeVar("T")
R = TypeVar("R", bound=Result)


class NoSuchMeter(Exception):
    """None of theirs has this name; `known` are the names that do."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known
        super().__init__(f"no meter has this name; theirs are: {', '.join(known) or 'none'}")


@dataclass(frozen=True, slots=True)
class Use:
    """That a tool was asked, and what it found."""

    call: str
    result: Result
    sources: tuple[Source, ...]


class Tools:
    """The tools of one question. `used` keeps what was found: sources, and the numbers an answer may hold."""

    def __init__(self, peers: Peers, asker: Identity, now: datetime, language: Language) -> None:
        self.used: list[Use] = []
        self.now = now
        self._peers = peers
        self._asker = asker
        self._language = language
        self._meters: tuple[Meter, ...] | None = None
        self._free = asyncio.Semaphore(AT_ONCE)

    async def today(self) -> date:
        """The date where their first meter is."""
        meters = await self.own_meters()
        return self.now.astimezone(ZoneInfo(meters[0].time_zone if meters else FALLBACK_ZONE)).date()

    @property
    def zones(self) -> set[str]:
        """The time zones of their meters, as far as they were asked for."""
        return {meter.time_zone for meter in self._meters or ()}

    async def own_meters(self) -> tuple[Meter, ...]:
        """Their meters by name, asked for once; an administrator's too are those they own."""
        if self._meters is None:
            query = {"owner_id": str(self._asker.id), "sort": "name", "limit": MOST_METERS}
            page = await self._get("device", "/devices", query)
            self._meters = tuple(
                Meter(hour_limit_kwh=item["max_hourly_consumption_kwh"], **_only(item, Meter)) for item in page["items"]
            )
        return self._meters

    async def meters(self) -> Meters:
        meters = await self.own_meters()
        return self._keep("meters", Meters(count=len(meters), meters=meters), _devices(meters))

    async def consumption(self, period: Period, meter: str | None = None) -> Consumption:
        """What the period took, of one meter or all, beside the period before. Raises `NoSuchMeter`."""
        chosen = await self._chosen(meter)
        today = await self.today()
        measured = await self._each(chosen, lambda each: self._use(each, period))
        result = usage.consumption(period, today, [use for use, _ in measured], [days for _, days in measured])
        return self._keep(f"consumption {result.first}..{result.last}", result, _devices(chosen), meter)

    async def this_hour(self, meter: str | None = None) -> Standing:
        """The running hour against its limit, power and state. Raises `NoSuchMeter`."""
        chosen = await self._chosen(meter)
        return self._keep(
            "this_hour", Standing(meters=tuple(await self._each(chosen, self._now))), _devices(chosen), meter
        )

    async def alerts(self, meter: str | None = None, period: Period | None = None) -> Alerts:
        """Hours over their limit, by default of the last 30 days. Raises `NoSuchMeter`."""
        chosen = await self._chosen(meter)
        today = await self.today()
        period = period or last_days(30, today)
        pages = await self._each(chosen, lambda each: self._alerts(each, period))
        alerts = sorted((alert for found, _ in pages for alert in found), key=lambda a: a.hour_start, reverse=True)
        result = Alerts(
            first=period.first,
            last=min(period.last, today),
            count=len(alerts),
            unacknowledged=sum(not alert.acknowledged for alert in alerts),
            more=any(more for _, more in pages),
            alerts=tuple(alerts[:MOST_ALERTS]),
        )
        label = "Alerts" if self._language == "en" else "Alerte"
        return self._keep("alerts", result, (Source("alerts", label, "/alerts"),), meter)

    def guide(self, query: str) -> Guide:
        """Pages of the user guide, the likeliest first; none when nothing fits."""
        return self.show(*search(query, self._language))

    def show(self, *pages: GuidePage) -> Guide:
        """Pages that are known already."""
        sources = tuple(Source("guide", page.title, page.href) for page in pages)
        return self._keep("guide", Guide(pages=pages), sources)

    def sources(self) -> tuple[Source, ...]:
        """Where what was found comes from, each once."""
        return tuple(dict.fromkeys(source for use in self.used for source in use.sources))

    def _keep(self, call: str, result: R, sources: Iterable[Source], meter: str | None = None) -> R:
        self.used.append(Use(f"{call} {meter}" if meter else call, result, tuple(sources)))
        return result

    async def _chosen(self, name: str | None) -> tuple[Meter, ...]:
        meters = await self.own_meters()
        if name is None:
            return meters
        chosen = tuple(meter for meter in meters if fold(meter.name).strip() == fold(name).strip())
        if not chosen:
            raise NoSuchMeter([meter.name for meter in meters])
        return chosen

    async def _use(self, meter: Meter, period: Period) -> tuple[MeterUse, usage.Days]:
        begin, end = period.bounds(meter.time_zone)
        if begin >= self.now:
            return usage.nothing(meter.name), {}
        found = await self._profile(meter, begin, min(end, self.now), "hour" if period.days <= 35 else "day")
        return usage.of_meter(meter, found, await self._before(meter, period)), usage.by_day(found)

    async def _before(self, meter: Meter, period: Period) -> Decimal | None:
        """The period before, in full, or as far as the running one has come."""
        begin, end = period.bounds(meter.time_zone)
        since, until = period.previous().bounds(meter.time_zone)
        until = min(until, since + (self.now - begin)) if self.now < end else until
        zone = ZoneInfo(meter.time_zone)
        midnight = datetime.combine(until.astimezone(zone).date(), datetime.min.time(), zone)
        parts = [("day", since, midnight), ("quarter_hour", max(since, midnight), until)]
        points = [
            point
            for resolution, first, after in parts
            if first < after
            for point in (await self._profile(meter, first, after, resolution))["points"]
        ]
        measured = [point["energy_kwh"] for point in points if point["quality"] != "missing"]
        return Decimal(sum(measured)) if measured else None

    async def _profile(self, meter: Meter, begin: datetime, end: datetime, resolution: str) -> Any:
        query = {"from": begin.isoformat(), "to": end.isoformat(), "resolution": resolution}
        return await self._get("monitoring", f"/monitoring/devices/{meter.id}/consumption", query)

    async def _now(self, meter: Meter) -> Now:
        return usage.now(meter, await self._get("monitoring", f"/monitoring/devices/{meter.id}/summary"))

    async def _alerts(self, meter: Meter, period: Period) -> tuple[list[Alert], bool]:
        begin, end = period.bounds(meter.time_zone)
        query = {"device_id": str(meter.id), "from": begin.isoformat(), "to": end.isoformat(), "limit": MOST_ALERTS}
        page = await self._get("monitoring", "/monitoring/alerts", query)
        return [usage.alert(meter, item) for item in page["items"]], page["next_cursor"] is not None

    async def _each(self, meters: Iterable[Meter], ask: Callable[[Meter], Awaitable[T]]) -> list[T]:
        return list(await asyncio.gather(*(ask(meter) for meter in meters)))

    async def _get(self, service: str, path: str, query: dict[str, Any] | None = None) -> Any:
        async with self._free:
            target = f"{path}?{urlencode(query)}" if query else path
            response = await self._peers.call(service, "GET", target, token=self._asker.token)
        # Digit for digit: a float would be another number.
        return json.loads(response.content, parse_float=Decimal, parse_int=Decimal)


def _only(item: dict[str, Any], kind: type[Meter]) -> dict[str, Any]:
    return {name: item[name] for name in kind.model_fields if name in item}


def _devices(meters: Sequence[Meter]) -> tuple[Source, ...]:
    return tuple(Source("device", meter.name, f"/meters/{meter.id}") for meter in meters)
