"""Delivery to handlers: broadcasts, and batches of which some bodies may be bad."""

from collections.abc import Iterable, Sequence

from contor.kernel.bus import MAX_ATTEMPTS, MAX_BACKOFF, BatchHandler, Subscription
from contor.kernel.postgres_errors import is_connection_failure
from contor.kernel.retry import Retry
from contor.kernel.telemetry import log

Rejected = tuple[bytes, Exception]
"""A body that failed alone, and its last error."""


async def deliver_broadcast(key: str, body: bytes, subscriptions: Iterable[Subscription]) -> None:
    """Call each handler once, one after another."""
    for kind, handler in subscriptions:
        try:
            await handler(kind.model_validate_json(body))
        except Exception:
            log.exception("broadcast_handler_failed", key=key)


async def deliver_batch(
    queue: str, bodies: Sequence[bytes], handler: BatchHandler, initial_backoff: float
) -> list[Rejected]:
    """Deliver `bodies` to `handler`; return those that failed alone `MAX_ATTEMPTS` times, the others are handled.

    Raises when a connection is lost: then any of the bodies may be unhandled, and all have to be delivered again.
    """
    retry = Retry(initial_backoff=initial_backoff, max_backoff=MAX_BACKOFF, max_attempts=MAX_ATTEMPTS)
    rejected = await _deliver_or_split(bodies, handler)
    for attempt, delay in enumerate(retry.delays(), start=1):
        if not rejected:
            break
        error = repr(rejected[0][1])
        log.warning("message_handler_failed", queue=queue, messages=len(rejected), attempt=attempt, error=error)
        await retry.sleep(delay)
        rejected = [again for body, _ in rejected for again in await _deliver_or_split([body], handler)]
    return rejected


async def _deliver_or_split(bodies: Sequence[bytes], handler: BatchHandler) -> list[Rejected]:
    """Binary search: one bad body among thousands is found in a dozen calls."""
    try:
        await handler(bodies)
    except Exception as error:
        if is_connection_failure(error):
            raise
        if len(bodies) == 1:
            return [(bodies[0], error)]
        middle = len(bodies) // 2
        return [*await _deliver_or_split(bodies[:middle], handler), *await _deliver_or_split(bodies[middle:], handler)]
    return []
