"""Meters, readings by month, quarter hours, alerts, rejected readings."""

from alembic import op

from contor.kernel.messaging.inbox import create_message_tables

revision = "0001"
down_revision = None

STATEMENTS = """
CREATE TABLE meters (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    owner_id uuid,
    kind text NOT NULL,
    unit text NOT NULL,
    time_zone text NOT NULL,
    hourly_limit bigint,
    version bigint NOT NULL,
    deleted boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70);
CREATE INDEX meters_owner ON meters (owner_id);

CREATE TABLE readings (
    meter integer NOT NULL,
    at bigint NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (meter, at)
) PARTITION BY RANGE (at);

CREATE TABLE quarter_hours (
    meter integer NOT NULL,
    slot integer NOT NULL,
    energy bigint NOT NULL,
    readings integer NOT NULL,
    PRIMARY KEY (meter, slot)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

CREATE TABLE hours (
    meter integer NOT NULL,
    hour integer NOT NULL,
    energy bigint NOT NULL,
    PRIMARY KEY (meter, hour)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

CREATE TABLE alerts (
    id uuid PRIMARY KEY,
    meter integer NOT NULL REFERENCES meters ON DELETE CASCADE,
    owner_id uuid,
    hour_start timestamptz NOT NULL,
    hour_end timestamptz NOT NULL,
    energy bigint NOT NULL,
    hourly_limit bigint NOT NULL,
    severity text NOT NULL,
    state text NOT NULL,
    raised_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by uuid
);
CREATE UNIQUE INDEX alerts_meter_hour ON alerts (meter, hour_start);
CREATE INDEX alerts_newest ON alerts (hour_start, id);
CREATE INDEX alerts_owner ON alerts (owner_id, hour_start, id);
CREATE INDEX alerts_open ON alerts (owner_id) WHERE acknowledged_at IS NULL;
CREATE INDEX alerts_state ON alerts (state, hour_start, id);

CREATE TABLE rejected_readings (
    id uuid PRIMARY KEY,
    fingerprint bytea NOT NULL UNIQUE,
    received_at timestamptz NOT NULL DEFAULT now(),
    device_id text,
    code text NOT NULL,
    detail text NOT NULL,
    payload jsonb NOT NULL,
    times integer NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'pending',
    submitted_by uuid NOT NULL,
    by_admin boolean NOT NULL
);
CREATE INDEX rejected_waiting ON rejected_readings (device_id, code) WHERE state = 'pending';
CREATE INDEX rejected_newest ON rejected_readings (state, received_at, id);
CREATE INDEX rejected_code ON rejected_readings (code, state, received_at, id);

CREATE TABLE received_minutes (
    minute timestamptz PRIMARY KEY,
    readings bigint NOT NULL
);
"""


def upgrade() -> None:
    create_message_tables(op.get_bind())
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
