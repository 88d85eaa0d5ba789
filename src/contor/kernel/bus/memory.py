"""The bus inside one process: the JSON, retries and dead letters of the RabbitMQ adapter without a broker."""

import asyncio
import contextlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
from uuid_utils.compat import uuid7

from contor.kernel.bus import (
    DEAD_LETTERS,
    INITIAL_BACKOFF,
    MAX_ATTEMPTS,
    MAX_BACKOFF,
    BatchHandler,
    DeadLetter,
    Handler,
    M,
    QueueDepth,
    Subscription,
)
from contor.kernel.bus.delivery import deliver_batch, deliver_broadcast
from contor.kernel.clock import now
from contor.kernel.errors import OperatorError
from contor.kernel.messaging.message import Envelope
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.retry import Retry
from contor.kernel.telemetry import HANDLED, log


class UnreadableDeadLetters(OperatorError):
    """The file was damaged, or written by another version."""


class MemoryBus:
    """`publish` and `send` return once every subscriber has acknowledged the message or it is a dead letter.

    So the publisher's outbox is the only store: after a crash in between, it publishes again.
    For the same reason `send` raises when this process does not consume the queue: there is no store for its bodies.
    Dead letters are stored in `dead_letter_file`, if given, one JSON object per line.
    """

    def __init__(self, dead_letter_file: Path | None = None, *, initial_backoff: float = INITIAL_BACKOFF) -> None:
        self._subscriptions: dict[str, dict[str, Subscription]] = defaultdict(dict)
        self._broadcasts: dict[str, list[Subscription]] = defaultdict(list)
        self._queues: dict[str, deque[BatchHandler]] = defaultdict(deque)
        self._file = dead_letter_file
        self._initial_backoff = initial_backoff
        self._retry = Retry(initial_backoff=initial_backoff, max_backoff=MAX_BACKOFF, max_attempts=MAX_ATTEMPTS)
        self._dead_letters: list[DeadLetter] = _read(dead_letter_file) if dead_letter_file else []
        self._running = False
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def subscribe(self, subscriber: str, kind: type[M], handler: Handler[M]) -> None:
        self._subscriptions[kind.key][subscriber] = (kind, handler)

    def subscribe_broadcast(self, kind: type[M], handler: Handler[M]) -> None:
        self._broadcasts[kind.key].append((kind, handler))

    def on_subscription_state(self, callback: Callable[[bool], None]) -> None:
        callback(True)

    def consume(self, queue: str, handler: BatchHandler) -> None:
        self._queues[queue].append(handler)

    async def start(self) -> None:
        self._running = True

    async def stop(self) -> None:
        self._running = False
        await self._idle.wait()

    async def publish(self, envelope: Envelope) -> None:
        with self._delivering():
            await deliver_broadcast(envelope.key, envelope.body, self._broadcasts[envelope.key])
            deliveries = [self._deliver(subscriber, envelope) for subscriber in self._subscriptions[envelope.key]]
            for outcome in await asyncio.gather(*deliveries, return_exceptions=True):
                if outcome is not None:
                    raise outcome

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        with self._delivering():
            if bodies:
                await self._deliver_batch(queue, bodies)

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

    async def _deliver(self, subscriber: str, envelope: Envelope) -> None:
        def log_retry(error: Exception, attempt: int, _: float) -> None:
            log.warning(
                "message_handler_failed", subscriber=subscriber, key=envelope.key, attempt=attempt, error=repr(error)
            )

        try:
            await self._retry.call(partial(self._handle, subscriber, envelope), log_retry)
        except Exception as error:
            if is_connection_failure(error):
                raise  # not the message's fault: its publisher keeps it until the database is back
            self._add_dead_letter(subscriber, envelope, error)
            HANDLED.labels(subscriber, envelope.key, "dead").inc()
        else:
            HANDLED.labels(subscriber, envelope.key, "handled").inc()

    async def _deliver_batch(self, queue: str, bodies: Sequence[bytes]) -> None:
        """Raises when the consumer's connection stays lost: the sender keeps the bodies until it is back."""
        if not (consumers := self._queues.get(queue)):
            raise ConnectionError(f"the queue {queue!r} has no consumer")
        consumers.rotate()

        def log_retry(error: Exception, attempt: int, _: float) -> None:
            log.warning("batch_retry_scheduled", queue=queue, bodies=len(bodies), attempt=attempt, error=repr(error))

        deliver = partial(deliver_batch, queue, bodies, consumers[0], self._initial_backoff)
        rejected = await self._retry.call(deliver, log_retry)
        for body, error in rejected:
            self._add_dead_letter(queue, Envelope(queue, uuid7(), body), error)
        HANDLED.labels(queue, queue, "handled").inc(len(bodies) - len(rejected))
        HANDLED.labels(queue, queue, "dead").inc(len(rejected))

    async def _handle(self, subscriber: str, envelope: Envelope) -> None:
        if subscriber in self._queues:
            await self._queues[subscriber][0]([envelope.body])
            return
        kind, handler = self._subscriptions[envelope.key][subscriber]
        await handler(kind.model_validate_json(envelope.body))

    def _add_dead_letter(self, subscriber: str, envelope: Envelope, error: Exception) -> None:
        log.error("dead_letter_stored", subscriber=subscriber, key=envelope.key, error=repr(error))
        self._dead_letters.append(DeadLetter(subscriber, envelope, repr(error), now()))
        self._write_dead_letters()

    def _write_dead_letters(self) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            written = self._file.with_suffix(".new")
            written.write_bytes(b"".join(msgspec.json.encode(letter) + b"\n" for letter in self._dead_letters))
            written.replace(self._file)

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        return [letter for letter in self._dead_letters if letter.subscriber == subscriber][:1000]

    async def replay(self, subscriber: str) -> int:
        replayed = 0
        for letter in await self.dead_letters(subscriber):
            try:
                await self._handle(subscriber, letter.envelope)
            except Exception as error:
                log.warning(
                    "dead_letter_replay_failed", subscriber=subscriber, key=letter.envelope.key, error=repr(error)
                )
            else:
                self._dead_letters.remove(letter)
                replayed += 1
        self._write_dead_letters()
        return replayed

    async def depths(self) -> dict[str, QueueDepth]:
        """Only dead letters wait here: undelivered messages stay with their publisher."""
        dead = Counter(letter.subscriber for letter in self._dead_letters)
        subscribers = {name for names in self._subscriptions.values() for name in names} | set(self._queues)
        depths = {f"{name}.{key}": QueueDepth(0, 1) for key, names in self._subscriptions.items() for name in names}
        depths |= {queue: QueueDepth(0, len(handlers)) for queue, handlers in self._queues.items()}
        return depths | {DEAD_LETTERS + name: QueueDepth(dead[name], 0) for name in subscribers}


def _read(path: Path) -> list[DeadLetter]:
    lines = path.read_bytes().splitlines() if path.exists() else []
    try:
        return [msgspec.json.decode(line, type=DeadLetter) for line in lines]
    except msgspec.DecodeError as error:
        raise UnreadableDeadLetters(
            f"{path} holds dead letters that this version cannot read ({error}); move it away to start without them"
        ) from error
