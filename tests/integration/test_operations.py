"""What an operator is told and can do: the doctor's findings, dead letters listed and replayed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from contor.cli.backup import BackupFailed, NotABackup, NotEmpty, back_up, restore
from contor.cli.doctor import Finding, examine
from contor.cli.operations import dead_letters, migrate_all, replay
from contor.contracts.accounts import AccountOpened
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import MigrationFailed, database_url
from contor.kernel.messaging.message import Envelope
from contor.kernel.settings import Settings


@pytest.fixture
async def settings(tmp_path: Path, postgres_url: str) -> AsyncIterator[Settings]:
    """A Contor whose `user` has no database yet."""
    yield Settings(data_dir=tmp_path, database_url=postgres_url, amqp_url=None)
    connection = await asyncpg.connect(database_url(postgres_url, "postgres"))
    await connection.execute('DROP DATABASE IF EXISTS "user" WITH (FORCE)')
    await connection.close()


async def findings(settings: Settings) -> tuple[str, list[Finding]]:
    """Everything the doctor says of `user`, and what of it is wrong."""
    found = [finding async for finding in examine(settings, ["user"])]
    return "\n".join(f"{f.what} {f.advice or ''}" for f in found), [f for f in found if not f.well]


async def test_a_database_that_was_never_migrated_is_said_with_what_to_run(settings: Settings) -> None:
    _, wrong = await findings(settings)
    assert [f.advice for f in wrong] == ["run: contor migrate user"]


async def test_nothing_is_wrong_with_one_that_is_well(settings: Settings) -> None:
    await migrate_all(settings, ["user"])
    said, wrong = await findings(settings)
    assert not wrong
    for part in ("GiB free", "on PostgreSQL 18", "clock is 0.", "0 messages wait in its outbox", "the broker answers"):
        assert part in said


@pytest.mark.parametrize(
    ("revision", "reason"), [(None, 'relation "profiles" already exists'), ("9999", "identified by '9999'")]
)
async def test_a_migration_that_fails_says_why_in_a_line_and_leaves_the_database(
    settings: Settings, revision: str | None, reason: str
) -> None:
    await migrate_all(settings, ["user"])
    async with on(settings, "user") as user:
        await user.execute("DELETE FROM alembic_version")
        if revision is not None:
            await user.execute("INSERT INTO alembic_version VALUES ($1)", revision)
    with pytest.raises(MigrationFailed, match=r"^the database user could not be migrated") as failed:
        await migrate_all(settings, ["user"])
    assert reason in str(failed.value)
    assert "\n" not in str(failed.value)
    async with on(settings, "user") as user:
        assert await user.fetchval("SELECT max(version_num) FROM alembic_version") == revision


async def test_messages_that_wait_too_long_are_said(settings: Settings, postgres_url: str) -> None:
    await migrate_all(settings, ["user"])
    connection = await asyncpg.connect(database_url(postgres_url, "user"))
    await connection.execute(
        "INSERT INTO outbox (id, key, body, created_at) VALUES ($1, 'user.changed', '{}', now() - interval '90 s')",
        uuid4(),
    )
    await connection.close()
    _, (wrong,) = await findings(settings)
    assert wrong.what.startswith("user: 1 messages wait in its outbox, the oldest for 9")
    assert wrong.advice == "see that user runs and reaches the broker"


async def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    _, (wrong,) = await findings(Settings(data_dir=tmp_path, database_url="postgresql://postgres@127.0.0.1:1/"))
    assert wrong.what.startswith("user: its database does not answer")


async def test_a_broker_that_is_not_there_is_said(settings: Settings) -> None:
    await migrate_all(settings, ["user"])
    _, (wrong,) = await findings(settings.model_copy(update={"amqp_url": "amqp://a:b@127.0.0.1:1/"}))
    assert wrong.what.startswith("the broker does not answer")


async def test_dead_letters_are_listed_said_by_the_doctor_and_gone_once_replayed(settings: Settings) -> None:
    await migrate_all(settings, ["user"])
    opened = AccountOpened(account_id=uuid4(), username="late", role="client")
    await bury(settings, opened)
    assert [letter.envelope.id for letter in await dead_letters(settings)] == [opened.id]
    _, (wrong,) = await findings(settings)
    assert wrong.what == "user: 1 dead letters"
    assert await replay(settings, "user") == 1
    assert await dead_letters(settings) == []
    assert not (await findings(settings))[1]


async def bury(settings: Settings, message: AccountOpened) -> None:
    async def refuse(_: AccountOpened) -> None:
        raise ValueError("not today")

    bus = MemoryBus(settings.data_dir / "dead-letters.jsonl", first_pause=0)
    bus.subscribe("user", AccountOpened, refuse)
    await bus.start()
    await bus.publish(Envelope.of(message))
    await bus.stop()


async def test_a_backup_is_put_back_and_what_was_on_its_way_is_published_again(settings: Settings) -> None:
    settings = sealed(settings, "s")
    backup = settings.data_dir / "backup"
    await migrate_all(settings, ["user"])
    async with on(settings, "user") as user:
        await user.execute(
            "INSERT INTO outbox (id, key, body, published_at) VALUES ($1, 'user.changed', '{}', now())", uuid4()
        )
        whole = await user.fetch("SELECT id, key, body, created_at FROM outbox")
    assert [file.name for file in await back_up(settings, backup, ["user"])] == ["secret", "user.dump"]
    assert {file.stat().st_mode & 0o777 for file in backup.iterdir()} == {0o600}

    with pytest.raises(NotEmpty, match="user is not empty"):
        await restore(settings, backup, ["user"])
    async with on(settings, "postgres") as server:
        await server.execute('DROP DATABASE "user" WITH (FORCE)')
    assert await restore(settings, backup, ["user"]) == ["user"]
    async with on(settings, "user") as user:
        assert await user.fetch("SELECT id, key, body, created_at FROM outbox WHERE published_at IS NULL") == whole


async def test_a_backup_is_not_put_over_another_nor_back_beside_another_secret(settings: Settings) -> None:
    settings = sealed(settings, "s")
    backup = settings.data_dir / "backup"
    await migrate_all(settings, ["user"])
    await back_up(settings, backup, ["user"])
    with pytest.raises(NotEmpty, match="folder of its own"):
        await back_up(settings, backup, ["user"])
    with pytest.raises(NotEmpty, match="CONTOR_SECRET is another secret"):
        await restore(sealed(settings, "o"), backup, ["user"])


async def test_what_is_no_backup_and_what_cannot_be_backed_up_are_said(settings: Settings) -> None:
    settings = sealed(settings, "s")
    with pytest.raises(NotABackup):
        await restore(settings, settings.data_dir, ["user"])
    with pytest.raises(BackupFailed, match='database "user" does not exist'):
        await back_up(settings, settings.data_dir / "backup", ["user"])


def sealed(settings: Settings, letter: str) -> Settings:
    """The same with a secret."""
    secret = SecretStr(letter * 32)
    return Settings(data_dir=settings.data_dir, database_url=settings.database_url, amqp_url=None, secret=secret)


@asynccontextmanager
async def on(settings: Settings, name: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url(str(settings.database_url), name))
    yield connection
    await connection.close()
