"""Retries: exponential backoff with full jitter, a cap, and limits on attempts and time."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A retry policy; times are in seconds. Retries never end unless `max_attempts` or `deadline` is given.

    Before retry n the delay is random between 0 and `initial_backoff` * `multiplier` ** (n - 1), at most `max_backoff`:
    "full jitter" (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), so that clients
    that failed together do not come back together.
    """

    initial_backoff: float
    max_backoff: float
    multiplier: float = 2.0
    max_attempts: int | None = None
    """Including the first."""
    deadline: float | None = None
    """Counted from the start of the first attempt. An attempt may end after it, none begins after it."""
    retry_when: Callable[[Exception], bool] = lambda _: True
    retry_after: Callable[[Exception], float | None] = lambda _: None
    """Seconds that the failed side asked to wait, used instead of the backoff."""
    random: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def call(
        self, operation: Callable[[], Awaitable[T]], on_retry: Callable[[Exception, int, float], None] | None = None
    ) -> T:
        """Return what `operation` returns; raise its last error when it may not be retried.

        `on_retry` is called before each delay with the error, the number of the failed attempt and the delay.
        """
        started = self.clock()
        backoffs = enumerate(self._backoffs(), start=1)
        while True:
            try:
                return await operation()
            except Exception as error:
                attempt, backoff = next(backoffs)
                delay = self.retry_after(error) or backoff
                if not (self.retry_when(error) and self._may_retry(started, attempt, delay)):
                    raise
                if on_retry is not None:
                    on_retry(error, attempt, delay)
            await self.sleep(delay)

    def delays(self) -> Iterator[float]:
        """The delays before each retry, for callers that wait in their own way; the first attempt begins now."""
        started = self.clock()

        backoffs = enumerate(self._backoffs(), start=1)
        return (delay for _, delay in takewhile(lambda backoff: self._may_retry(started, *backoff), backoffs))

    def _backoffs(self) -> Iterator[float]:
        ceiling = min(self.initial_backoff, self.max_backoff)
        while True:
            yield ceiling * self.random()
            ceiling = min(ceiling * self.multiplier, self.max_backoff)

    def _may_retry(self, started: float, attempts: int, delay: float) -> bool:
        if self.max_attempts is not None and attempts >= self.max_attempts:
            return False
        return self.deadline is None or self.clock() + delay <= started + self.deadline
