"""Storing the rejections of a batch."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from contor.services.monitoring.ingestion.submission import Receipt, Submission
from contor.services.monitoring.repository.ingest import IngestRepository


async def store_rejected(
    repository: IngestRepository, submissions: Sequence[Submission], receipts: Sequence[Receipt]
) -> None:
    """Equal rejections of one sender are one row, which counts them."""
    rows: dict[bytes, tuple[Any, ...]] = {}
    times: Counter[bytes] = Counter()
    for submission, receipt in zip(submissions, receipts, strict=True):
        for rejection in receipt.rejected:
            payload = json.dumps(rejection.payload)
            identity = f"{submission.sender}|{rejection.code}|{payload}".encode()
            fingerprint = hashlib.blake2b(identity, digest_size=16).digest()
            times[fingerprint] += 1
            rows[fingerprint] = (
                uuid7(),
                fingerprint,
                _canonical(rejection.device_id),
                rejection.code,
                rejection.detail,
                payload,
                submission.sender,
                submission.by_admin,
            )
    if rows:
        await repository.upsert_rejected([(*row, times[fingerprint]) for fingerprint, row in rows.items()])


def _canonical(device_id: str | None) -> str | None:
    """An id as PostgreSQL writes it, by which the readings are found when the device appears."""
    if device_id is None:
        return None
    try:
        return str(UUID(device_id))
    except ValueError:
        return device_id
