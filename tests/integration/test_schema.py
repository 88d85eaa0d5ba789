"""Creating and migrating databases, waiting for a migration, and roles with few privileges."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from contor.kernel.database import create_if_missing, database_url, migrate
from contor.kernel.schema import NotMigrated, current_revision, is_behind, newest_revision, wait_until_migrated

PACKAGE = "contor.services.user"


@pytest.fixture
def name() -> str:
    return f"test_{uuid4().hex}"


async def test_a_missing_database_is_behind(postgres_url: str, name: str) -> None:
    url = database_url(postgres_url, name)
    assert await current_revision(url) is None
    assert is_behind(None, PACKAGE)


async def test_waiting_ends_when_another_process_has_migrated(postgres_url: str, name: str) -> None:
    url = database_url(postgres_url, name)
    waiting = asyncio.create_task(wait_until_migrated(url, "user", PACKAGE))
    await migrate(await create_if_missing(postgres_url, name), PACKAGE)
    await asyncio.wait_for(waiting, 10)
    assert await current_revision(url) == newest_revision(PACKAGE)


async def test_waiting_too_long_raises_an_error_that_names_the_command(postgres_url: str, name: str) -> None:
    url = await create_if_missing(postgres_url, name)
    with pytest.raises(NotMigrated, match=r"user is at revision none.*`contor migrate user`"):
        await wait_until_migrated(url, "user", PACKAGE, seconds=0)


async def test_waiting_for_an_unavailable_server_raises_its_connection_error() -> None:
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await wait_until_migrated("postgresql://postgres@127.0.0.1:1/user", "user", PACKAGE, seconds=0)


async def test_a_database_of_a_newer_version_is_accepted(postgres_url: str, name: str) -> None:
    url = await create_if_missing(postgres_url, name)
    await migrate(url, PACKAGE)
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    await wait_until_migrated(url, "user", PACKAGE, seconds=0)


async def test_a_role_with_access_to_its_own_database_only_can_migrate_it(postgres_url: str, name: str) -> None:
    owner = await asyncpg.connect(database_url(postgres_url, "postgres"))
    await owner.execute(f'CREATE ROLE "{name}" LOGIN')
    await owner.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
    await owner.execute("REVOKE CONNECT ON DATABASE postgres FROM public")
    try:
        url = await create_if_missing(postgres_url.replace("postgres@", f"{name}@"), name)
        await migrate(url, PACKAGE)
        assert await current_revision(url) == newest_revision(PACKAGE)
    finally:
        await owner.execute("GRANT CONNECT ON DATABASE postgres TO public")
        await owner.close()
