"""Waiting for a condition, never for a time."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], Awaitable[T] | T], *, seconds: float = 10.0, what: str = "") -> T:
    """The first truthy value of `condition`; an assertion error when it stays false for `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        value: T = await found if isawaitable(found) else found
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, f"not within {seconds} s: {what or condition}"
        await asyncio.sleep(0.01)
