"""The inbox: a consumer records each message in the transaction of its effect, so that a duplicate has no effect."""

from sqlalchemy import Column, Connection, DateTime, Table, Text, func
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.dialects.postgresql import insert

from contor.kernel.bus import Handler
from contor.kernel.database import Database
from contor.kernel.messaging.message import Message
from contor.kernel.messaging.outbox import metadata
from contor.kernel.service import Consumer

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


def idempotent_handler(database: Database, consumer: Consumer) -> Handler[Message]:
    """A bus handler that runs `consumer` in one transaction with its inbox row, and skips duplicates."""
    name = consumer.handler.__name__

    async def handle(message: Message) -> None:
        async with database.transaction() as session:
            record = insert(inbox).values(message_id=message.id, consumer=name).on_conflict_do_nothing()
            if (await session.execute(record.returning(inbox.c.message_id))).first() is not None:
                await consumer.handler(message, session)

    return handle
