"""Publishers of readings: through HTTP or through RabbitMQ, each with its own confirmation."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import msgspec

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus.rabbit.sender import QueueSender
from tests.system.users import Json, User

Publisher = Callable[[Sequence[Json]], Awaitable[str | None]]
"""Sends readings; returns None if they are confirmed, else the error."""


@contextlib.asynccontextmanager
async def http_publisher(sender: User, connections: int) -> AsyncIterator[Publisher]:
    """Status 202 confirms that the readings are stored."""
    limits = httpx.Limits(max_connections=connections)
    headers = {"Authorization": f"Bearer {sender.token}"}

    async def publish(readings: Sequence[Json]) -> str | None:
        try:
            response = await http.post("/monitoring/readings", json=readings)
        except httpx.TransportError as error:
            return type(error).__name__
        assert response.status_code in (202, 503), response.text
        if response.status_code == 503:
            return "503"
        receipt = response.json()
        assert receipt["accepted"] + receipt["duplicates"] == len(readings), receipt["rejected"][:1]
        return None

    async with httpx.AsyncClient(
        base_url=sender.url, limits=limits, headers=headers, trust_env=False, timeout=60
    ) as http:
        yield publish


@contextlib.asynccontextmanager
async def queue_publisher(amqp_url: str, per_message: int = 1) -> AsyncIterator[Publisher]:
    """The broker confirms that it has the messages. `per_message`: number of readings in a message."""
    queue_sender = QueueSender(amqp_url, "meters")

    async def publish(readings: Sequence[Json]) -> str | None:
        try:
            await queue_sender.send(
                SENSOR_DATA, [msgspec.json.encode(body) for body in _messages(readings, per_message)]
            )
        except ConnectionError as error:
            return type(error).__name__
        return None

    try:
        yield publish
    finally:
        await queue_sender.close()


def _messages(readings: Sequence[Json], per_message: int) -> Sequence[Json] | list[Sequence[Json]]:
    if per_message == 1:
        return readings
    return [readings[n : n + per_message] for n in range(0, len(readings), per_message)]
