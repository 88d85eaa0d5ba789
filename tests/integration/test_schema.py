"""Databases that are made, found behind, waited for, and used by a role that may use nothing else."""

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


async def test_a_database_that_is_not_there_is_behind(postgres_url: str, name: str) -> None:
    url = database_url(postgres_url, name)
    assert await current_revision(url) is None
    assert is_behind(None, PACKAGE)


async def test_whoever_waits_goes_on_when_somebody_has_migrated(postgres_url: str, name: str) -> None:
    url = database_url(postgres_url, name)
    waiting = asyncio.create_task(wait_until_migrated(url, "user", PACKAGE))
    await migrate(await create_if_missing(postgres_url, name), PACKAGE)
    await asyncio.wait_for(waiting, 10)
    assert await current_revision(url) == newest_revision(PACKAGE)


async def test_whoever_has_waited_long_enough_says_what_to_run(postgres_url: str, name: str) -> None:
    url = await create_if_missing(postgres_url, name)
    with pytest.raises(NotMigrated, match=r"user is at revision none.*`contor migrate user`"):
        await wait_until_migrated(url, "user", PACKAGE, seconds=0)


async def test_a_server_that_is_not_there_is_waited_for_and_then_said() -> None:
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await wait_until_migrated("postgresql://postgres@127.0.0.1:1/user", "user", PACKAGE, seconds=0)


async def test_a_database_that_a_newer_contor_migrated_is_used(postgres_url: str, name: str) -> None:
    url = await create_if_missing(postgres_url, name)
    await migrate(url, PACKAGE)
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    await wait_until_migrated(url, "user", PACKAGE, seconds=0)


async def test_a_role_that_may_use_its_own_database_only_migrates_it(postgres_url: str, name: str) -> None:
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
