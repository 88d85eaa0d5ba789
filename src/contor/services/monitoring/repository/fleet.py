"""SQL of the overview of all meters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from contor.kernel.database import Repository, raw
from contor.services.monitoring.models import ReceivedMinute

# A reading ahead of now is not the last one.
FLEET = """
WITH states AS (
    SELECT m.device_id, m.name, newest.at, alert.raised_at AS over_since
    FROM meters m
    JOIN channels c ON c.meter = m.number AND c.name = 'import'
    LEFT JOIN LATERAL (SELECT at FROM readings WHERE channel = c.number AND at <= $2 ORDER BY at DESC LIMIT 1) newest
        ON true
    LEFT JOIN LATERAL (SELECT raised_at FROM alerts WHERE meter = m.number AND state = 'active' AND hour_end > now()
                       AND hour_start <= now() LIMIT 1) alert ON true
    WHERE NOT m.deleted
)
SELECT (SELECT count(*) FROM states) AS devices,
    (SELECT count(*) FROM states WHERE at >= $1) AS reporting,
    (SELECT count(*) FROM states WHERE at < $1) AS silent,
    (SELECT count(*) FROM states WHERE at IS NULL) AS never,
    (SELECT count(*) FROM states WHERE over_since IS NOT NULL) AS over_limit,
    (SELECT count(*) FROM rejected_readings WHERE state = 'pending') AS rejected_pending,
    (SELECT jsonb_agg(s) FROM (SELECT device_id, name, over_since AS since FROM states WHERE over_since IS NOT NULL
                               ORDER BY over_since DESC LIMIT 10) s) AS over_limit_devices,
    (SELECT jsonb_agg(s) FROM (SELECT device_id, name, to_timestamp(at / 1000.0) AS since FROM states WHERE at < $1
                               ORDER BY at DESC LIMIT 10) s) AS silent_devices
"""


class FleetRepository(Repository):
    async def fleet(self, silent_before_ms: int, now_ms: int) -> Any:
        """One row; see `FLEET`."""
        return await (await raw(self.session)).fetchrow(FLEET, silent_before_ms, now_ms)

    async def received_minutes(self, since: datetime) -> Sequence[ReceivedMinute]:
        minutes = select(ReceivedMinute).where(ReceivedMinute.minute >= since)
        return (await self.session.scalars(minutes)).all()
