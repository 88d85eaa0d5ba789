"""Two hundred people who write to each other, each with an open socket, and when each message was at the others'."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from tests.benchmarks.client import Connection, request
from tests.benchmarks.people import Member, have_conversation
from tests.benchmarks.server import Server
from tests.benchmarks.socket_clients import RawSocket, open_sockets

PAIRS, GROUPS, IN_GROUP = 80, 10, 4
PEOPLE = 2 * PAIRS + GROUPS * IN_GROUP
ARRIVING_SECONDS = 10.0
CLIENT_ID = b'"client_id":"'
TEXT = "How much did the heat pump use last night? Mine says 7.4 kWh, which is more than the week before."


@dataclass(slots=True)
class Written:
    """What came of one run. `arrivals`: milliseconds until each message was at each of the others; `rate`: a second."""

    arrivals: list[float] = field(default_factory=list)
    stored: int = 0
    refused: int = 0
    rate: float = 0.0


class Listener:
    """Notes when each frame with a `client_id` arrived at one person's socket."""

    def __init__(self) -> None:
        self.arrived: dict[bytes, float] = {}
        self.twice = 0

    def __call__(self, payload: bytes) -> None:
        start = payload.find(CLIENT_ID)
        if start < 0:
            return
        client_id = payload[start + len(CLIENT_ID) : start + len(CLIENT_ID) + 36]
        self.twice += client_id in self.arrived
        self.arrived[client_id] = time.perf_counter()


class Writer:
    """One of them: a socket that listens, a connection that posts, a conversation to write in."""

    def __init__(self, member: Member, conversation: str, listener: Listener, others: list["Writer"]) -> None:
        self.member = member
        self.path = f"/chat/conversations/{conversation}/messages"
        self.listener = listener
        self.others = others
        """All of the conversation, this one too."""
        self.sent: dict[bytes, float] = {}

    async def write(self, connection: Connection, every: float, until: float, chance: Random, written: Written) -> None:
        """A message every so many seconds, from some moment of the first of them on."""
        due = time.perf_counter() + chance.random() * every
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            client_id = str(uuid4())
            body = json.dumps({"text": TEXT, "client_id": client_id}).encode()
            one = request("POST", self.path, self.member.token, body)
            started = time.perf_counter()
            status, _ = await connection.send(one)
            if status == 201:
                self.sent[client_id.encode()] = started
                written.stored += 1
            else:
                written.refused += 1
            due += every


@contextlib.asynccontextmanager
async def gathered(server: Server, members: Sequence[Member]) -> AsyncIterator[list[Writer]]:
    """Everybody in a conversation, listening, until the block ends."""
    sockets: list[RawSocket] = []
    writers: list[Writer] = []
    groups = [members[2 * n : 2 * n + 2] for n in range(PAIRS)]
    groups += [members[2 * PAIRS + IN_GROUP * n :][:IN_GROUP] for n in range(GROUPS)]
    try:
        for group in groups:
            conversation = await have_conversation(server, group)
            together: list[Writer] = []
            together += [Writer(member, conversation, Listener(), together) for member in group]
            writers += together
        url = f"ws://127.0.0.1:{server.port}/ws"
        sockets = await open_sockets(url, [writer.member.token for writer in writers], str(uuid4()))
        for writer, socket in zip(writers, sockets, strict=True):
            socket.on_text = writer.listener
        yield writers
    finally:
        for socket in sockets:
            socket.transport.abort()


async def write(server: Server, writers: Sequence[Writer], per_second: float, seconds: float) -> Written:
    """All of them write, so many messages a second together. Raises if one did not arrive, or twice, at an other's."""
    written, chance = Written(), Random(7)
    for writer in writers:
        writer.sent, writer.listener.arrived = {}, {}
    async with contextlib.AsyncExitStack() as connections:
        opened = [await connections.enter_async_context(Connection("127.0.0.1", server.port)) for _ in writers]
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for writer, connection in zip(writers, opened, strict=True):
                every = len(writers) / per_second
                group.create_task(writer.write(connection, every, started + seconds, chance, written))
        written.rate = written.stored / (time.perf_counter() - started)
    await _all_arrived(writers)
    written.arrivals = [
        (other.listener.arrived[client_id] - at) * 1000
        for writer in writers
        for client_id, at in writer.sent.items()
        for other in writer.others
        if other is not writer
    ]
    return written


async def _all_arrived(writers: Sequence[Writer]) -> None:
    async with asyncio.timeout(ARRIVING_SECONDS):
        while any(w.sent.keys() - other.listener.arrived.keys() for w in writers for other in w.others):
            await asyncio.sleep(0.05)
    if twice := sum(writer.listener.twice for writer in writers):
        raise RuntimeError(f"{twice} messages arrived twice")
