"""Ways for readings to Contor, each with its own kind of confirmation."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import msgspec

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus.rabbit.sender import QueueSender
from tests.system.people import Json, Person

Way = Callable[[Sequence[Json]], Awaitable[str | None]]
"""Sends readings; None once they are confirmed, else what came instead of it."""


@contextlib.asynccontextmanager
async def by_http(sender: Person, connections: int) -> AsyncIterator[Way]:
    """Confirmed by 202: they are stored."""
    limits = httpx.Limits(max_connections=connections)
    headers = {"Authorization": f"Bearer {sender.token}"}

    async def way(readings: Sequence[Json]) -> str | None:
        try:
            answer = await http.post("/monitoring/readings", json=readings)
        except httpx.TransportError as error:
            return type(error).__name__
        assert answer.status_code in (202, 503), answer.text
        if answer.status_code == 503:
            return "503"
        receipt = answer.json()
        assert receipt["accepted"] + receipt["duplicates"] == len(readings), receipt["rejected"][:1]
        return None

    async with httpx.AsyncClient(
        base_url=sender.url, limits=limits, headers=headers, trust_env=False, timeout=60
    ) as http:
        yield way


@contextlib.asynccontextmanager
async def by_queue(amqp_url: str, pack: int = 1) -> AsyncIterator[Way]:
    """Confirmed by the broker: they will be stored. A message a reading, or one for every `pack` of them."""
    outlet = QueueSender(amqp_url, "meters")

    async def way(readings: Sequence[Json]) -> str | None:
        try:
            await outlet.send(SENSOR_DATA, [msgspec.json.encode(body) for body in _packed(readings, pack)])
        except ConnectionError as error:
            return type(error).__name__
        return None

    try:
        yield way
    finally:
        await outlet.close()


def _packed(readings: Sequence[Json], pack: int) -> Sequence[Json] | list[Sequence[Json]]:
    return readings if pack == 1 else [readings[n : n + pack] for n in range(0, len(readings), pack)]
