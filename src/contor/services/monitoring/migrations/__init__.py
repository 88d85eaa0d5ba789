"""The Alembic history of monitoring."""
