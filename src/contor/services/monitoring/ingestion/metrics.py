"""Metrics of ingestion."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from prometheus_client import Counter, Histogram

from contor.services.monitoring.ingestion.submission import Receipt, Submission

READINGS = Counter("contor_readings_total", "Readings by outcome", ["outcome"])
ACCEPTED, DUPLICATE, REJECTED = map(READINGS.labels, ("accepted", "duplicate", "rejected"))
BATCH = Histogram(
    "contor_ingest_batch_readings", "Readings per transaction", buckets=(1, 10, 100, 1_000, 5_000, 10_000, 20_000)
)
COMMIT = Histogram("contor_ingest_commit_seconds", "Duration of a batch's transaction")
LAG = Histogram(
    "contor_ingest_lag_seconds",
    "Time from a reading to its commit: of each transaction the oldest reading that is not older than two hours",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 7200),
)


def count_outcomes(receipt: Receipt) -> None:
    ACCEPTED.inc(receipt.accepted)
    DUPLICATE.inc(receipt.duplicates)
    REJECTED.inc(len(receipt.rejected))


def observe_lag(submissions: Iterable[Submission], max_age: timedelta, committed_at: datetime) -> None:
    """Observe the oldest reading that is not older than `max_age`."""
    since_ms = int((committed_at - max_age).timestamp() * 1000)
    recent = (at_ms for submission in submissions for at_ms in submission.readings.instants if at_ms > since_ms)
    if oldest := min(recent, default=0):
        LAG.observe(max(0.0, committed_at.timestamp() - oldest / 1000))
