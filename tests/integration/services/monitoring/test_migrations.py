"""Readings, profiles and alerts of an earlier version keep their energies."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from contor.kernel.database import migrate
from contor.kernel.identity import Identity
from contor.services.monitoring import SERVICE
from contor.services.monitoring.metering.slots import Resolution
from contor.services.monitoring.schemas.periods import Period
from contor.services.monitoring.service.consumption import get_load_profile
from contor.services.monitoring.service.current_values import get_summary
from contor.services.monitoring.settings import MonitoringSettings
from tests.old_databases import database_of_revision

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
# 0.1 kWh every ten minutes for a day on the first meter; the same of 0.000007 kWh on the second.
OF_REVISION_0002 = """
INSERT INTO meters (device_id, name, owner_id, kind, unit, time_zone, hourly_limit, version)
SELECT id, 'Meter', gen_random_uuid(), 'interval', 'kWh', zone, 500000, 3
FROM unnest($1::uuid[], ARRAY['Europe/Bucharest', 'Asia/Kolkata']) AS m(id, zone);
"""
READINGS = """
CREATE TABLE readings_202605 PARTITION OF readings FOR VALUES FROM (1777593600000) TO (1780272000000);
INSERT INTO readings (meter, at, value)
SELECT number, 1777852800000 + n * 600000, CASE number WHEN 1 THEN 100000 ELSE 7 END
FROM meters, generate_series(0, 143) AS n;
INSERT INTO quarter_hours (meter, slot, energy, readings)
SELECT meter, at / 900000, sum(value), count(*) FROM readings GROUP BY 1, 2;
INSERT INTO hours (meter, hour, energy) SELECT meter, slot / 4, sum(energy) FROM quarter_hours GROUP BY 1, 2;
INSERT INTO alerts (id, meter, owner_id, hour_start, hour_end, energy, hourly_limit, severity, state, raised_at)
SELECT gen_random_uuid(), meter, gen_random_uuid(), to_timestamp(hour * 3600), to_timestamp(hour * 3600 + 3600),
    energy, 500000, 'warning', 'active', now() FROM hours WHERE meter = 1;
"""


@pytest.mark.parametrize("resolution", ["quarter_hour", "hour", "day"])
async def test_a_database_of_revision_0002_shows_the_same_totals(postgres_url: str, resolution: Resolution) -> None:
    url = await database_of_revision(postgres_url, SERVICE.package, "0002")
    devices = [uuid4(), uuid4()]
    connection = await asyncpg.connect(url)
    await connection.execute(OF_REVISION_0002.strip(), devices)
    await connection.execute(READINGS)
    await migrate(url, SERVICE.package)
    await connection.reload_schema_state()
    admin = Identity(uuid4(), "admin", uuid4(), 0, "")
    try:
        for device, total in zip(devices, (14.4, 0.001008), strict=True):
            profile = await get_load_profile(connection, admin, device, Period(BEGIN, BEGIN.replace(day=5)), resolution)
            assert json.loads(profile.json())["total_kwh"] == total
            found = await get_summary(connection, admin, device, MonitoringSettings().silent_after)
            assert found.limit_kwh == 0.5
        alerts = await connection.fetch("SELECT energy, hourly_limit, raised_times, past FROM alerts")
        assert {tuple(row) for row in alerts} == {(600_000_000, 500_000_000, 1, False)}
        assert len(alerts) == 24
        assert await connection.fetchval("SELECT count(DISTINCT slots) FROM hours") == 1
        history = await connection.fetch("SELECT subject, count(*) FROM meter_history GROUP BY 1 ORDER BY 1")
        assert [tuple(row) for row in history] == [("limit", 2), ("owner", 2), ("time_zone", 2)]
        assert await connection.fetchval("SELECT nextval(pg_get_serial_sequence('channels', 'number'))") == 3
    finally:
        await connection.close()


async def test_an_empty_database_of_revision_0002_can_be_migrated(postgres_url: str) -> None:
    url = await database_of_revision(postgres_url, SERVICE.package, "0002")
    await migrate(url, SERVICE.package)
