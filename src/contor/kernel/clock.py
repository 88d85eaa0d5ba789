"""The clock that every service reads."""

import asyncio
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


async def wait_for_event(event: asyncio.Event, seconds: float) -> bool:
    """Whether `event` is set within `seconds`; returns at once when it is set or `seconds` is not positive."""
    if event.is_set() or seconds <= 0:
        return event.is_set()
    try:
        return await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
