"""The batch writer: submissions that arrive while a transaction runs are stored together in the next one."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from contor.kernel.clock import now
from contor.kernel.database import Database
from contor.kernel.errors import Problem, Unavailable
from contor.kernel.postgres_errors import is_connection_failure, is_serialization_failure
from contor.kernel.retry import Retry
from contor.kernel.telemetry import log
from contor.services.monitoring.ingestion.decoders import submissions_of
from contor.services.monitoring.ingestion.metrics import BATCH, COMMIT, count_outcomes, observe_lag
from contor.services.monitoring.ingestion.received_minutes import ReceivedMinutes
from contor.services.monitoring.ingestion.store_batch import RECENT, ChannelCache, StoredBatch, store_batch
from contor.services.monitoring.ingestion.submission import Receipt, Submission
from contor.services.monitoring.repository.ingest import Channel
from contor.services.monitoring.settings import MonitoringSettings

UNKNOWN_DEVICE_SECONDS = 0.5
"""How long deferred readings wait for their device, which another service may have created just now."""
LINGER_SECONDS = 0.003


def _is_transient(error: Exception) -> bool:
    return is_connection_failure(error) or is_serialization_failure(error)


RETRY = Retry(initial_backoff=0.2, max_backoff=1, deadline=15, retry_when=_is_transient)


class Overloaded(Problem):
    status = 503
    code = "overloaded"
    detail = "More readings are waiting than can be stored; none of this request was stored. Send it again later."


@dataclass(slots=True)
class _Pending:
    submission: Submission
    receipt: "asyncio.Future[Receipt]"


class BatchWriter:
    """One writer a process, on a connection of its own: one from the pool would cost a tenth of a small batch."""

    def __init__(
        self,
        database: Database,
        settings: MonitoringSettings,
        on_stored: Callable[[Mapping[int, Channel]], None],
        retry: Retry = RETRY,
    ) -> None:
        """`on_stored` is called after each commit with the channels, by meter number, that got a recent reading."""
        self._database = database
        self._settings = settings
        self._on_stored = on_stored
        self._retry = retry
        self._queue: deque[_Pending] = deque()
        self._queued_readings = 0
        """Those of the running batch included."""
        self._submitted = asyncio.Event()
        self._linger: asyncio.Future[None] | None = None
        self._linger_until = 0
        self._closing = False
        self._cache = ChannelCache()
        self._connection: asyncpg.Connection | None = None
        self._received = ReceivedMinutes(database)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write batches until the block ends; all that was submitted by then is still written."""
        async with self._received.running():
            task = asyncio.create_task(self._write_batches(), name="batch-writer")
            try:
                yield
            finally:
                self._closing = True
                self._submitted.set()
                await task
                if self._connection is not None:
                    await self._connection.close(timeout=5)

    async def write(self, submission: Submission) -> Receipt:
        """Return when the submission is committed. Raises `Overloaded` or `Unavailable`; then nothing was stored."""
        submission.wait_for_device = submission.by_admin
        receipt = await self._enqueue_within_limit(submission)
        if receipt.deferred:
            await asyncio.sleep(UNKNOWN_DEVICE_SECONDS)
            receipt.settle(await self._enqueue_within_limit(submission.only(receipt.deferred)))
        count_outcomes(receipt)
        return receipt

    async def write_messages(self, bodies: Sequence[bytes]) -> None:
        """Return when the readings and rejections of these messages are committed.

        Raises `ConnectionError` when the database is unavailable beyond the deadline; some of the messages may be
        stored, and all may be delivered again. Readings of unknown devices are rejected at once, as waiting would hold
        up the others; they are replayed when the device appears.
        """
        receipts: list[asyncio.Future[Receipt]] = []
        latest = self._settings.latest_ms(now())
        for submission in submissions_of(bodies, self._settings.batch_readings, latest):
            receipts.append(self._enqueue(submission))
            if self._queued_readings > self._settings.batch_readings:
                await asyncio.wait(receipts)  # decoding more than one transaction ahead would fill memory
        try:
            for receipt in await asyncio.gather(*receipts):
                count_outcomes(receipt)
        except Unavailable as error:
            raise ConnectionError(error.detail) from error

    async def _enqueue_within_limit(self, submission: Submission) -> Receipt:
        if self._queued_readings > self._settings.waiting_readings:
            raise Overloaded(headers={"Retry-After": "1"})
        return await self._enqueue(submission)

    def _enqueue(self, submission: Submission) -> "asyncio.Future[Receipt]":
        pending = _Pending(submission, asyncio.get_running_loop().create_future())
        self._queue.append(pending)
        self._queued_readings += len(submission.readings.devices)
        self._submitted.set()
        if self._linger is not None and len(self._queue) == self._linger_until:
            self._linger.set_result(None)
        return pending.receipt

    async def _write_batches(self) -> None:
        while self._queue or not self._closing:
            await self._submitted.wait()
            self._submitted.clear()
            while self._queue:
                batch = self._next_batch()
                await self._write_batch(batch)
                self._queued_readings -= sum(len(pending.submission.readings.devices) for pending in batch)
                if len(batch) > 1:
                    # Senders that were just answered have their next reading ready: together they halve the batches.
                    await self._linger_for(len(batch) + len(self._queue))

    async def _linger_for(self, submissions: int) -> None:
        """Return when so many submissions are queued, at the latest after `LINGER_SECONDS`."""
        self._linger_until, self._linger = submissions, asyncio.get_running_loop().create_future()
        await asyncio.wait([self._linger], timeout=LINGER_SECONDS)
        self._linger = None

    def _next_batch(self) -> list[_Pending]:
        batch: list[_Pending] = []
        readings = 0
        while self._queue and readings < self._settings.batch_readings:
            batch.append(self._queue.popleft())
            readings += len(batch[-1].submission.readings.devices)
        return batch

    async def _write_batch(self, batch: list[_Pending]) -> None:
        submissions = [pending.submission for pending in batch]
        try:
            stored = await self._store_with_retries(submissions)
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, Unavailable):
                for pending in batch:  # one submission is at fault: alone, each gets its own answer
                    await self._write_batch([pending])
            else:
                for pending in batch:
                    if not pending.receipt.done():
                        pending.receipt.set_exception(error)
            return
        for pending, receipt in zip(batch, stored.receipts, strict=True):
            if not pending.receipt.done():
                pending.receipt.set_result(receipt)
        BATCH.observe(stored.readings)
        observe_lag(submissions, RECENT, now())
        self._on_stored(stored.recent)
        self._received.add(stored.readings)

    async def _store_with_retries(self, submissions: Sequence[Submission]) -> StoredBatch:
        try:
            return await self._retry.call(lambda: self._store(submissions), _log_retry)
        except Exception as error:
            if _is_transient(error):
                raise Unavailable(headers={"Retry-After": "2"}) from error
            raise

    async def _store(self, submissions: Sequence[Submission]) -> StoredBatch:
        started = time.perf_counter()
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._database.connect()
            async with self._connection.transaction():
                stored = await store_batch(self._connection, submissions, self._cache)
        except BaseException:
            self._cache = ChannelCache()
            if self._connection is not None:
                self._connection.terminate()  # its state is unknown; the next batch opens another
            raise
        COMMIT.observe(time.perf_counter() - started)
        return stored


def _log_retry(error: Exception, attempt: int, delay: float) -> None:
    log.warning("batch_retry_scheduled", error=str(error)[:200], attempt=attempt, delay_seconds=round(delay, 3))
