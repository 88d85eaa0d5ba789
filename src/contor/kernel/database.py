"""One service's own database: sessions, transactions, migrations."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any

import asyncpg
from alembic import command, context
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, NullPool, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from contor.kernel.errors import OperatorError

DATABASE, EMITTED = "database", "emitted"
"""Keys of a session's `info`: its `Database`, and whether it stored messages in the outbox."""
MIGRATION_LOCK = 7_301_944
"""Key of the advisory lock that serialises migrations of one database."""
CONNECTION_OPTIONS: dict[str, Any] = {
    "timeout": 10,
    "command_timeout": 60,
    # A suspended process, or a machine that is gone, must not hold its locks against the other replicas.
    "server_settings": {"idle_in_transaction_session_timeout": "20s"},
}


class MigrationFailed(OperatorError):
    """A database could not be migrated to the newest revision and is unchanged."""

    def __init__(self, name: str | None, reason: object) -> None:
        super().__init__(f"the migration of database {name} failed and was rolled back: {str(reason).splitlines()[0]}")


class Database:
    """Sessions on one logical database. `transaction` is the unit of work; nothing else commits."""

    def __init__(self, url: str, *, pool_size: int = 15) -> None:
        """`url` is `postgresql://…/name`. Connections are opened on first use and pooled without a time limit: each
        costs the server a process and some 30 ms."""
        self.url = url
        self.relays: set[asyncio.Event] = set()
        """Set after each commit of a session that stored messages in the outbox."""
        self._engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            connect_args=CONNECTION_OPTIONS,
        )
        event.listen(self._engine.sync_engine, "checkout", _replace_closed)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, info={DATABASE: self})
        self._autocommit_pool: asyncpg.Pool | None = None
        self._pool_lock = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends and rolls back when it raises."""
        async with self._sessions() as session:
            async with session.begin():
                yield session
            if EMITTED in session.info:
                for relay in self.relays:
                    relay.set()

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[asyncpg.Connection]:
        """An asyncpg connection on which each statement is its own transaction; saves a session's millisecond."""
        async with self._pool_lock:
            if self._autocommit_pool is None:
                self._autocommit_pool = await asyncpg.create_pool(
                    self.url, min_size=1, max_size=4, reset=_skip_reset, **CONNECTION_OPTIONS
                )
        async with self._autocommit_pool.acquire() as connection:
            try:
                yield connection
            except asyncpg.InternalClientError:
                # The server closed the connection in the middle of a protocol exchange: it cannot be reused.
                connection.terminate()
                raise

    async def connect(self) -> asyncpg.Connection:
        """A connection outside the pools, which the caller closes."""
        return await asyncpg.connect(self.url, **CONNECTION_OPTIONS)

    @asynccontextmanager
    async def listen(self, channel: str, callback: Callable[[], None]) -> AsyncIterator[asyncpg.Connection]:
        """A connection outside the pools; `callback` is called at every NOTIFY of `channel` and at its loss."""
        connection = await self.connect()
        try:
            connection.add_termination_listener(lambda _: callback())
            await connection.add_listener(channel, lambda *_: callback())
            yield connection
        finally:
            await connection.close(timeout=2)

    async def ping(self) -> None:
        """Raise unless the database answers within two seconds."""
        async with asyncio.timeout(2), self._engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        await self._engine.dispose()
        if self._autocommit_pool is not None:
            await self._autocommit_pool.close()


def _replace_closed(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    """Have the pool replace a connection that the server has closed; unlike `pool_pre_ping`, without a round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def _skip_reset(connection: asyncpg.Connection) -> None:
    """In place of asyncpg's reset, a round trip: our statements set nothing that outlives a transaction."""


async def raw(session: AsyncSession) -> asyncpg.Connection:
    """The asyncpg connection of the session's open transaction, for statements too hot for the ORM."""
    connection = await session.connection()
    driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        # The dialect begins the transaction with its first statement; before that, asyncpg's would autocommit.
        await connection.exec_driver_sql("SELECT 1")
    return driver


def database_url(server_url: str, name: str) -> str:
    """The URL of the logical database `name` on a server."""
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def create_if_missing(server_url: str, name: str) -> str:
    """Create the logical database `name` unless it exists; returns its URL.

    A role with access to its own database only can call this when the database exists.
    """
    url = database_url(server_url, name)
    try:
        await (await asyncpg.connect(url, timeout=10)).close(timeout=5)
    except asyncpg.InvalidCatalogNameError:
        await _create(server_url, name)
    return url


async def _create(server_url: str, name: str) -> None:
    connection = await asyncpg.connect(
        database_url(server_url, make_url(server_url).database or "postgres"), timeout=10
    )
    try:
        # Another process may create it at the same time.
        with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close(timeout=5)


async def migrate(url: str, package: str) -> None:
    """Upgrade the database to the newest revision of `package`.migrations, under an advisory lock.

    Raises `MigrationFailed`.
    """
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(resources.files(package) / "migrations"))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
            await connection.run_sync(upgrade)
    except (CommandError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise MigrationFailed(make_url(url).database, reason) from error
    finally:
        await engine.dispose()


def run_migrations(metadata: MetaData | None = None) -> None:
    """The body of every service's `migrations/env.py`: uses the connection that `migrate` passes."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
    context.run_migrations()


class Repository:
    """Base of a service's SQL statements. Never commits: `Database.transaction` does."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
