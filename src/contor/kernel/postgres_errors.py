"""Which errors of PostgreSQL and its drivers mean a lost connection or a transaction to be retried."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

POSTGRES_ERRORS = (
    DBAPIError,
    PoolTimeout,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""Everything that a statement or a connection can raise."""

CONNECTION_STATES = (
    "08",  # connection exceptions
    "25P03",  # cut by idle_in_transaction_session_timeout
    "57P",  # shutting down, crashed, not accepting connections yet
)
# https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"


def is_connection_failure(error: BaseException) -> bool:
    """Whether the server went away, as opposed to rejecting a statement."""
    if isinstance(error, OSError):
        return error.filename is None  # an error about a file names it, one about a connection does not
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # that would be an argument it cannot encode
    if isinstance(error, (InterfaceError, PoolTimeout, asyncpg.InternalClientError)):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return _sqlstate(error).startswith(CONNECTION_STATES)


def is_serialization_failure(error: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction because of a concurrent one: it should be retried unchanged."""
    return _sqlstate(error) in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED)


def _sqlstate(error: BaseException) -> str:
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
