"""Kind and unit move to channels; devices get a highest power, and since when their owner, limit
and time zone hold."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = """
CREATE TABLE channels (
    device_id uuid NOT NULL REFERENCES devices ON DELETE CASCADE,
    name text NOT NULL,
    quantity text NOT NULL,
    kind text NOT NULL,
    unit text NOT NULL,
    stamp text NOT NULL CHECK (stamp IN ('start', 'end')),
    interval_minutes integer CHECK (interval_minutes BETWEEN 1 AND 1440),
    PRIMARY KEY (device_id, name)
);
INSERT INTO channels (device_id, name, quantity, kind, unit, stamp)
SELECT id, 'import', 'import', kind, unit, 'start' FROM devices;
ALTER TABLE devices
    DROP kind,
    DROP unit,
    ADD max_power_kw numeric(12, 6) NOT NULL DEFAULT 100 CHECK (max_power_kw > 0),
    ADD owner_since timestamptz,
    ADD limit_since timestamptz,
    ADD time_zone_since timestamptz;
"""


def upgrade() -> None:
    for statement in STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
