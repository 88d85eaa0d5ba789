"""Devices of an earlier version keep their data."""

from decimal import Decimal
from importlib import resources
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from contor.contracts.devices import Channel
from contor.kernel.database import Database, create_if_missing, migrate
from contor.services.device import SERVICE
from contor.services.device.repository import DeviceRepository

DEVICE = UUID("01920000-0000-7000-8000-000000000021")
OF_REVISION_0001 = """
INSERT INTO owners (id, username, deleted, version) VALUES (gen_random_uuid(), 'ana', false, 1);
INSERT INTO devices (id, name, max_hourly_consumption_kwh, owner_id, owner_username, kind, unit, time_zone, version,
    created_at, updated_at)
SELECT '01920000-0000-7000-8000-000000000021', 'Hall', 1.5, id, username, 'interval', 'MWh', 'Europe/Bucharest', 7,
    now(), now() FROM owners;
"""


async def database_of_revision(server_url: str, revision: str) -> str:
    url = await create_if_missing(server_url, f"device_{revision}_{uuid4().hex}")
    config = Config()
    config.set_main_option("script_location", str(Path(str(resources.files(SERVICE.package))) / "migrations"))
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()
    return url


async def test_a_device_of_revision_0001_gets_one_channel_of_its_kind_and_unit(postgres_url: str) -> None:
    url = await database_of_revision(postgres_url, "0001")
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
