"""Rejected readings that came over the queue have no sender."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE rejected_readings ALTER submitted_by DROP NOT NULL")
