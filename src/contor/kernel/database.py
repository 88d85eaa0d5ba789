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

DATABASE, TOLD = "database", "told"
"""In a session's `info`: the `Database` it is of, and that it said something."""
MIGRATION_LOCK = 7_301_944
"""Any constant: two processes that migrate one database wait for each other on it."""
CONNECTING: dict[str, Any] = {
    "timeout": 10,
    "command_timeout": 60,
    # A process that was stopped, or whose machine is gone, must not keep its locks from the other replicas.
    "server_settings": {"idle_in_transaction_session_timeout": "20s"},
}


class MigrationFailed(OperatorError):
    """A database could not be brought to the newest revision, and is as it was."""

    def __init__(self, name: str | None, reason: object) -> None:
        super().__init__(f"the database {name} could not be migrated and is as it was: {str(reason).splitlines()[0]}")


class Database:
    """Sessions on one logical database. The unit of work is `transaction`; nothing else commits."""

    def __init__(self, url: str, *, pool_size: int = 15) -> None:
        """`url` is `postgresql://…/name`; connections are made when first needed, and kept: a new one costs the server
        a process, and some thirty milliseconds before its first statement."""
        self.url = url
        self.relays: set[asyncio.Event] = set()
        """Set after each commit of a session that said something."""
        self._engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            connect_args=CONNECTING,
        )
        event.listen(self._engine.sync_engine, "checkout", _not_if_cut)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False, info={DATABASE: self})
        self._bare: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits when the block ends and rolls back when it raises."""
        async with self._sessions() as session:
            async with session.begin():
                yield session
            if TOLD in session.info:
                for relay in self.relays:
                    relay.set()

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[asyncpg.Connection]:
        """An asyncpg connection alone, each statement its own transaction: a session costs a millisecond more."""
        async with self._opening:
            if self._bare is None:
                self._bare = await asyncpg.create_pool(
                    self.url, min_size=1, max_size=4, reset=_leave_as_it_is, **CONNECTING
                )
        async with self._bare.acquire() as connection:
            try:
                yield connection
            except asyncpg.InternalClientError:
                # asyncpg lost its place while the server cut the connection: no use to whoever is next.
                connection.terminate()
                raise

    async def connect(self) -> asyncpg.Connection:
        """A connection outside the pools, for whoever asked to keep and to close."""
        return await asyncpg.connect(self.url, **CONNECTING)

    @asynccontextmanager
    async def listening(self, channel: str, notice: Callable[[], None]) -> AsyncIterator[asyncpg.Connection]:
        """A connection of its own on which `notice` is called at every NOTIFY of `channel`."""
        connection = await self.connect()
        try:
            connection.add_termination_listener(lambda _: notice())
            await connection.add_listener(channel, lambda *_: notice())
            yield connection
        finally:
            await connection.close(timeout=2)

    async def ping(self) -> None:
        """Raise unless the database answers within two seconds."""
        async with asyncio.timeout(2), self._engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        await self._engine.dispose()
        if self._bare is not None:
            await self._bare.close()


def _not_if_cut(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    """Have the pool open another connection for one the server has cut; costs nothing, as a ping would."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def _leave_as_it_is(connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset, a round trip: our statements set nothing that would outlive a transaction."""


async def raw(session: AsyncSession) -> asyncpg.Connection:
    """The asyncpg connection of the session's open transaction, for statements too hot for the ORM."""
    connection = await session.connection()
    driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        # The dialect opens its transaction with the first statement; without one, ours would commit by itself.
        await connection.exec_driver_sql("SELECT 1")
    return driver


def database_url(server_url: str, name: str) -> str:
    """The URL of the logical database `name` on a server."""
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def create_if_missing(server_url: str, name: str) -> str:
    """Make sure the logical database `name` exists on the server and return its URL.

    A role that may only use its own database is never asked for more than to connect to it.
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
        # Another process may make it in between, which is as good.
        with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close(timeout=5)


async def migrate(url: str, package: str) -> None:
    """Bring the database at `url` to the newest revision of `package`.migrations, alone under a lock.

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
    """The body of every service's `migrations/env.py`: run on the connection `migrate` hands over."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
    context.run_migrations()


class Repository:
    """Base of a service's SQL statements; whoever opened the session commits it, never a repository."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
