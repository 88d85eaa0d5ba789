"""Devices and the replica of their owners."""

from alembic import op

from contor.kernel.messaging.inbox import create_message_tables
from contor.kernel.search import create_search

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE owners (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    full_name text,
    deleted boolean NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE devices (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    description text,
    address text,
    max_hourly_consumption_kwh numeric(16, 6) NOT NULL CHECK (max_hourly_consumption_kwh > 0),
    owner_id uuid REFERENCES owners,
    owner_username text,
    owner_full_name text,
    kind text NOT NULL,
    unit text NOT NULL,
    time_zone text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- One line for each field: a search text cannot match across two fields.
    search text NOT NULL GENERATED ALWAYS AS (
        folded(
            name || E'\\n' || coalesce(address, '') || E'\\n' || coalesce(description, '')
            || E'\\n' || coalesce(owner_username, '') || E'\\n' || coalesce(owner_full_name, '')
        )
    ) STORED,
    CHECK ((owner_id IS NULL) = (owner_username IS NULL))
);
CREATE INDEX devices_search ON devices USING gin (search gin_trgm_ops);
CREATE INDEX devices_by_owner ON devices (owner_id, id);
CREATE INDEX devices_by_owner_name ON devices (folded(coalesce(owner_full_name, owner_username, '')), id);
CREATE INDEX devices_unassigned ON devices (id) WHERE owner_id IS NULL;
CREATE INDEX devices_by_name ON devices (folded(name), id);
CREATE INDEX devices_by_created_at ON devices (created_at, id);
"""


def upgrade() -> None:
    create_message_tables(op.get_bind())
    create_search(op.get_bind())
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
