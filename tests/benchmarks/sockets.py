"""Many open sockets: memory per socket, time to reach all, and the effect of one slow reader on the others.

    python -m tests.benchmarks.sockets                       the communication service alone in its own process
    python -m tests.benchmarks.sockets --url ws://127.0.0.1:8000/ws --token … --device …      a running Contor

A running Contor needs CONTOR_COMMUNICATION_SOCKETS_PER_USER above the number of sockets (they share the token);
with `--device`, readings are posted to it, so the token must belong to an administrator or the owner.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil
import uvloop

from contor.runtime.websocket_protocol import raise_open_files
from tests.benchmarks.socket_clients import RawSocket, open_sockets

FLOOD_VALUES = 10_000
"""About 4 MB for a reader that has stopped: more than the kernel buffers."""
FLOOD_SECONDS = 8
ROUNDS = 20


@dataclass
class Target:
    """A server to measure. `publish` sends one live value of a device, `flood` very many of another one."""

    url: str
    process: psutil.Process
    tokens: list[str]
    device_id: str
    flooded_device_id: str
    publish: Callable[[], Awaitable[None]] | None
    flood: Callable[[], Coroutine[None, None, int]] | None

    @property
    def memory(self) -> int:
        return int(self.process.memory_info().rss)


@contextlib.asynccontextmanager
async def own_server(sockets: int, implementation: str) -> AsyncIterator[Target]:
    """The communication service in its own process, with a token for each socket."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.socket_server", str(sockets), implementation,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**26,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    stdin, stdout = child.stdin, child.stdout
    started = json.loads(await stdout.readline())
    device_id, flooded = str(uuid4()), str(uuid4())

    async def publish() -> None:
        stdin.write(f"{device_id} 1\n".encode())

    async def flood() -> int:
        stdin.write(f"{flooded} {FLOOD_VALUES}\n".encode())
        await stdout.readline()
        return FLOOD_VALUES

    url = f"ws://127.0.0.1:{started['port']}/ws"
    yield Target(url, psutil.Process(started["pid"]), started["tokens"], device_id, flooded, publish, flood)
    stdin.close()
    await child.wait()


@contextlib.asynccontextmanager
async def running_server(url: str, token: str, device_id: str | None, sockets: int) -> AsyncIterator[Target]:
    """A running Contor on this machine; its process is found by the port."""
    port = urlsplit(url).port or 80
    listening = (c for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr and c.pid)
    process = psutil.Process(next(c.pid for c in listening if c.pid and c.laddr and c.laddr[1] == port))
    timestamps = itertools.count(int(time.time() * 1000) - 3_600_000)
    async with httpx.AsyncClient(base_url=f"http://{urlsplit(url).netloc}") as client:

        async def publish() -> None:
            reading = {"device_id": device_id, "timestamp": next(timestamps), "measurement_value": 0.000001}
            answer = await client.post(
                "/monitoring/readings", json=reading, headers={"Authorization": f"Bearer {token}"}
            )
            answer.raise_for_status()

        async def flood() -> int:
            until, count = time.monotonic() + FLOOD_SECONDS, 0
            while time.monotonic() < until:
                await publish()
                count += 1
            return count

        watched = device_id or str(uuid4())
        actions = (publish, flood) if device_id else (None, None)
        yield Target(url, process, [token] * sockets, watched, watched, *actions)


async def reach_all(sockets: list[RawSocket], publish: Callable[[], Awaitable[None]], rounds: int) -> list[list[float]]:
    """Milliseconds from publishing a value until each socket has it, one list per round."""
    durations = []
    for _ in range(rounds):
        before = [client.received for client in sockets]
        started = time.perf_counter()
        await publish()
        while any(client.received == count for client, count in zip(sockets, before, strict=True)):
            await asyncio.sleep(0.005)
        durations.append([(client.last_at - started) * 1000 for client in sockets])
        await asyncio.sleep(0.05)
    return durations


def show(name: str, value: str) -> None:
    print(f"  {name:<58}{value}")


def p95(rounds: list[list[float]]) -> float:
    return quantiles([each for one in rounds for each in one], n=20)[-1]


async def measure_memory(target: Target) -> list[RawSocket]:
    """Open all sockets and print the memory of the server per socket."""
    for client in await open_sockets(target.url, target.tokens[:20], target.device_id):
        client.transport.abort()
    await asyncio.sleep(1)
    before = target.memory
    started = time.perf_counter()
    sockets = await open_sockets(target.url, target.tokens[:-1], target.device_id)
    opened = time.perf_counter() - started
    await asyncio.sleep(1)
    show(f"{len(sockets)} sockets opened, signed in and watching", f"{opened:.1f} s")
    show("server's memory before and after", f"{before / 2**20:.1f} → {target.memory / 2**20:.1f} MiB")
    show("memory of a socket", f"{(target.memory - before) / len(sockets) / 1024:.1f} KiB")
    return sockets


async def measure_flood(target: Target, sockets: list[RawSocket], *, stopped: bool) -> None:
    """Print the latency of the others while one client is flooded, which reads or has stopped reading."""
    assert target.publish is not None
    assert target.flood is not None
    reader, *_ = await open_sockets(target.url, target.tokens[-1:], target.flooded_device_id, small_buffer=True)
    if stopped:
        reader.transport.pause_reading()
    before, highest = target.memory, target.memory
    flooding = asyncio.create_task(target.flood())
    durations: list[list[float]] = []
    while not flooding.done():
        durations += await reach_all(sockets, target.publish, 1)
        highest = max(highest, target.memory)
    values = await flooding
    name = "flooded client stopped reading" if stopped else "flooded client reads"
    show(f"flood, {name}: the others' p95", f"{p95(durations):.0f} ms ({len(durations)} rounds, {values} values)")
    show(f"flood, {name}: growth of the process", f"{(highest - before) / 1024:.0f} KiB")
    reader.transport.abort()


async def measure(target: Target) -> None:
    sockets = await measure_memory(target)
    if target.publish is None or target.flood is None:
        return
    rounds = await reach_all(sockets, target.publish, ROUNDS)
    slowest = sorted(max(one) for one in rounds)
    show(
        "one live value to all: median, worst of the rounds", f"{slowest[len(slowest) // 2]:.0f}, {slowest[-1]:.0f} ms"
    )
    show("one live value to all: p95 of a socket", f"{p95(rounds):.0f} ms")
    show("server's memory after that", f"{target.memory / 2**20:.1f} MiB")
    await measure_flood(target, sockets, stopped=False)
    await measure_flood(target, sockets, stopped=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--url")
    parser.add_argument("--token", default="")
    parser.add_argument("--device", help="a device to post readings to; without it only memory is measured")
    parser.add_argument("--ws", default="contor", help="contor, or an implementation of uvicorn, for comparison")
    options = parser.parse_args()
    raise_open_files()
    # One more for the slow reader.
    server = (
        running_server(options.url, options.token, options.device, options.sockets + 1)
        if options.url
        else own_server(options.sockets + 1, options.ws)
    )
    print("sockets")
    async with server as target:
        await measure(target)


if __name__ == "__main__":
    uvloop.run(main())
