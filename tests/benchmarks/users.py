"""Creates signed-in users and their conversations through the API."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.server import PASSWORD, Server

MAX_PARALLEL = 8


@dataclass(frozen=True, slots=True)
class BenchmarkUser:
    id: str
    username: str
    token: str


async def create_users(server: Server, count: int, name: str) -> list[BenchmarkUser]:
    """Create `count` clients, sign them in, and wait until chat has them."""
    limit = asyncio.Semaphore(MAX_PARALLEL)

    async def add(username: str) -> BenchmarkUser:
        async with limit:
            body = {"username": username, "password": PASSWORD, "role": "client"}
            created = (await server.http.post("/users", json=body)).raise_for_status().json()
            response = await server.http.post("/auth/login", json={"username": username, "password": PASSWORD})
            await _wait_until_in_chat(server, username)
            return BenchmarkUser(created["id"], username, response.raise_for_status().json()["access_token"])

    return list(await asyncio.gather(*(add(f"{name}{n}") for n in range(count))))


async def create_conversation(server: Server, members: Sequence[BenchmarkUser]) -> str:
    """Start a conversation of these users; returns its id."""
    first, *others = members
    body = {"kind": "direct", "participants": [other.id for other in others]}
    headers = {"Authorization": f"Bearer {first.token}"}
    response = await server.http.post("/chat/conversations", json=body, headers=headers)
    return str(response.raise_for_status().json()["id"])


async def _wait_until_in_chat(server: Server, username: str) -> None:
    while not (await server.http.get("/chat/people", params={"username": username})).raise_for_status().json()["items"]:
        await asyncio.sleep(0.01)
