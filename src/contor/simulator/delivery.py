"""Delivery of readings: by HTTP to the server, or to the queue of a broker."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.retry import Retry
from contor.simulator.client import RETRY, Client, warn_once
from contor.simulator.errors import Unreachable
from contor.simulator.faults import Item

Send = Callable[[str, Sequence[bytes]], Awaitable[None]]
"""Sends bodies to a work queue, as `Bus.send` does."""


@dataclass(slots=True)
class Outcome:
    """The result of a delivery: counts of the server's answer, or the number that the broker confirmed."""

    accepted: int = 0
    duplicates: int = 0
    queued: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Of the rejected, by code."""


class Delivery(Protocol):
    async def deliver(self, items: Sequence[Item]) -> Outcome:
        """Return when the readings are stored or confirmed. Raises `SimulatorError`."""


class HttpDelivery:
    """HttpDelivery an array of readings to `/monitoring/readings`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def deliver(self, items: Sequence[Item]) -> Outcome:
        answer = await self._client.post("/monitoring/readings", msgspec.json.encode(items))
        reasons = Counter(entry.get("code", "unknown") for entry in answer.get("rejected", []))
        return Outcome(answer.get("accepted", 0), answer.get("duplicates", 0), reasons=reasons)


class QueueDelivery:
    """Sends one message a reading, confirmed by the broker; retries while the broker is unreachable."""

    def __init__(self, send: Send, *, retry: Retry = RETRY, warn: Callable[[str], None] = lambda _: None) -> None:
        self._send = send
        self._retry = retry
        self._warn = warn

    async def deliver(self, items: Sequence[Item]) -> Outcome:
        # Garbage is sent unencoded: broken meters do not send valid JSON.
        bodies = [item.encode() if isinstance(item, str) else msgspec.json.encode(item) for item in items]

        async def send() -> None:
            try:
                await self._send(SENSOR_DATA, bodies)
            except OSError as error:
                raise Unreachable(f"the broker does not take readings: {error or type(error).__name__}") from error

        await self._retry.call(send, warn_once(self._warn, self._retry))
        return Outcome(queued=len(bodies))
