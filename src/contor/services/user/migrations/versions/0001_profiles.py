"""Profiles, tombstones of deleted users, and account states that arrived before their account."""

from alembic import op

from contor.kernel.messaging.inbox import create_message_tables
from contor.kernel.search import create_search

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE profiles (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    role text NOT NULL CHECK (role IN ('client', 'admin')),
    disabled boolean NOT NULL,
    full_name text,
    email text,
    phone text,
    language text CHECK (language IN ('ro', 'en')),
    time_zone text,
    version bigint NOT NULL,
    account_version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- One line for each field: a search text cannot match across two fields.
    search text NOT NULL GENERATED ALWAYS AS (
        folded(username || E'\\n' || coalesce(full_name, '') || E'\\n' || coalesce(email, ''))
    ) STORED
);
CREATE INDEX profiles_search ON profiles USING gin (search gin_trgm_ops);
CREATE INDEX profiles_by_username ON profiles (folded(username), id);
CREATE INDEX profiles_by_full_name ON profiles (folded(coalesce(full_name, username)), id);
CREATE INDEX profiles_by_created_at ON profiles (created_at, id);
CREATE INDEX profiles_administrators ON profiles (id) WHERE role = 'admin';
CREATE INDEX profiles_disabled ON profiles (id) WHERE disabled;

CREATE TABLE deleted_users (
    id uuid PRIMARY KEY,
    deleted_at timestamptz NOT NULL
);
CREATE TABLE early_standings (
    id uuid PRIMARY KEY,
    version bigint NOT NULL,
    role text NOT NULL,
    disabled boolean NOT NULL
);
"""


def upgrade() -> None:
    create_message_tables(op.get_bind())
    create_search(op.get_bind())
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
