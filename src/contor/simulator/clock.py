"""Meter time, and the instants at which meters are read."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

MAX_SLEEP_SECONDS = 30.0


class Clock:
    """Meter time: it starts at `start` (epoch s), runs `speed` times as fast as wall time and stops at the present.

    Without a speed it is the present from the start: everything before it is due at once.
    """

    def __init__(
        self,
        *,
        start: float | None = None,
        speed: float | None = None,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._wall = wall
        self._sleep = sleep
        self._origin = wall()
        self._start = self._origin if start is None else start
        self._speed = speed

    def now(self) -> float:
        wall = self._wall()
        if self._speed is None:
            return wall
        return min(wall, self._start + self._speed * (wall - self._origin))

    async def wait_until(self, at: float) -> None:
        """Return once meter time is `at`, also after the machine was suspended."""
        while (left := at - self.now()) > 0:
            pace = 1.0 if self._speed is None or self.now() >= self._wall() else self._speed
            await self._sleep(min(left / pace, MAX_SLEEP_SECONDS))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The instants (epoch s) at which readings are taken, aligned to the interval.

    Multiples of `coarse` seconds after `start` up to `present`, then multiples of `fine`, ending at `until`.
    """

    start: int
    present: int
    coarse: int
    fine: int
    until: int | None = None

    def __iter__(self) -> Iterator[int]:
        turn = max(self.start, self.present // self.coarse * self.coarse)
        yield from range(_next(self.start, self.coarse), self._end(turn) + 1, self.coarse)
        at = _next(turn, self.fine)
        while self.until is None or at <= self.until:
            yield at
            at += self.fine

    def past(self, start: int) -> int:
        """Count the instants after `start` up to the present."""
        end = self._end(self.present)
        turn = max(start, self._end(self.present // self.coarse * self.coarse))
        coarse = turn // self.coarse - start // self.coarse
        return max(0, coarse) + max(0, end // self.fine - turn // self.fine)

    def _end(self, at: int) -> int:
        return at if self.until is None else min(at, self.until)


def _next(at: int, step: int) -> int:
    return (at // step + 1) * step
