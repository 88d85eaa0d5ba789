"""Accounts, sessions, signing keys, the throttle's counts and the audit log."""

from alembic import op

from contor.kernel.messaging.inbox import create_message_tables

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    role text NOT NULL CHECK (role IN ('client', 'admin')),
    disabled boolean NOT NULL,
    password_hash text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_username ON accounts (lower(username));
CREATE INDEX accounts_administrators ON accounts (id) WHERE role = 'admin';

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    token_hash bytea NOT NULL,
    previous_hash bytea,
    rotated_at timestamptz,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    user_agent text,
    ip_address text
);
CREATE INDEX sessions_by_account ON sessions (account_id, last_used_at);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE ended_sessions (
    id uuid PRIMARY KEY,
    ended_at timestamptz NOT NULL
);
CREATE INDEX ended_sessions_by_time ON ended_sessions (ended_at);

CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    public_key bytea NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE attempts (
    bucket bytea PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);
CREATE INDEX attempts_by_time ON attempts (last_at);

CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    action text NOT NULL,
    account_id uuid,
    actor_id uuid,
    ip_address text,
    detail text
);
CREATE INDEX audit_by_time ON audit (at);
"""


def upgrade() -> None:
    create_message_tables(op.get_bind())
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
