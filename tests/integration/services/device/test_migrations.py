"""Devices of an earlier version keep their data."""

from decimal import Decimal
from uuid import UUID

import asyncpg

from contor.contracts.devices import Channel
from contor.kernel.database import Database, migrate
from contor.services.device import SERVICE
from contor.services.device.repository import DeviceRepository
from tests.old_databases import database_of_revision

DEVICE = UUID("01920000-0000-7000-8000-000000000021")
OF_REVISION_0001 = """
INSERT INTO owners (id, username, deleted, version) VALUES (gen_random_uuid(), 'ana', false, 1);
INSERT INTO devices (id, name, max_hourly_consumption_kwh, owner_id, owner_username, kind, unit, time_zone, version,
    created_at, updated_at)
SELECT '01920000-0000-7000-8000-000000000021', 'Hall', 1.5, id, username, 'interval', 'MWh', 'Europe/Bucharest', 7,
    now(), now() FROM owners;
"""


async def test_a_device_of_revision_0001_gets_one_channel_of_its_kind_and_unit(postgres_url: str) -> None:
    url = await database_of_revision(postgres_url, SERVICE.package, "0001")
    connection = await asyncpg.connect(url)
    await connection.execute(OF_REVISION_0001)
    await connection.close()
    await migrate(url, SERVICE.package)

    database = Database(url)
    async with database.transaction() as session:
        device = await DeviceRepository(session).get(DEVICE)
    await database.close()
    assert device is not None
    assert [Channel.model_validate(channel, from_attributes=True) for channel in device.channels] == [
        Channel(kind="interval", unit="MWh")
    ]
    assert (device.name, device.owner_username, device.version) == ("Hall", "ana", 7)
    assert (device.max_power_kw, device.owner_since, device.limit_since) == (Decimal(100), None, None)
