"""The batched hot path: requests and messages share one transaction."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
from prometheus_client import Counter, Histogram

from contor.kernel.clock import now
from contor.kernel.errors import BodyTooLarge, Problem, Unavailable
from contor.kernel.postgres_errors import is_connection_failure, is_serialization_failure
from contor.kernel.service import Context
from contor.kernel.telemetry import log
from contor.services.monitoring.ingestion.decoders import (
    EARLIEST_MS,
    Submission,
    decode,
    decode_single,
    horizon_ms,
)
from contor.services.monitoring.ingestion.rejections import LONGEST_PAYLOAD, Rejection
from contor.services.monitoring.ingestion.store_batch import RECENT, Memory, Receipt, Recorded, record
from contor.services.monitoring.repository.writes import WritingRepository
from contor.services.monitoring.settings import MAX_BODY_BYTES, MonitoringSettings

READINGS = Counter("contor_readings_total", "Readings by what became of them", ["outcome"])
ACCEPTED, DUPLICATE, REJECTED = map(READINGS.labels, ("accepted", "duplicate", "rejected"))
BATCH = Histogram(
    "contor_ingest_batch_readings", "Readings a transaction", buckets=(1, 10, 100, 1_000, 5_000, 10_000, 20_000)
)
COMMIT = Histogram("contor_ingest_commit_seconds", "Time a batch took to commit")
LAG = Histogram(
    "contor_ingest_lag_seconds",
    "Time from a reading to its commit: of each transaction the oldest reading that is not older than two hours",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 7200),
)
GIVE_UP_SECONDS = 15.0
UNKNOWN_GRACE_SECONDS = 0.5
"""How long readings of an unknown device wait once: it may have been created a moment ago by another service."""
GATHER_SECONDS = 0.003
COUNT_SECONDS = 5.0


class Overloaded(Problem):
    status = 503
    code = "overloaded"
    detail = "More readings are waiting than can be stored; nothing of this call was taken. Send it again."


@dataclass(slots=True)
class _Waiting:
    submission: Submission
    receipt: "asyncio.Future[Receipt]"


class Ingest:
    """One writer for the process: whatever came in while a transaction ran goes into the next one."""

    def __init__(
        self, context: Context, settings: MonitoringSettings, on_stored: Callable[[Iterable[int]], None]
    ) -> None:
        """`on_stored` is called after each commit with the numbers of the meters that got a recent reading."""
        self._context = context
        self._settings = settings
        self._queue: deque[_Waiting] = deque()
        self._waiting_readings = 0
        self._arrived = asyncio.Event()
        self._enough: asyncio.Future[None] | None = None
        self._enough_for = 0
        self._memory = Memory()
        self._connection: asyncpg.Connection | None = None
        self._on_stored = on_stored
        self._received: dict[datetime, int] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write until the block ends; what was submitted by then is still written."""
        tasks = [asyncio.create_task(work()) for work in (self._write, self._count)]
        try:
            yield
        finally:
            while self._queue or self._waiting_readings:  # noqa: ASYNC110  the last moments of the process
                await asyncio.sleep(0.01)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._flush_counts()
            if self._connection is not None:
                await self._connection.close(timeout=5)

    async def submit(self, submission: Submission) -> Receipt:
        """Return when the submission is committed. Raises `Overloaded` or `Unavailable`; then nothing was stored."""
        submission.patient = submission.by_admin
        receipt = await self._enqueue(submission)
        if receipt.put_off:
            await asyncio.sleep(UNKNOWN_GRACE_SECONDS)
            receipt.add(await self._enqueue(submission.only(receipt.put_off)))
        _count_outcomes(receipt)
        return receipt

    async def take(self, bodies: Sequence[bytes]) -> None:
        """Return when what these messages of the queue hold is committed: readings, and the reasons for the rest.

        Raises `ConnectionError` when the database stays away; some of it may be stored, and all may come again.
        Readings of an unknown device do not wait here, where they would hold up the others: once it is known, those
        that were kept are used.
        """
        receipts: list[asyncio.Future[Receipt]] = []
        for submission in _submissions(bodies, self._settings.batch_readings):
            receipts.append(self._put(submission))
            if self._waiting_readings > self._settings.batch_readings:
                await asyncio.wait(receipts)  # decoded further than one transaction ahead, packs would fill memory
        try:
            for receipt in await asyncio.gather(*receipts):
                _count_outcomes(receipt)
        except Unavailable as error:
            raise ConnectionError(error.detail) from error

    async def _enqueue(self, submission: Submission) -> Receipt:
        if self._waiting_readings > self._settings.waiting_readings:
            raise Overloaded(headers={"Retry-After": "1"})
        return await self._put(submission)

    def _put(self, submission: Submission) -> "asyncio.Future[Receipt]":
        waiting = _Waiting(submission, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._waiting_readings += len(submission)
        self._arrived.set()
        if self._enough is not None and len(self._queue) == self._enough_for:
            self._enough.set_result(None)
        return waiting.receipt

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._queue:
                batch = self._next_batch()
                await self._write_batch(batch)
                if len(batch) > 1:
                    # Whoever was just answered has the next reading ready: together they make half the batches.
                    await self._until_waiting(len(batch) + len(self._queue))

    async def _until_waiting(self, senders: int) -> None:
        """Return when so many submissions wait, or after a moment."""
        self._enough_for, self._enough = senders, asyncio.get_running_loop().create_future()
        await asyncio.wait([self._enough], timeout=GATHER_SECONDS)
        self._enough = None

    def _next_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        readings = 0
        while self._queue and readings < self._settings.batch_readings:
            batch.append(self._queue[0])
            readings += len(self._queue.popleft().submission)
        return batch

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            await self._record_until_committed(batch)
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, Unavailable):
                # One of them is at fault: alone, each gets its own answer.
                for waiting in batch:
                    self._waiting_readings += len(waiting.submission)
                    await self._write_batch([waiting])
            else:
                for waiting in batch:
                    if not waiting.receipt.done():
                        waiting.receipt.set_exception(error)
        finally:
            self._waiting_readings -= sum(len(waiting.submission) for waiting in batch)

    async def _record_until_committed(self, batch: list[_Waiting]) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            started = time.perf_counter()
            try:
                recorded = await self._record([waiting.submission for waiting in batch])
            except Exception as error:
                self._memory = Memory()
                if not (is_connection_failure(error) or is_serialization_failure(error)):
                    raise
                log.warning("ingest_interrupted", error=str(error)[:200])
                if time.monotonic() > deadline:
                    raise Unavailable(headers={"Retry-After": "2"}) from error
                await asyncio.sleep(0.2)
            else:
                break
        COMMIT.observe(time.perf_counter() - started)
        BATCH.observe(recorded.stored)
        _observe_lag(batch)
        for waiting, receipt in zip(batch, recorded.receipts, strict=True):
            if not waiting.receipt.done():
                waiting.receipt.set_result(receipt)
        self._on_stored(recorded.recent_meters)
        minute = now().replace(second=0, microsecond=0)
        self._received[minute] = self._received.get(minute, 0) + recorded.stored

    async def _record(self, submissions: Sequence[Submission]) -> Recorded:
        """On a connection of its own: taking one from a pool costs a tenth of a small batch."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._context.database.connect()
        try:
            async with self._connection.transaction():
                return await record(self._connection, submissions, self._memory)
        except BaseException:
            self._connection.terminate()  # whatever state it is in, the next batch gets another
            raise

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            await self._flush_counts()

    async def _flush_counts(self) -> None:
        counts, self._received = self._received, {}
        if not counts:
            return
        try:
            async with self._context.database.transaction() as session:
                await WritingRepository(session).count_received(counts)
        except Exception as error:
            log.warning("minutes_not_counted", error=repr(error)[:200])


def _submissions(bodies: Iterable[bytes], most: int) -> Iterator[Submission]:
    """The readings of messages from the queue, in submissions of `most` readings, or a message's more.

    Nobody waits for an answer, so nothing is raised: a message that holds no readings is a rejection, and the
    beginning of it is kept.
    """
    submission = Submission(None, by_admin=True)
    horizon = horizon_ms()
    for body in bodies:
        # One call a message is as fast as one for all of them joined, and a broken one cannot run into the next.
        item = decode_single(body) if len(body) <= MAX_BODY_BYTES else None
        if item is not None and type(item.timestamp) is int and EARLIEST_MS <= item.timestamp <= horizon:
            submission.add(0, item.device_id, item.timestamp, item.measurement_value)
        else:
            submission.add_all(_closely(body))
        if len(submission) + len(submission.rejections) >= most:
            yield submission
            submission = Submission(None, by_admin=True)
    if len(submission) or submission.rejections:
        yield submission


def _closely(body: bytes) -> Submission:
    try:
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"A message has at most {MAX_BODY_BYTES} bytes; send the readings in several.")
        return decode(body, None, by_admin=True)
    except Problem as problem:
        kept = body[:LONGEST_PAYLOAD].decode("utf-8", "replace").replace("\x00", "␀")
        rejection = Rejection(0, None, None, problem.code, problem.detail, "", kept)
        return Submission(None, by_admin=True, rejections=[rejection])


def _count_outcomes(receipt: Receipt) -> None:
    ACCEPTED.inc(receipt.accepted)
    DUPLICATE.inc(receipt.duplicates)
    REJECTED.inc(len(receipt.rejected))


def _observe_lag(batch: Sequence[_Waiting]) -> None:
    moment = now()
    recent = int((moment - RECENT).timestamp() * 1000)
    fresh = (at_ms for waiting in batch for at_ms in waiting.submission.instants if at_ms > recent)
    if oldest := min(fresh, default=0):
        LAG.observe(max(0.0, moment.timestamp() - oldest / 1000))
