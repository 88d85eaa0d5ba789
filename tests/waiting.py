"""Waiting for a condition instead of a fixed time."""

import asyncio
from collections.abc import Callable, Coroutine
from inspect import isawaitable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def until(
    condition: Callable[[], Coroutine[Any, Any, T | None]], *, seconds: float = ..., what: str = ...
) -> T: ...
@overload
async def until(condition: Callable[[], T | None], *, seconds: float = ..., what: str = ...) -> T: ...
async def until(condition: Callable[[], Any], *, seconds: float = 10.0, what: str = "") -> Any:
    """Return the first truthy value of `condition`; fail the assertion after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        value = await found if isawaitable(found) else found
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, f"not within {seconds} s: {what or condition}"
        await asyncio.sleep(0.01)
