"""Databases of an earlier revision, for tests of migrations."""

from importlib import resources
from pathlib import Path
from uuid import uuid4

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from contor.kernel.database import create_if_missing


async def database_of_revision(server_url: str, package: str, revision: str) -> str:
    """A new database with the tables of this revision of the service `package`; returns its URL."""
    url = await create_if_missing(server_url, f"revision_{revision}_{uuid4().hex}")
    config = Config()
    config.set_main_option("script_location", str(Path(str(resources.files(package))) / "migrations"))
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()
    return url
