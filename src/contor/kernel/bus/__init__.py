"""The bus: how services tell each other what happened. The comments of `Bus` are the contract of every adapter."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from contor.kernel.messaging.message import Envelope, Message

M = TypeVar("M", bound=Message)
Handler = Callable[[M], Awaitable[None]]
BatchHandler = Callable[[Sequence[bytes]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that one subscriber could not handle, kept until somebody replays it."""

    subscriber: str
    envelope: Envelope
    error: str
    died_at: datetime


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """What waits in one queue, and how many consumers are on it, replicas of other processes included."""

    waiting: int
    consumers: int


class Bus(Protocol):
    """Delivery of envelopes from any publisher to every subscriber of their key.

    * What is delivered is decoded anew from its JSON: publisher and subscriber never share an object.
    * A message nobody subscribes to is accepted and gone.
    """

    def subscribe(self, subscriber: str, kind: type[M], handler: Handler[M]) -> None:
        """Deliver each `kind` at least once to `subscriber`; replicas with the same name compete.

        A handler that returns has taken the message. One that raises gets it again, after a growing pause,
        at most `ATTEMPTS` times in all; then it is a dead letter of that subscriber and the others go on.
        No order is promised. Call before `start`.
        """

    def listen(self, kind: type[M], handler: Handler[M]) -> None:
        """Deliver each `kind` published while this process listens, once, to this process (every replica).

        A handler that raises loses that message and nothing else. Call before `start`.
        """

    def when_hearing(self, notice: Callable[[bool], None]) -> None:
        """Call `notice` now, and whenever it changes, with whether the listeners hear what is published.

        What is published while they do not, they never hear. Call before `start`.
        """

    async def publish(self, envelope: Envelope) -> None:
        """Return when a durable message can no longer be lost; raise if that is not certain.

        Publishing the same envelope again after an error is right: subscribers drop repeats by its id.
        A message that is not durable is handed over as far as that needs no waiting.
        """

    def consume(self, queue: str, handler: BatchHandler) -> None:
        """Hand the raw bodies that anyone sends to the durable work queue `queue` to `handler`, in batches.

        Replicas compete. A handler that returns has taken the batch. One that raises gets its bodies again, in smaller
        batches, so that a body it cannot take holds up no other; one that failed alone `ATTEMPTS` times is a dead
        letter of the subscriber `queue`. A lost connection is no fault of the bodies: they are kept until it is back.
        Call before `start`.
        """

    async def send(self, queue: str, bodies: Sequence[bytes]) -> None:
        """Put bodies on a work queue; return when none of them can be lost any more, raise if that is not certain."""

    async def start(self) -> None:
        """Begin deliveries."""

    async def stop(self) -> None:
        """Take nothing new, finish what is being handled, then return."""

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        """The dead letters of `subscriber`, oldest first, at most 1,000. Those of a work queue have its name as key."""

    async def replay(self, subscriber: str) -> int:
        """Deliver each of its dead letters once more and return how many were taken; the others stay."""

    async def depths(self) -> dict[str, QueueDepth]:
        """Every queue this bus subscribed to or consumes, its dead letters too (`DEAD_LETTERS` + subscriber)."""


ATTEMPTS = 5
"""Deliveries of one message to one subscriber before it is a dead letter."""

DEAD_LETTERS = "dead_letters."
"""What the name of a subscriber's queue of dead letters begins with."""

Subscription = tuple[type[Any], Handler[Any]]
