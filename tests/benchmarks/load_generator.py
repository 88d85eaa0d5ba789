"""A load generator with little CPU use: prepared requests over persistent connections."""

import asyncio
import time
from collections.abc import Iterable, Sequence

Response = tuple[int, bytes]


class Connection:
    """One HTTP/1.1 connection without pipelining."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)

    async def __aenter__(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def send(self, request: bytes) -> Response:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        body = await self._reader.readexactly(length)
        return int(head[9:12]), body


def request(method: str, path: str, token: str | None = None, body: bytes = b"") -> bytes:
    """A complete HTTP request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/json")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def flood(port: int, requests: Iterable[bytes], connections: int, expect: int) -> tuple[float, int]:
    """Send every request; returns (seconds, requests). Raises on a status other than `expect`."""
    remaining = iter(requests)
    sent = 0

    async def work() -> None:
        nonlocal sent
        async with Connection("127.0.0.1", port) as connection:
            for one in remaining:
                status, body = await connection.send(one)
                if status != expect:
                    raise RuntimeError(f"status {status}: {body[:300]!r}")
                sent += 1

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(work())
    return time.perf_counter() - started, sent


async def latencies(port: int, one: bytes, times: int) -> list[float]:
    """Milliseconds of each of `times` requests in sequence on one connection."""
    durations = []
    async with Connection("127.0.0.1", port) as connection:
        for _ in range(times):
            started = time.perf_counter()
            status, body = await connection.send(one)
            if status != 200:
                raise RuntimeError(f"status {status}: {body[:300]!r}")
            durations.append((time.perf_counter() - started) * 1000)
    return durations


async def wait_for_port(port: int) -> None:
    """Return when the port accepts connections."""
    while True:
        try:
            async with Connection("127.0.0.1", port):
                return
        except OSError:
            await asyncio.sleep(0.05)


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
