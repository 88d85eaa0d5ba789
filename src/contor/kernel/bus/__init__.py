"""The bus: how services tell each other what happened. The comments of `Bus` are the contract of every adapter."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from contor.kernel.message import Envelope, Message

M = TypeVar("M", bound=Message)
Handler = Callable[[M], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that one subscriber could not handle, kept until somebody replays it."""

    subscriber: str
    envelope: Envelope
    error: str
    died_at: datetime


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

    async def publish(self, envelope: Envelope) -> None:
        """Return when a durable message can no longer be lost; raise if that is not certain.

        Publishing the same envelope again after an error is right: subscribers drop repeats by its id.
        A message that is not durable is handed over as far as that needs no waiting.
        """

    async def start(self) -> None:
        """Begin deliveries."""

    async def stop(self) -> None:
        """Take nothing new, finish what is being handled, then return."""

    async def dead_letters(self, subscriber: str) -> list[DeadLetter]:
        """The dead letters of `subscriber`, oldest first, at most 1,000."""

    async def replay(self, subscriber: str) -> int:
        """Deliver each of its dead letters once more and return how many were taken; the others stay."""


ATTEMPTS = 5
"""Deliveries of one message to one subscriber before it is a dead letter."""

Subscription = tuple[type[Any], Handler[Any]]
