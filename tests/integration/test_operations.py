"""Operator commands: the doctor's findings, migrations, dead letters, backup and restore."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from pydantic import SecretStr

from contor.cli.backup import BackupFailed, NotABackup, NotEmpty, back_up, restore_all
from contor.cli.dead_letters import dead_letters, replay
from contor.cli.doctor import Finding, examine
from contor.cli.migrate import migrate_all
from contor.contracts.accounts import AccountOpened
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.database import MigrationFailed, database_url
from contor.kernel.messaging.message import Envelope
from contor.kernel.settings import Settings


@pytest.fixture
async def settings(tmp_path: Path, postgres_url: str) -> AsyncIterator[Settings]:
    """Settings of an installation whose `user` database does not exist yet."""
    yield Settings(data_dir=tmp_path, database_url=postgres_url, amqp_url=None)
    connection = await asyncpg.connect(database_url(postgres_url, "postgres"))
    await connection.execute('DROP DATABASE IF EXISTS "user" WITH (FORCE)')
    await connection.close()


async def findings(settings: Settings) -> tuple[str, list[Finding]]:
    """All of the doctor's findings for `user` as text, and those that failed."""
    found = [finding async for finding in examine(settings, ["user"])]
    return "\n".join(f"{f.what} {f.advice or ''}" for f in found), [f for f in found if not f.ok]


async def test_the_doctor_finds_an_unmigrated_database_and_names_the_command(settings: Settings) -> None:
    _, wrong = await findings(settings)
    assert [f.advice for f in wrong] == ["run: contor migrate user"]


async def test_the_doctor_finds_nothing_wrong_with_a_migrated_database(settings: Settings) -> None:
    await migrate_all(settings, ["user"])
    report, wrong = await findings(settings)
    assert not wrong
    for part in (
        "GiB free",
        "on PostgreSQL 18",
        "clock is 0.",
        "0 messages waiting in its outbox",
        "the broker answers",
    ):
        assert part in report


@pytest.mark.parametrize(
    ("revision", "reason"), [(None, 'relation "profiles" already exists'), ("9999", "identified by '9999'")]
)
async def test_a_failed_migration_gives_its_reason_in_one_line_and_changes_nothing(
    settings: Settings, revision: str | None, reason: str
) -> None:
    await migrate_all(settings, ["user"])
    async with on(settings, "user") as user:
        await user.execute("DELETE FROM alembic_version")
        if revision is not None:
            await user.execute("INSERT INTO alembic_version VALUES ($1)", revision)
    with pytest.raises(MigrationFailed, match=r"^the migration of database user failed") as failed:
        await migrate_all(settings, ["user"])
    assert reason in str(failed.value)
    assert "\n" not in str(failed.value)
    async with on(settings, "user") as user:
        assert await user.fetchval("SELECT max(version_num) FROM alembic_version") == revision


async def test_the_doctor_finds_an_outbox_that_is_not_published(settings: Settings, postgres_url: str) -> None:
    await migrate_all(settings, ["user"])
    connection = await asyncpg.connect(database_url(postgres_url, "user"))
    await connection.execute(
        "INSERT INTO outbox (id, key, body, created_at) VALUES ($1, 'user.changed', '{}', now() - interval '90 s')",
        uuid4(),
    )
    await connection.close()
    _, (wrong,) = await findings(settings)
    assert wrong.what.startswith("user: 1 messages waiting in its outbox, the oldest for 9")
    assert wrong.advice == "check that user runs and reaches the broker"


async def test_the_doctor_finds_an_unreachable_database_server(tmp_path: Path) -> None:
    _, (wrong,) = await findings(Settings(data_dir=tmp_path, database_url="postgresql://postgres@127.0.0.1:1/"))
    assert wrong.what.startswith("user: the database does not answer")


async def test_the_doctor_finds_an_unreachable_broker(settings: Settings) -> None:
    await migrate_all(settings, ["user"])
    _, (wrong,) = await findings(settings.model_copy(update={"amqp_url": "amqp://a:b@127.0.0.1:1/"}))
    assert wrong.what.startswith("the broker does not answer")


async def test_dead_letters_are_listed_reported_and_gone_after_a_replay(settings: Settings) -> None:
    await migrate_all(settings, ["user"])
    opened = AccountOpened(account_id=uuid4(), username="late", role="client")
    await make_dead_letter(settings, opened)
    assert [letter.envelope.id for letter in await dead_letters(settings)] == [opened.id]
    _, (wrong,) = await findings(settings)
    assert wrong.what == "user: 1 dead letters"
    assert await replay(settings, "user") == 1
    assert await dead_letters(settings) == []
    assert not (await findings(settings))[1]


async def make_dead_letter(settings: Settings, message: AccountOpened) -> None:
    async def refuse(_: AccountOpened) -> None:
        raise ValueError("not today")

    bus = MemoryBus(settings.data_dir / "dead-letters.jsonl", initial_backoff=0)
    bus.subscribe("user", AccountOpened, refuse)
    await bus.start()
    await bus.publish(Envelope.of(message))
    await bus.stop()


async def test_a_restored_backup_publishes_recent_messages_again(settings: Settings) -> None:
    settings = with_secret(settings, "s")
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
        await restore_all(settings, backup, ["user"])
    async with on(settings, "postgres") as server:
        await server.execute('DROP DATABASE "user" WITH (FORCE)')
    assert await restore_all(settings, backup, ["user"]) == ["user"]
    async with on(settings, "user") as user:
        assert await user.fetch("SELECT id, key, body, created_at FROM outbox WHERE published_at IS NULL") == whole


async def test_backup_refuses_a_used_folder_and_restore_another_secret(settings: Settings) -> None:
    settings = with_secret(settings, "s")
    backup = settings.data_dir / "backup"
    await migrate_all(settings, ["user"])
    await back_up(settings, backup, ["user"])
    with pytest.raises(NotEmpty, match="new folder for each backup"):
        await back_up(settings, backup, ["user"])
    with pytest.raises(NotEmpty, match="CONTOR_SECRET differs"):
        await restore_all(with_secret(settings, "o"), backup, ["user"])


async def test_a_folder_without_a_backup_and_a_missing_database_are_refused(settings: Settings) -> None:
    settings = with_secret(settings, "s")
    with pytest.raises(NotABackup):
        await restore_all(settings, settings.data_dir, ["user"])
    with pytest.raises(BackupFailed, match='database "user" does not exist'):
        await back_up(settings, settings.data_dir / "backup", ["user"])


def with_secret(settings: Settings, letter: str) -> Settings:
    secret = SecretStr(letter * 32)
    return Settings(data_dir=settings.data_dir, database_url=settings.database_url, amqp_url=None, secret=secret)


@asynccontextmanager
async def on(settings: Settings, name: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url(str(settings.database_url), name))
    yield connection
    await connection.close()
