"""Writes the tools' results as text in the client's language."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from contor.services.chat.assistant import formats
from contor.services.chat.assistant.periods import Period, day_of, month_of, week_of, year_of
from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.results import (
    Alert,
    Alerts,
    Consumption,
    CurrentHour,
    CurrentHours,
    Hour,
    MeterConsumption,
    Meters,
)
from contor.services.chat.assistant.rules.templates import render

MAX_LINES = 10


class ReplyWriter:
    def __init__(self, language: Language, today: date) -> None:
        self.language = language
        self.today = today

    def used(self, found: Consumption, period: Period, meter: str | None) -> str:
        """The total, the share of each meter if there are several, and the comparison with the previous period."""
        values = {**self._when(period, found), "kwh": self._kwh(found.total_kwh), "meter": meter or ""}
        if not found.measured:
            return self._render("nothing_by" if meter else "nothing", **values)
        first = self._render("used_by" if meter else "used", **values)
        shares = [self._share(use) for use in found.meters] if len(found.meters) > 1 else []
        return "\n".join([first, *shares[:MAX_LINES], self._comparison(found, period)])

    def _comparison(self, found: Consumption, period: Period) -> str:
        before = self._render(f"before_{period.kind}")
        if found.previous_kwh is None:
            return self._render("no_before", before=before)
        if found.running:
            before = self._render("before_so_far", before=before)
        change, kwh = found.change_percent, self._kwh(found.previous_kwh)
        if change is None or abs(change) < Decimal("0.5"):
            return self._render("same", before=before, kwh=kwh)
        percent = formats.percent(change, self.language)
        return self._render("more" if change > 0 else "less", percent=percent, before=before, kwh=kwh)

    def top(self, found: Consumption, period: Period) -> str:
        most, total = found.meters[0], self._kwh(found.total_kwh)
        name = "top" if len(found.meters) > 1 else "top_only"
        values = {**self._when(period, found), "meter": most.meter, "kwh": self._kwh(most.used_kwh)}
        first = self._render(name, **values, total=total)
        return "\n".join([first, *(self._share(use) for use in found.meters[1:MAX_LINES])])

    def peak(self, found: Consumption, period: Period) -> str:
        peaks = [(use.meter, use.highest_hour) for use in found.meters if use.highest_hour]
        peaks.sort(key=lambda peak: -peak[1].used_kwh)
        meter, hour = peaks[0]
        first = self._render("peak", **self._when(period, found), meter=meter, **self._hour(hour))
        others = [self._render("other_peak", meter=name, **self._hour(each)) for name, each in peaks[1:MAX_LINES]]
        return "\n".join([first, *others])

    def extreme_day(self, found: Consumption, period: Period, name: str) -> str:
        day = found.highest_day if name == "highest_day" else found.lowest_day
        assert day is not None  # noqa: S101  # there are readings
        return self._render(name, **self._when(period, found), **self._day(day.day), kwh=self._kwh(day.used_kwh))

    def average(self, found: Consumption, period: Period) -> str:
        mean, total = self._kwh(found.average_day_kwh), self._kwh(found.total_kwh)
        return self._render("average", **self._when(period, found), kwh=mean, total=total)

    def limits_now(self, found: CurrentHours) -> str:
        """The meter closest to its limit first; of one without data of the hour its state."""
        order = sorted(found.meters, key=lambda now: -(now.of_limit_percent or Decimal(0)))
        return "\n".join(self._limit_now(now) if now.measured else self._state(now) for now in order[:MAX_LINES])

    def powers(self, found: CurrentHours) -> str:
        """The power of live meters; the state of others, whose last power is out of date."""
        shown = found.meters[:MAX_LINES]
        return "\n".join(self._power(now) if now.state == "live" else self._state(now) for now in shown)

    def states(self, found: CurrentHours) -> str:
        lines = [self._state(now) for now in found.meters[:MAX_LINES]]
        return "\n".join(lines + [self._render("silent_hint")] * any(now.state == "silent" for now in found.meters))

    def meters(self, found: Meters) -> str:
        lines = [self._render("meters", count=self._count(found.count, "meters"))]
        for meter in found.meters:
            address, limit = f" ({meter.address})" if meter.address else "", self._kwh(meter.hour_limit_kwh)
            lines.append(self._render("meter", name=meter.name, address=address, limit=limit))
        return "\n".join(lines)

    def limits(self, found: Meters) -> str:
        limits = ((meter.name, self._kwh(meter.hour_limit_kwh)) for meter in found.meters)
        lines = [self._render("meter_limit", name=name, limit=limit) for name, limit in limits]
        return "\n".join([self._render("limits"), *lines, self._render("limits_hint")])

    def alert_reason(self, found: Alerts, meter: str | None) -> str:
        if not found.alerts:
            return self._no_alerts(found, meter)
        text = self._render("alert_reason", **self._alert(found.alerts[0]))
        if len(found.alerts) == 1:
            return text
        count, others = self._count(found.count, "alerts"), self._alert_items(found.alerts[1:6])
        more = self._render("alert_more", count=count, **self._span(found.first, found.last))
        return "\n".join([text, "", more, *others])

    def alerts(self, found: Alerts, meter: str | None) -> str:
        if not found.alerts:
            return self._no_alerts(found, meter)
        count, unread = self._count(found.count, "alerts"), str(found.unacknowledged)
        first = self._render("alert_count", **self._span(found.first, found.last), count=count, unread=unread)
        return "\n".join([first, *self._alert_items(found.alerts[:MAX_LINES])])

    def _alert_items(self, alerts: Sequence[Alert]) -> list[str]:
        return [self._render("alert_item", **self._alert(alert)) for alert in alerts]

    def _when(self, period: Period, found: Consumption) -> dict[str, str]:
        """The start of a sentence about a period; dates in brackets after a relative name such as "last week"."""
        relative_names = {
            day_of(self.today): "today",
            day_of(self.today).previous(): "yesterday",
            week_of(self.today): "this_week",
            week_of(self.today).previous(): "last_week",
            month_of(self.today): "this_month",
            month_of(self.today).previous(): "last_month",
            year_of(self.today): "this_year",
        }
        if period not in relative_names:
            return {"when": self._absolute_name(period), "dates": ""}
        when = self._render(relative_names[period])
        if found.running and period.kind != "day":
            when = self._render("so_far", name=when)
        first, last = self._date(found.first), self._date(found.last)
        return {"when": when, "dates": f" ({first})" if period.kind == "day" else f" ({first} – {last})"}  # noqa: RUF001

    def _absolute_name(self, period: Period) -> str:
        if period.kind == "day":
            text = self._render("on_day", **self._day(period.first))
            return text[0].upper() + text[1:]
        if period.kind == "month":
            month = formats.MONTHS[self.language][period.first.month - 1]
            year = "" if period.first.year == self.today.year else f" {period.first.year}"
            return self._render("in_month", month=month + year)
        if period.kind == "year":
            return self._render("in_year", year=str(period.first.year))
        return self._render("from_to", **self._span(period.first, period.last))

    def _power(self, now: CurrentHour) -> str:
        if now.power_w is None or now.last_reading_at is None:
            return self._render("power_unknown", meter=now.meter)
        power = formats.watts(now.power_w, self.language)
        return self._render("power", meter=now.meter, power=power, at=f"{now.last_reading_at:%H:%M}")

    def _state(self, now: CurrentHour) -> str:
        if now.last_reading_at is None:
            return self._render("state_never", meter=now.meter)
        day, at = self._date(now.last_reading_at.date()), f"{now.last_reading_at:%H:%M}"
        return self._render(f"state_{now.state}", meter=now.meter, day=day, at=at)

    def _limit_now(self, now: CurrentHour) -> str:
        hours = formats.hours(now.hour_start, now.hour_end)
        values = {"meter": now.meter, "kwh": self._kwh(now.hour_kwh), "hours": hours}
        if now.limit_kwh is None:
            return self._render("hour_free", **values)
        values["limit"] = self._kwh(now.limit_kwh)
        if now.over_kwh is not None:
            return self._render("hour_over", **values, over=self._kwh(now.over_kwh))
        percent = formats.percent(now.of_limit_percent or Decimal(0), self.language)
        return self._render("hour_under", **values, percent=percent, left=self._kwh(now.left_kwh or Decimal(0)))

    def _no_alerts(self, found: Alerts, meter: str | None) -> str:
        name = "alerts_none_by" if meter else "alerts_none"
        return self._render(name, **self._span(found.first, found.last), meter=meter or "")

    def _share(self, use: MeterConsumption) -> str:
        if not use.measured:
            return self._render("unmeasured", meter=use.meter)
        return self._render("by_meter", meter=use.meter, kwh=self._kwh(use.used_kwh))

    def _alert(self, alert: Alert) -> dict[str, str]:
        return {
            "meter": alert.meter,
            "kwh": self._kwh(alert.used_kwh),
            "limit": self._kwh(alert.limit_kwh),
            "over": self._kwh(alert.over_kwh),
            "percent": formats.percent(alert.over_percent, self.language),
            "hours": formats.hours(alert.hour_start, alert.hour_end),
            **self._day(alert.hour_start.date()),
        }

    def _hour(self, hour: Hour) -> dict[str, str]:
        hours = formats.hours(hour.start, hour.end)
        return {"hours": hours, "kwh": self._kwh(hour.used_kwh), **self._day(hour.start.date())}

    def _day(self, day: date) -> dict[str, str]:
        return {"weekday": formats.weekday(day, self.language), "day": self._date(day)}

    def _span(self, first: date, last: date) -> dict[str, str]:
        return {"first": self._date(first), "last": self._date(last)}

    def _date(self, day: date) -> str:
        return formats.day(day, self.language, self.today)

    def _kwh(self, value: Decimal) -> str:
        return formats.kwh(value, self.language)

    def _count(self, count: int, what: str) -> str:
        one = self._render(f"one_{what[:-1]}")
        return one if count == 1 else self._render(f"few_{what}", count=formats.counted(count, self.language))

    def _render(self, template: str, /, **values: str) -> str:
        return render(self.language, template, **values)
