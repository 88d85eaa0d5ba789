"""Handing batches over: a body that cannot be taken is found, tried again, and holds up no other."""

import asyncio
from collections.abc import Sequence

from contor.kernel.bus import ATTEMPTS, BatchHandler
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.telemetry import log

Refused = tuple[bytes, Exception]
"""A body that its handler does not take, and what it said last."""


async def hand_over(queue: str, bodies: Sequence[bytes], handler: BatchHandler, first_pause: float) -> list[Refused]:
    """Hand `bodies` to `handler`; return those that failed alone `ATTEMPTS` times, the others are taken.

    Raises when a connection is lost: nothing is known of any body then, and all of them have to be handed over again.
    """
    refused = await _divide(bodies, handler)
    pause = first_pause
    for attempt in range(1, ATTEMPTS):
        if not refused:
            break
        log.warning("bodies_refused", queue=queue, bodies=len(refused), attempt=attempt, error=repr(refused[0][1]))
        await asyncio.sleep(pause)
        pause *= 2
        refused = [again for body, _ in refused for again in await _divide([body], handler)]
    return refused


async def _divide(bodies: Sequence[bytes], handler: BatchHandler) -> list[Refused]:
    """Those that fail alone: halving finds one among thousands in a dozen calls."""
    try:
        await handler(bodies)
    except Exception as error:
        if is_connection_failure(error):
            raise
        if len(bodies) == 1:
            return [(bodies[0], error)]
        middle = len(bodies) // 2
        return [*await _divide(bodies[:middle], handler), *await _divide(bodies[middle:], handler)]
    return []
