"""People who are signed in, and conversations they have, made as anybody would make them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.server import PASSWORD, Server

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account."""

    id: str
    username: str
    token: str


async def add_people(server: Server, count: int, name: str) -> list[Member]:
    """So many clients, signed in, of whom chat has heard."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def add(username: str) -> Member:
        async with turn:
            body = {"username": username, "password": PASSWORD, "role": "client"}
            made = (await server.http.post("/users", json=body)).raise_for_status().json()
            answer = await server.http.post("/auth/login", json={"username": username, "password": PASSWORD})
            await _heard_of(server, username)
            return Member(made["id"], username, answer.raise_for_status().json()["access_token"])

    return list(await asyncio.gather(*(add(f"{name}{n}") for n in range(count))))


async def have_conversation(server: Server, members: Sequence[Member]) -> str:
    """A conversation of these people, of whom chat has heard, begun by the first; its id."""
    first, *others = members
    body = {"kind": "direct", "participants": [other.id for other in others]}
    headers = {"Authorization": f"Bearer {first.token}"}
    answer = await server.http.post("/chat/conversations", json=body, headers=headers)
    return str(answer.raise_for_status().json()["id"])


async def _heard_of(server: Server, username: str) -> None:
    """Return once chat, too, knows them."""
    while not (await server.http.get("/chat/people", params={"username": username})).raise_for_status().json()["items"]:
        await asyncio.sleep(0.01)
