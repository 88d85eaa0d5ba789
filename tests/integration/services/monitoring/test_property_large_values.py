"""For all values that the API accepts, no query of monitoring fails, and sums are exact."""

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contor.contracts.devices import UNITS, Channel, DeviceChanged
from contor.contracts.readings import ConsumptionUpdated
from contor.services.monitoring import SERVICE
from tests.integration.services.monitoring.conftest import BUCHAREST, Meters, flat
from tests.integration.services.monitoring.fixed_clock import fixed_clock
from tests.running import Databases, run_service
from tests.waiting import until

NOW = datetime(2026, 6, 17, 9, 50, tzinfo=UTC)
EARLIEST = datetime(2010, 1, 3, tzinfo=UTC)
LATEST = NOW + timedelta(minutes=5)
RESOLUTIONS = {"year": 6100, "month": 6100, "week": 3000, "day": 3000, "hour": 60, "quarter_hour": 20}
"""How many days before now each resolution is queried for."""
KWH_IN = {unit: Decimal(UNITS["interval"][unit]) / UNITS["interval"]["kWh"] for unit in UNITS["interval"]}
SIZES = (Decimal(0), Decimal("1e-9"), Decimal("0.123456789"), Decimal("0.5"), Decimal(1))
"""Values as parts of the largest that is accepted."""

places = st.sampled_from([EARLIEST, NOW - timedelta(days=30), NOW - timedelta(minutes=90), NOW.replace(minute=45), NOW])
bursts = st.tuples(places, st.sampled_from([1, 2, 2_500]), st.sampled_from(SIZES))


@pytest.fixture(scope="module")
async def monitoring(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("large-values")
    async with run_service(SERVICE, databases, folder, collect=(ConsumptionUpdated,)) as running:
        yield Meters(running)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    power=st.sampled_from(["0.001", "100", "100000"]),
    unit=st.sampled_from(sorted(KWH_IN)),
    minutes=st.sampled_from([None, 1, 60, 1440]),
    limit=st.sampled_from([None, "0.000001", "1000000"]),
    sent=st.lists(bursts, min_size=1, max_size=3, unique_by=lambda burst: burst[0]),
)
async def test_no_query_fails_and_sums_are_exact(
    monitoring: Meters,
    power: str,
    unit: Any,
    minutes: int | None,
    limit: str | None,
    sent: list[tuple[datetime, int, Decimal]],
) -> None:
    with fixed_clock(NOW):
        owner, other = uuid4(), uuid4()
        device = await publish_device(monitoring, owner, power, unit, minutes, limit)
        neighbour = await publish_device(monitoring, other, "100", "kWh", None, None)
        largest = Decimal(power) * (31 * 24 if minutes is None else Decimal(minutes) / 60) / KWH_IN[unit]
        total = Decimal(0)
        for begin, count, size in sent:
            value = (largest * size).quantize(Decimal("1e-9") / KWH_IN[unit], ROUND_FLOOR)
            total += value * count * KWH_IN[unit]
            instants = [int(begin.timestamp() * 1000) + n for n in range(count)]
            await store(monitoring, device, value, instants)
        await store(monitoring, neighbour, Decimal("0.25"), [int(NOW.timestamp() * 1000) - 60_000])
        for by in (owner, None):
            await check_totals(monitoring, device, by, total)
            await check_other_queries(monitoring, device, by)
        await check_totals(monitoring, neighbour, other, Decimal("0.25"))
        await publish_device(
            monitoring, owner, power, unit, 15 if minutes is None else None, limit, device=device, version=2
        )
        assert await monitoring.running.bus.dead_letters(SERVICE.name) == []
        assert_equal((await monitoring.consumption(device))["total_kwh"], total)
        await until(lambda: neighbour in live_devices(monitoring), what="live values of the neighbour")


async def publish_device(
    monitoring: Meters,
    owner: UUID,
    power: str,
    unit: Any,
    minutes: int | None,
    limit: str | None,
    *,
    device: UUID | None = None,
    version: int = 1,
) -> UUID:
    device = device or uuid4()
    message = DeviceChanged(
        device_id=device,
        version=version,
        name="Meter",
        owner_id=owner,
        kind="interval",
        unit=unit,
        channels=(Channel(kind="interval", unit=unit, stamp="end", interval_minutes=minutes),),
        time_zone=BUCHAREST,
        max_hourly_consumption_kwh=None if limit is None else Decimal(limit),
        max_power_kw=Decimal(power),
    )
    await monitoring.running.publish(message)
    return device


async def store(monitoring: Meters, device: UUID, value: Decimal, instants: list[int]) -> None:
    items = ",".join(f'{{"timestamp": {at_ms}, "measurement_value": {value:f}}}' for at_ms in instants)
    body = f'{{"device_id": "{device}", "readings": [{items}]}}'
    assert await monitoring.counts(body) == (len(instants), 0, 0)


async def check_totals(monitoring: Meters, device: UUID, by: UUID | None, total: Decimal) -> None:
    """Every resolution adds up to the exact total, as far as a double holds it."""
    for resolution, days in RESOLUTIONS.items():
        query: dict[str, Any] = {
            "from": (NOW - timedelta(days=days)).isoformat(),
            "to": LATEST.isoformat(),
            "resolution": resolution,
        }
        answer = await monitoring.consumption(device, by=by, **query)
        if days > 6000:
            assert_equal(answer["total_kwh"], total)
        points = [Decimal(str(p["energy_kwh"])) for p in answer["points"] if p["energy_kwh"]]
        assert_equal(answer["total_kwh"], sum(points, Decimal(0)), roundings=1 + len(points))
    assert_equal((await monitoring.consumption(device, by=by))["total_kwh"], total)


def assert_equal(found: float, exact: Decimal, roundings: int = 1) -> None:
    """Equal but for the rounding to six decimals and to a double."""
    rounding = Decimal(max(5e-7, math.ulp(found)))
    assert abs(Decimal(found) - exact) <= rounding * roundings * Decimal("1.001"), (found, exact)


async def check_other_queries(monitoring: Meters, device: UUID, by: UUID | None) -> None:
    period = {"from": (NOW - timedelta(days=365)).isoformat(), "to": LATEST.isoformat()}
    await monitoring.request("GET", f"/devices/{device}/heatmap", by=by, params=period)
    await monitoring.request("GET", f"/devices/{device}/summary", by=by)
    await monitoring.request("GET", f"/devices/{device}/readings", by=by, params={"limit": 200})
    assert flat(await monitoring.all_pages("/summaries", by=by, limit=100))
    await monitoring.alerts(device, by=by)
    await monitoring.request("GET", "/alerts/count?acknowledged=false&past=false", by=by)
    if by is None:
        await monitoring.request("GET", "/fleet")
        await monitoring.request("GET", "/rejected")


def live_devices(monitoring: Meters) -> set[UUID]:
    messages = [message for message in monitoring.running.published if isinstance(message, ConsumptionUpdated)]
    return {device.values.device_id for message in messages for device in message.devices}
