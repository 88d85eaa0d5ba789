"""Two hundred users with open sockets who write to each other; measures when each message arrives."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from tests.benchmarks.load_generator import Connection, request
from tests.benchmarks.server import Server
from tests.benchmarks.socket_clients import RawSocket, open_sockets
from tests.benchmarks.users import BenchmarkUser, create_conversation

PAIRS, GROUPS, GROUP_SIZE = 80, 10, 4
WRITERS = 2 * PAIRS + GROUPS * GROUP_SIZE
ARRIVAL_TIMEOUT_SECONDS = 10.0
CLIENT_ID = b'"client_id":"'
TEXT = "How much did the heat pump use last night? Mine says 7.4 kWh, which is more than the week before."


@dataclass(slots=True)
class WriteResult:
    """`arrivals`: milliseconds from sending a message to its arrival at each recipient; `rate`: stored per second."""

    arrivals: list[float] = field(default_factory=list)
    stored: int = 0
    refused: int = 0
    rate: float = 0.0


class Listener:
    """Records when each frame with a `client_id` arrives at a socket."""

    def __init__(self) -> None:
        self.arrived: dict[bytes, float] = {}
        self.duplicates = 0

    def __call__(self, payload: bytes) -> None:
        start = payload.find(CLIENT_ID)
        if start < 0:
            return
        client_id = payload[start + len(CLIENT_ID) : start + len(CLIENT_ID) + 36]
        self.duplicates += client_id in self.arrived
        self.arrived[client_id] = time.perf_counter()


class Writer:
    """A user with a socket that receives and a conversation to write to."""

    def __init__(self, member: BenchmarkUser, conversation: str, listener: Listener, others: list["Writer"]) -> None:
        self.member = member
        self.path = f"/chat/conversations/{conversation}/messages"
        self.listener = listener
        self.others = others
        """All writers of the conversation, including this one."""
        self.sent: dict[bytes, float] = {}

    async def write(
        self, connection: Connection, interval: float, until: float, rng: Random, result: WriteResult
    ) -> None:
        """Send a message every `interval` seconds until `until`, from a random moment of the first interval on."""
        due = time.perf_counter() + rng.random() * interval
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            client_id = str(uuid4())
            body = json.dumps({"text": TEXT, "client_id": client_id}).encode()
            one = request("POST", self.path, self.member.token, body)
            started = time.perf_counter()
            status, _ = await connection.send(one)
            if status == 201:
                self.sent[client_id.encode()] = started
                result.stored += 1
            else:
                result.refused += 1
            due += interval


@contextlib.asynccontextmanager
async def connect_writers(server: Server, members: Sequence[BenchmarkUser]) -> AsyncIterator[list[Writer]]:
    """Put all members into conversations and open their sockets until the block ends."""
    sockets: list[RawSocket] = []
    writers: list[Writer] = []
    groups = [members[2 * n : 2 * n + 2] for n in range(PAIRS)]
    groups += [members[2 * PAIRS + GROUP_SIZE * n :][:GROUP_SIZE] for n in range(GROUPS)]
    try:
        for group in groups:
            conversation = await create_conversation(server, group)
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


async def write(server: Server, writers: Sequence[Writer], per_second: float, seconds: float) -> WriteResult:
    """Send `per_second` messages in total. Raises if a recipient gets a message twice or not at all."""
    result, rng = WriteResult(), Random(7)
    for writer in writers:
        writer.sent, writer.listener.arrived = {}, {}
    async with contextlib.AsyncExitStack() as connections:
        opened = [await connections.enter_async_context(Connection("127.0.0.1", server.port)) for _ in writers]
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for writer, connection in zip(writers, opened, strict=True):
                interval = len(writers) / per_second
                group.create_task(writer.write(connection, interval, started + seconds, rng, result))
        result.rate = result.stored / (time.perf_counter() - started)
    await _wait_for_arrivals(writers)
    result.arrivals = [
        (other.listener.arrived[client_id] - at) * 1000
        for writer in writers
        for client_id, at in writer.sent.items()
        for other in writer.others
        if other is not writer
    ]
    return result


async def _wait_for_arrivals(writers: Sequence[Writer]) -> None:
    async with asyncio.timeout(ARRIVAL_TIMEOUT_SECONDS):
        while any(w.sent.keys() - other.listener.arrived.keys() for w in writers for other in w.others):
            await asyncio.sleep(0.05)
    if duplicates := sum(writer.listener.duplicates for writer in writers):
        raise RuntimeError(f"{duplicates} messages arrived twice")
