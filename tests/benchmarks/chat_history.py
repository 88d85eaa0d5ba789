"""A stored chat history, inserted into the chat database.

It has `CONVERSATIONS` support conversations, each of another client, in all four states, and as many direct ones.
The user `everywhere` takes part in all direct conversations, the user `busy` in every `BUSY_IN`th. Each kind has
`MESSAGES` messages, a tenth of them in one long conversation.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

CONVERSATIONS, MESSAGES = 1_000, 100_000
LONG = MESSAGES // 10
EACH = (MESSAGES - LONG) // (CONVERSATIONS - 1)
BUSY_IN = 5


@dataclass(frozen=True, slots=True)
class History:
    """The number of messages, and the longest conversation of each kind."""

    messages: int
    long_support: UUID
    long_direct: UUID


# `n` numbers the conversations of a kind, newest first; the longest one is on the first page.
MADE = f"""
CREATE TEMPORARY TABLE made AS
SELECT n, kind, uuidv7(n * interval '-7 minutes') AS id, uuidv7() AS person,
    CASE n WHEN 20 THEN {LONG} ELSE {EACH} END AS messages,
    CASE WHEN kind = 'direct' THEN NULL WHEN n % 10 = 0 THEN 'waiting_human' WHEN n % 10 < 4 THEN 'human_active'
         WHEN n % 10 < 7 THEN 'ai_active' ELSE 'resolved' END AS state,
    now() - n * interval '7 minutes' AS last_at
FROM generate_series(1, {CONVERSATIONS}) AS n, unnest(ARRAY['support', 'direct']) AS kind
"""  # noqa: S608  constants only
PEOPLE = """
INSERT INTO people (id, username, full_name, role, disabled, deleted, version)
SELECT person, kind || n, CASE WHEN n % 2 = 0 THEN 'Ștefania Popescu-Ionescu ' || n END, 'client', false, false, 1
FROM made
"""
STARTED = """
INSERT INTO conversations (id, kind, title, state, episode, client_id, operator_id, counter, last_seq, waiting_since,
    answered_by, created_at, updated_at)
SELECT id, kind, CASE WHEN kind = 'direct' AND n % 10 = 0 THEN 'House ' || n END, state, 1 + n % 3,
    CASE kind WHEN 'support' THEN person END,
    CASE WHEN state = 'human_active' AND n % 10 = 1 OR state = 'resolved' THEN $1::uuid
         WHEN state = 'human_active' THEN (SELECT person FROM made WHERE kind = 'direct' AND n = 1) END,
    messages, messages, CASE state WHEN 'waiting_human' THEN last_at END,
    CASE kind WHEN 'support' THEN 'fallback' END, last_at - interval '30 days', last_at
FROM made
"""
# Participants: the client and the operator of a support conversation; two users of a direct one, eight of every tenth.
# A third has read everything, a third all but the newest messages, a third nothing.
JOINED = f"""
INSERT INTO participants (conversation_id, user_id, member, last_read_seq, joined_at)
SELECT c.id, p.id, true, CASE c.n % 3 WHEN 0 THEN c.messages WHEN 1 THEN c.messages - c.n % 20 ELSE 0 END, c.last_at
FROM made c, LATERAL (
    SELECT c.person AS id
    UNION SELECT operator_id FROM conversations s WHERE s.id = c.id AND operator_id IS NOT NULL
    UNION SELECT $1::uuid WHERE c.kind = 'direct'
    UNION SELECT $2::uuid WHERE c.kind = 'direct' AND c.n % {BUSY_IN} = 0
    UNION SELECT person FROM made o WHERE c.kind = 'direct' AND c.n % 10 = 0 AND o.kind = 'support' AND o.n <= 6
) p
"""  # noqa: S608
WROTE = """
INSERT INTO messages (id, conversation_id, seq, author_kind, author_id, author_role, author_name, text, note, sources,
    event, client_id, created_at)
SELECT uuidv7(at - now()), c.id, seq, a.kind, CASE a.kind WHEN 'person' THEN a.author END,
    CASE a.kind WHEN 'person' THEN 'client' END, CASE a.kind WHEN 'assistant' THEN 'fallback' END,
    'The meter in the cellar says ' || seq || ' kWh; ' || repeat(md5(seq::text) || ' ', 1 + (seq * 7 % 3)::int), false,
    CASE a.kind WHEN 'assistant' THEN '[{"kind": "meter", "label": "Cellar", "href": "/devices/1"}]'::jsonb
         ELSE '[]' END,
    CASE a.kind WHEN 'system' THEN jsonb_build_object('kind', 'handed_over', 'actor_id', c.person) END,
    CASE a.kind WHEN 'person' THEN gen_random_uuid() END, at
FROM made c, generate_series(1, c.messages) AS seq, LATERAL (
    SELECT c.last_at - (c.messages - seq) * interval '5 minutes' AS at,
        CASE WHEN c.kind = 'direct' AND seq % 2 = 0 THEN $1::uuid ELSE c.person END AS author,
        CASE WHEN c.kind = 'direct' OR seq % 3 > 0 THEN 'person' WHEN seq % 30 = 0 THEN 'system'
             ELSE 'assistant' END AS kind
) a
"""
LONGEST = "SELECT id FROM made WHERE kind = $1 ORDER BY messages DESC LIMIT 1"


async def fill(database: str, administrator: UUID, everywhere: UUID, busy: UUID) -> History:
    """Fill the chat database and run VACUUM ANALYZE."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(MADE)
        await connection.execute(PEOPLE)
        await connection.execute(STARTED, administrator)
        await connection.execute(JOINED, everywhere, busy)
        await connection.execute(WROTE, everywhere)
        await connection.execute("VACUUM (ANALYZE)")
        return History(
            await connection.fetchval("SELECT count(*) FROM messages"),
            await connection.fetchval(LONGEST, "support"),
            await connection.fetchval(LONGEST, "direct"),
        )
    finally:
        await connection.close()
