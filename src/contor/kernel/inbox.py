"""The inbox: a consumer records what it handled in its own transaction, so a repeat changes nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, DateTime, Table, Text, func
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.bus import Handler
from contor.kernel.database import Database
from contor.kernel.message import Message
from contor.kernel.outbox import metadata

if TYPE_CHECKING:
    from contor.kernel.service import Context

inbox = Table(
    "inbox",
    metadata,
    Column("message_id", UUIDColumn(as_uuid=True), primary_key=True),
    Column("consumer", Text, primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


def create_message_tables(connection: Connection) -> None:
    """Create `outbox` and `inbox`: the start of every service's first migration."""
    metadata.create_all(connection)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A row of a service's CONSUMERS table: which message goes to which function.

    `handler(message, session)` for a stored effect, committed together with the inbox row;
    with `every_replica`, `handler(message, context)` for an effect in this process's memory only.
    """

    kind: type[Message]
    handler: Callable[[Any, Any], Awaitable[None]]
    every_replica: bool = False


def once(database: Database, consumer: Consumer) -> Handler[Message]:
    """A bus handler that runs `consumer` in one transaction with its inbox row, and not at all on a repeat."""
    name = consumer.handler.__name__

    async def handle(message: Message) -> None:
        async with database.transaction() as session:
            record = insert(inbox).values(message_id=message.id, consumer=name).on_conflict_do_nothing()
            if (await session.execute(record.returning(inbox.c.message_id))).first() is not None:
                await consumer.handler(message, session)

    return handle


def in_memory(context: "Context", consumer: Consumer) -> Handler[Message]:
    """A bus handler for an effect that lives in this process only."""

    async def handle(message: Message) -> None:
        await consumer.handler(message, context)

    return handle
