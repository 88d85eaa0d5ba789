"""SQL of what held when for meters, on an asyncpg connection."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from contor.services.monitoring.metering.terms import Terms

HISTORY = "SELECT meter, subject, since, value FROM meter_history WHERE meter = ANY($1::int[]) ORDER BY since"

# An entry holds unless one of a later version begins earlier or with it; it ends entries of earlier versions.
ADD = """
WITH ended AS (
    DELETE FROM meter_history WHERE meter = $1 AND subject = $2 AND since >= $3 AND version < $5 AND since <> $3
)
INSERT INTO meter_history AS h (meter, subject, since, value, version)
SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (
    SELECT FROM meter_history WHERE meter = $1 AND subject = $2 AND since <= $3 AND version > $5
)
ON CONFLICT (meter, subject, since) DO UPDATE SET value = excluded.value, version = excluded.version
"""


async def fetch_terms(connection: asyncpg.Connection, meters: Sequence[int]) -> dict[int, Terms]:
    """By meter number."""
    found: dict[int, dict[str, list[tuple[int, Any]]]] = defaultdict(lambda: defaultdict(list))
    for meter, subject, since, value in await connection.fetch(HISTORY, meters):
        found[meter][subject].append((since, value))
    return {meter: _terms(found[meter]) for meter in meters}


async def add_history(
    connection: asyncpg.Connection, meter: int, subject: str, since: int, value: str | None, version: int
) -> None:
    await connection.execute(ADD, meter, subject, since, value, version)


def _terms(found: dict[str, list[tuple[int, Any]]]) -> Terms:
    return Terms(
        owners=tuple((since, value and UUID(value)) for since, value in found["owner"]),
        limits=tuple((since, None if value is None else int(value)) for since, value in found["limit"]),
        zones=tuple(found["time_zone"]),
    )
