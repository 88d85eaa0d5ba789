"""The tools: exact sums, local days, comparisons with the previous period."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contor.kernel.identity import Identity
from contor.kernel.peers import PeerUnavailable
from contor.services.chat.assistant.periods import Period, between, day_of, last_days, month_of, week_of, year_of
from contor.services.chat.assistant.tools import Tools, UnknownMeter
from tests.evaluations.household import ANA, NOW, TODAY, peers


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    household = peers()
    yield Tools(household, ANA, NOW, "en")
    await household.close()


async def test_a_day_of_all_meters_is_exact_and_compared(tools: Tools) -> None:
    found = await tools.consumption(day_of(date(2026, 3, 17)))
    assert (found.total_kwh, found.previous_kwh, found.change_kwh) == (Decimal("25.2"), Decimal("13.2"), Decimal(12))
    assert [(use.meter, use.used_kwh) for use in found.meters] == [
        ("Apartament", Decimal(12)),
        ("Atelier", Decimal("10.8")),
        ("Garaj", Decimal("2.4")),
    ]
    assert not found.running


async def test_a_running_day_is_compared_up_to_the_same_point(tools: Tools) -> None:
    found = await tools.consumption(day_of(TODAY), "Garaj")
    assert found.running
    assert found.total_kwh == Decimal("3.05")
    # 14 hours of 0.1 and two of the four quarters of the fifteenth, as far as the running quarter reaches
    assert found.previous_kwh == Decimal("1.45")


async def test_a_day_is_the_local_day_of_the_meter(tools: Tools) -> None:
    found = await tools.consumption(day_of(date(2026, 3, 17)), "Atelier")
    assert found.total_kwh == Decimal("10.8")  # a day in Bucharest would include two hours of the 16th
    found_now = await tools.this_hour("Atelier")
    assert found_now.meters[0].hour_start.hour == 12


async def test_a_previous_period_without_full_data_gives_no_comparison(tools: Tools) -> None:
    found = await tools.consumption(year_of(TODAY))
    assert (found.total_kwh, found.previous_kwh) == (Decimal("1501.9"), None)
    assert found.change_percent is None


async def test_the_highest_hour_and_day_and_the_average(tools: Tools) -> None:
    found = await tools.consumption(week_of(date(2026, 3, 10)))
    assert found.highest_day is not None
    assert (found.highest_day.day, found.highest_day.used_kwh) == (date(2026, 3, 15), Decimal("21.6"))
    assert found.average_day_kwh == Decimal("16.8")
    peak = found.meters[-1].highest_hour
    assert peak is not None
    assert (peak.start.isoformat(), peak.used_kwh) == ("2026-03-14T22:00:00+02:00", Decimal("2.5"))


async def test_a_future_period_and_one_before_the_first_reading_are_unmeasured(tools: Tools) -> None:
    assert not (await tools.consumption(day_of(date(2026, 3, 19)))).measured
    assert not (await tools.consumption(month_of(date(2025, 10, 1)))).measured


async def test_an_unknown_meter_name_is_refused_with_the_known_names(tools: Tools) -> None:
    assert (await tools.this_hour("garaj")).meters[0].meter == "Garaj"
    with pytest.raises(UnknownMeter, match="Apartament, Atelier, Garaj"):
        await tools.this_hour("Piscina")


async def test_calls_and_sources_are_recorded(tools: Tools) -> None:
    await tools.alerts("Garaj")
    await tools.this_hour("Garaj")
    assert [call.summary for call in tools.calls] == ["alerts Garaj", "this_hour Garaj"]
    assert [source.href for source in tools.sources()] == ["/alerts", "/meters/00000000-0000-0000-0000-000000000002"]


async def test_requests_carry_the_user_s_token() -> None:
    household = peers()
    stranger = Identity(ANA.id, "client", ANA.session_id, ANA.expires_at, "another token")
    with pytest.raises(PeerUnavailable):
        await Tools(household, stranger, NOW, "en").meters()
    await household.close()


def test_previous_periods_and_bounds() -> None:
    assert month_of(date(2026, 3, 5)).previous() == month_of(date(2026, 2, 1))
    assert year_of(TODAY).previous() == year_of(date(2025, 1, 1))
    assert last_days(7, TODAY).previous() == Period("span", date(2026, 3, 5), date(2026, 3, 11))
    # the day on which the clock goes forward has 23 hours
    assert day_of(date(2026, 3, 29)).bounds("Europe/Bucharest") == (
        datetime(2026, 3, 28, 22, tzinfo=UTC),
        datetime(2026, 3, 29, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        (date(2026, 3, 17), date(2026, 3, 17), "day"),
        (date(2026, 3, 16), TODAY, "week"),
        (date(2026, 3, 1), TODAY, "month"),
        (date(2026, 2, 1), date(2026, 2, 28), "month"),
        (date(2026, 1, 1), TODAY, "year"),
        (date(2026, 3, 2), TODAY, "span"),
    ],
)
def test_two_days_give_the_kind_of_period_between_them(first: date, last: date, kind: str) -> None:
    assert between(first, last, TODAY).kind == kind
