"""The message bus between services. The comments of `Bus` are the contract of every adapter."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from contor.kernel.messaging.message import Envelope, Message

M = TypeVar("M", bound=Message)
Handler = Callable[[M], Awaitable[None]]
BatchHandler = Callable[[Sequence[bytes]], Awaitable[None]]
Subscription = tuple[type[Any], Handler[Any]]

MAX_ATTEMPTS = 5
"""Attempts to handle one message before it becomes a dead letter."""
INITIAL_BACKOFF, MAX_BACKOFF = 0.05, 5.0
"""Seconds between these attempts."""
DEAD_LETTERS = "dead_letters."
"""Prefix of the name of a subscriber's dead-letter queue."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that one subscriber could not handle, stored until an administrator replays it."""

    subscriber: str
    envelope: Envelope
    error: str
    died_at: datetime


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """The number of messages waiting in a queue and of its consumers, replicas in other processes included."""

    waiting: int
    consumers: int


class Bus(Protocol):
    """Delivery of envelopes from any publisher to every subscriber of their key.

    * A handler receives a message decoded from JSON: publisher and subscriber never share an object.
    * A message without subscribers is accepted and discarded.
    """

    def subscribe(self, subscriber: str, kind: type[M], handler: Handler[M]) -> None:
        """Deliver each message of `kind` at least once to `subscriber`; replicas with the same name compete.

        A handler acknowledges by returning. One that raises is called again after a backoff, at most `MAX_ATTEMPTS`
        times in all; then the message becomes a dead letter of that subscriber. Other subscribers are not affected.
        The order is not guaranteed. Call before `start`.
        """

    def subscribe_broadcast(self, kind: type[M], handler: Handler[M]) -> None:
        """Deliver each message of `kind` at most once to this process (every replica), while it is connected.

        A message whose handler raises is not delivered again. Call before `start`.
        """

    def on_subscription_state(self, callback: Callable[[bool], None]) -> None:
        """Call `callback` now, and at every change, with whether broadcasts reach this process.

        Broadcasts published while they do not are lost. Call before `start`.
        """

    async def publish(self, envelope: Envelope) -> None:
        """Return when a durable message is safely stored; raise when that is not certain.

        After an error the same envelope may be published again: subscribers discard duplicates by its id.
        A message that is not durable is sent without waiting, or discarded.
        """

    def consume(self, queue: str, handler: BatchHandler) -> None:
        """Deliver the raw bodies of the durable work queue `queue`, which any client may send to, in batches.

        Replicas compete. A handler acknowledges the batch by returning. When it raises, the batch is split and retried,
        so that one bad body does not block the others; a body that fails alone `MAX_ATTEMPTS` times becomes a dead
        letter of the subscriber `queue`. After a lost connection the bodies are delivered again and do not become
        dead letters. Call before `start`.
        """

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        """Send bodies to a work queue; return when all are safely stored, raise when that is not certain."""

    async def start(self) -> None:
        """Start deliveries."""

    async def stop(self) -> None:
        """Stop deliveries; return when running handlers have finished."""

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        """The dead letters of `subscriber`, oldest first, at most 1,000. Those of a work queue have its name as key."""

    async def replay(self, subscriber: str) -> int:
        """Deliver each of its dead letters again; return how many were acknowledged. The others stay."""

    async def depths(self) -> dict[str, QueueDepth]:
        """The depth of every queue that this bus consumes, and of its dead letters (`DEAD_LETTERS` + subscriber)."""
