"""The ways readings leave: posted to the server, or put on the queue of a broker."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from contor.contracts.readings import SENSOR_DATA
from contor.simulator.client import FIRST_DELAY_S, LONGEST_DELAY_S, Client
from contor.simulator.errors import SimulatorError
from contor.simulator.faults import Item

Send = Callable[[str, Sequence[bytes]], Awaitable[None]]
"""Puts bodies on a work queue, as `Bus.send` does."""


@dataclass(slots=True)
class Outcome:
    """What is known of delivered readings: the server's answer, or only that the broker has them."""

    accepted: int = 0
    duplicates: int = 0
    queued: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Of the rejected, by code."""


class Delivery(Protocol):
    """Where readings are handed over."""

    async def deliver(self, items: Sequence[Item]) -> Outcome:
        """Return when they cannot be lost any more; SimulatorError when that is not to be had."""


class Posts:
    """An array of readings a request to `/monitoring/readings`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def deliver(self, items: Sequence[Item]) -> Outcome:
        answer = await self._client.post("/monitoring/readings", msgspec.json.encode(items))
        reasons = Counter(entry.get("code", "unknown") for entry in answer.get("rejected", []))
        return Outcome(answer.get("accepted", 0), answer.get("duplicates", 0), reasons=reasons)


class Messages:
    """A message a reading, as meters send them, confirmed by the broker; sent again while it is away."""

    def __init__(
        self,
        send: Send,
        *,
        patience_s: float = 60.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        complain: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._send = send
        self._patience_s = patience_s
        self._sleep = sleep
        self._complain = complain

    async def deliver(self, items: Sequence[Item]) -> Outcome:
        # What is garbage already leaves as it is: meters that break do not send valid JSON.
        bodies = [item.encode() if isinstance(item, str) else msgspec.json.encode(item) for item in items]
        give_up = time.monotonic() + self._patience_s
        delay = FIRST_DELAY_S
        while True:
            try:
                await self._send(SENSOR_DATA, bodies)
            except OSError as error:
                failure = f"the broker does not take readings: {error or type(error).__name__}"
                if time.monotonic() + delay > give_up:
                    raise SimulatorError(failure) from error
            else:
                return Outcome(queued=len(bodies))
            if delay == FIRST_DELAY_S:
                self._complain(f"{failure}; trying again for {self._patience_s:.0f} s")
            await self._sleep(delay)
            delay = min(2 * delay, LONGEST_DELAY_S)
