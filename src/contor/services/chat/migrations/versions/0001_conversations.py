"""Conversations, their messages, and the replica of the people in them."""

from alembic import op

from contor.kernel.messaging.inbox import create_message_tables
from contor.kernel.search import create_search

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE people (
    id uuid PRIMARY KEY,
    username text,
    full_name text,
    role text NOT NULL CHECK (role IN ('client', 'admin')),
    disabled boolean NOT NULL,
    deleted boolean NOT NULL,
    version bigint NOT NULL
);
CREATE INDEX people_by_username ON people (lower(username)) WHERE NOT deleted;
CREATE INDEX people_administrators ON people (folded(coalesce(full_name, username, '')), id)
    WHERE role = 'admin' AND NOT disabled AND NOT deleted;

CREATE TABLE conversations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('support', 'direct')),
    title text,
    state text CHECK (state IN ('ai_active', 'waiting_human', 'human_active', 'resolved')),
    episode bigint NOT NULL,
    client_id uuid REFERENCES people,
    operator_id uuid REFERENCES people,
    pair text UNIQUE,
    counter bigint NOT NULL,
    last_seq bigint NOT NULL,
    waiting_since timestamptz,
    answered_by text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (CASE kind WHEN 'support' THEN state IS NOT NULL AND client_id IS NOT NULL
                     ELSE state IS NULL AND client_id IS NULL AND operator_id IS NULL END),
    -- Exactly one owner: the assistant, the queue or an operator.
    CHECK ((state IS NOT DISTINCT FROM 'waiting_human') = (waiting_since IS NOT NULL)),
    CHECK (CASE state WHEN 'human_active' THEN operator_id IS NOT NULL
                      WHEN 'resolved' THEN true
                      ELSE operator_id IS NULL END),
    CHECK (last_seq <= counter)
);
CREATE UNIQUE INDEX conversations_of_client ON conversations (client_id) WHERE kind = 'support';
CREATE INDEX conversations_waiting ON conversations (waiting_since, id) WHERE state = 'waiting_human';
CREATE INDEX conversations_by_operator ON conversations (operator_id, updated_at, id) WHERE operator_id IS NOT NULL;
CREATE INDEX conversations_by_state ON conversations (state, updated_at, id) WHERE state IS NOT NULL;
CREATE INDEX conversations_by_kind ON conversations (kind, updated_at, id);

CREATE TABLE participants (
    conversation_id uuid REFERENCES conversations,
    user_id uuid REFERENCES people,
    member boolean NOT NULL,
    last_read_seq bigint NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
);
CREATE INDEX participants_by_user ON participants (user_id, conversation_id);

CREATE TABLE messages (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations,
    seq bigint NOT NULL,
    author_kind text NOT NULL CHECK (author_kind IN ('person', 'assistant', 'system')),
    author_id uuid REFERENCES people,
    author_role text,
    author_name text,
    text text NOT NULL,
    note boolean NOT NULL,
    sources jsonb NOT NULL,
    event jsonb,
    client_id uuid,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    search text NOT NULL GENERATED ALWAYS AS (folded(text)) STORED,
    UNIQUE (conversation_id, seq),
    CHECK ((author_kind = 'person') = (author_id IS NOT NULL)),
    CHECK ((author_kind = 'system') = (event IS NOT NULL))
);
CREATE UNIQUE INDEX messages_of_sender ON messages (conversation_id, author_id, client_id)
    WHERE client_id IS NOT NULL;
CREATE INDEX messages_by_author ON messages (author_id, created_at) WHERE author_id IS NOT NULL;
CREATE INDEX messages_search ON messages USING gin (search gin_trgm_ops);

CREATE TABLE answers_due (
    conversation_id uuid REFERENCES conversations,
    question_seq bigint,
    episode bigint NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, question_seq)
);
CREATE INDEX answers_due_by_time ON answers_due (due_at);

CREATE TABLE model_use (
    user_id uuid,
    day date,
    requests bigint NOT NULL,
    tokens bigint NOT NULL,
    PRIMARY KEY (user_id, day)
);
CREATE INDEX model_use_by_day ON model_use (day);

CREATE TABLE ratings (
    conversation_id uuid REFERENCES conversations,
    episode bigint,
    score bigint NOT NULL CHECK (score BETWEEN 1 AND 5),
    comment text,
    operator_id uuid REFERENCES people,
    rated_at timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, episode)
);

CREATE TABLE canned_replies (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX canned_replies_by_title ON canned_replies (folded(title), id);

CREATE TABLE presence (
    user_id uuid,
    replica uuid,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, replica)
);
CREATE INDEX presence_by_time ON presence (seen_at);
CREATE INDEX presence_by_replica ON presence (replica);
"""


def upgrade() -> None:
    create_message_tables(op.get_bind())
    create_search(op.get_bind())
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
