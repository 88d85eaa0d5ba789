"""Alembic's entry: runs on the connection that `kernel.database.migrate` opened."""

from contor.kernel.database import run_migrations

run_migrations()
