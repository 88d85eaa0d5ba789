"""Mark answers in which the assistant offers an operator."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE messages ADD offers_person boolean NOT NULL DEFAULT false")
