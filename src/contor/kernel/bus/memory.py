"""The bus inside one process: the same JSON, retries and dead letters as the broker, no broker."""

import asyncio
import base64
import contextlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from contor.kernel.bus import (
    ATTEMPTS,
    DEAD_LETTERS,
    BatchHandler,
    DeadLetter,
    Handler,
    M,
    QueueDepth,
    Subscription,
)
from contor.kernel.bus.batches import hand_over
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.telemetry import HANDLED, log

FIRST_PAUSE = 0.05


class _Kept(msgspec.Struct):
    subscriber: str
    key: str
    id: UUID
    body: str
    error: str
    died_at: datetime


class MemoryBus:
    """Delivers within `publish` and `send`: they return once every subscriber took the message or it is a dead letter.

    That makes the outbox of the publisher the only store: a process killed in between publishes again.
    For the same reason `send` raises when nobody here consumes the queue: there is nothing to keep its bodies in.
    Dead letters are kept in `dead_letter_file`, one JSON line each, when a file is given.
    """

    def __init__(self, dead_letter_file: Path | None = None, *, first_pause: float = FIRST_PAUSE) -> None:
        self._durable: dict[str, dict[str, Subscription]] = defaultdict(dict)
        self._listeners: dict[str, list[Subscription]] = defaultdict(list)
        self._queues: dict[str, deque[BatchHandler]] = defaultdict(deque)
        self._file = dead_letter_file
        self._first_pause = first_pause
        self._dead: list[DeadLetter] = _read(dead_letter_file) if dead_letter_file else []
        self._running = False
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def subscribe(self, subscriber: str, kind: type[M], handler: Handler[M]) -> None:
        self._durable[kind.key][subscriber] = (kind, handler)

    def listen(self, kind: type[M], handler: Handler[M]) -> None:
        self._listeners[kind.key].append((kind, handler))

    def when_hearing(self, notice: Callable[[bool], None]) -> None:
        notice(True)

    def consume(self, queue: str, handler: BatchHandler) -> None:
        self._queues[queue].append(handler)

    async def start(self) -> None:
        self._running = True

    async def stop(self) -> None:
        self._running = False
        await self._idle.wait()

    async def publish(self, envelope: Envelope) -> None:
        with self._delivering():
            await self._deliver(envelope)

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        with self._delivering():
            await self._hand_over(queue, bodies)

    @contextlib.contextmanager
    def _delivering(self) -> Iterator[None]:
        if not self._running:
            raise ConnectionError("the bus is not running")
        self._in_flight += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    async def _deliver(self, envelope: Envelope) -> None:
        for kind, handler in self._listeners[envelope.key]:
            try:
                await handler(kind.model_validate_json(envelope.body))
            except Exception:
                log.exception("listener_failed", key=envelope.key)
        deliveries = [self._deliver_to(subscriber, envelope) for subscriber in self._durable[envelope.key]]
        for outcome in await asyncio.gather(*deliveries, return_exceptions=True):
            if outcome is not None:
                raise outcome

    async def _hand_over(self, queue: str, bodies: Sequence[bytes]) -> None:
        if not bodies:
            return
        if not (consumers := self._queues.get(queue)):
            raise ConnectionError(f"nobody consumes the queue {queue!r}")
        consumers.rotate()
        pause = self._first_pause
        for attempt in range(1, ATTEMPTS + 1):
            try:
                refused = await hand_over(queue, bodies, consumers[0], self._first_pause)
            except Exception as error:
                log.warning("batch_interrupted", queue=queue, bodies=len(bodies), attempt=attempt, error=repr(error))
                if attempt == ATTEMPTS:
                    raise  # its sender keeps it until the database is back
                await asyncio.sleep(pause)
                pause *= 2
            else:
                for body, reason in refused:
                    self._bury(DeadLetter(queue, Envelope(queue, uuid7(), body), repr(reason), now()))
                HANDLED.labels(queue, queue, "taken").inc(len(bodies) - len(refused))
                HANDLED.labels(queue, queue, "dead").inc(len(refused))
                return

    async def _deliver_to(self, subscriber: str, envelope: Envelope) -> None:
        pause = self._first_pause
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._attempt(subscriber, envelope)
            except Exception as error:
                log.warning(
                    "handler_failed",
                    subscriber=subscriber,
                    key=envelope.key,
                    attempt=attempt,
                    error=repr(error),
                )
                if attempt == ATTEMPTS and is_connection_failure(error):
                    raise  # nothing is wrong with the message: its publisher keeps it until the database is back
                if attempt == ATTEMPTS:
                    self._bury(DeadLetter(subscriber, envelope, repr(error), now()))
                    HANDLED.labels(subscriber, envelope.key, "dead").inc()
                    return
                await asyncio.sleep(pause)
                pause *= 2
            else:
                HANDLED.labels(subscriber, envelope.key, "taken").inc()
                return

    async def _attempt(self, subscriber: str, envelope: Envelope) -> None:
        if subscriber in self._queues:
            await self._queues[subscriber][0]([envelope.body])
            return
        kind, handler = self._durable[envelope.key][subscriber]
        await handler(kind.model_validate_json(envelope.body))

    def _bury(self, letter: DeadLetter) -> None:
        log.error("dead_letter", subscriber=letter.subscriber, key=letter.envelope.key, error=letter.error)
        self._dead.append(letter)
        self._keep()

    def _keep(self) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            written = self._file.with_suffix(".new")
            written.write_bytes(b"".join(_line(letter) for letter in self._dead))
            written.replace(self._file)

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        return [letter for letter in self._dead if letter.subscriber == subscriber][:1000]

    async def replay(self, subscriber: str) -> int:
        taken = 0
        for letter in await self.dead_letters(subscriber):
            try:
                await self._attempt(subscriber, letter.envelope)
            except Exception as error:
                log.warning("replay_failed", subscriber=subscriber, key=letter.envelope.key, error=repr(error))
            else:
                self._dead.remove(letter)
                taken += 1
        self._keep()
        return taken

    async def depths(self) -> dict[str, QueueDepth]:
        """Nothing waits here: what is on its way is with its publisher. Dead letters do."""
        dead = Counter(letter.subscriber for letter in self._dead)
        subscribers = {name for subscribed in self._durable.values() for name in subscribed} | set(self._queues)
        depths = {f"{name}.{key}": QueueDepth(0, 1) for key, names in self._durable.items() for name in names}
        depths |= {queue: QueueDepth(0, len(handlers)) for queue, handlers in self._queues.items()}
        return depths | {DEAD_LETTERS + name: QueueDepth(dead[name], 0) for name in subscribers}


def _line(letter: DeadLetter) -> bytes:
    envelope = letter.envelope
    body = base64.b64encode(envelope.body).decode()
    kept = _Kept(letter.subscriber, envelope.key, envelope.id, body, letter.error, letter.died_at)
    return msgspec.json.encode(kept) + b"\n"


def _read(path: Path) -> list[DeadLetter]:
    if not path.exists():
        return []
    kept = [msgspec.json.decode(line, type=_Kept) for line in path.read_bytes().splitlines()]
    return [DeadLetter(k.subscriber, Envelope(k.key, k.id, base64.b64decode(k.body)), k.error, k.died_at) for k in kept]
