"""Sends readings in batches and counts the results."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from contor.simulator.delivery import Delivery, Tally
from contor.simulator.errors import SimulatorError
from contor.simulator.faults import Item

MAX_BATCH = 10_000


class Sender:
    """Delivers at most `batch` readings at once and `rate` readings a second."""

    def __init__(
        self,
        delivery: Delivery,
        *,
        batch: int = 500,
        rate: float | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        if not 1 <= batch <= MAX_BATCH:
            raise SimulatorError(f"a batch must have 1 to {MAX_BATCH:,} readings, not {batch:,}")
        if rate is not None and rate <= 0:
            raise SimulatorError(f"a rate must be more than 0 readings a second, not {rate:g}")
        self.tally = Tally()
        self.batch = batch
        self._delivery = delivery
        self._rate = rate
        self._sleep = sleep
        self._free_at = 0.0

    async def send(self, items: Sequence[Item]) -> None:
        for first in range(0, len(items), self.batch):
            batch = items[first : first + self.batch]
            await self._pace(len(batch))
            self.tally.add(await self._delivery.deliver(batch))

    async def _pace(self, count: int) -> None:
        if self._rate is None:
            return
        now = time.monotonic()
        if now < self._free_at:
            await self._sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + count / self._rate
