"""Alembic's entry: the connection comes from the kernel."""

from contor.kernel.database import run_migrations

run_migrations()
