"""Latency from `POST` to the frame at the socket, under a load of other readings."""

import asyncio
import json
import time
from itertools import product

from websockets.asyncio.client import connect

from tests.benchmarks.load_generator import Connection, percentile, request
from tests.benchmarks.server import Server

TICK_SECONDS = 0.05
METERS, HOURS = 70, 3
"""An alert in each of the last hours of each meter; those of earlier hours have no frame each."""
HOUR_MS = 3_600_000


async def reading_to_frame(server: Server, background_per_second: int) -> list[float]:
    """Milliseconds from sending a reading that passes a limit to receiving its `alert.raised`, many times."""
    others = await server.add_devices(100)
    meters = await server.add_devices(METERS, limit=0.001)
    stop = asyncio.Event()
    traffic = asyncio.create_task(_traffic(server, others, background_per_second, stop))
    try:
        async with connect(f"ws://127.0.0.1:{server.port}/ws") as socket:
            await socket.send(json.dumps({"type": "auth", "token": server.token}))
            await socket.recv()
            await socket.send(json.dumps({"type": "watch", "device_id": meters[0]}))
            return await _alerts(server, meters, socket)
    finally:
        stop.set()
        await traffic


async def _alerts(server: Server, meters: list[str], socket: object) -> list[float]:
    durations: list[float] = []
    hour = int(time.time() * 1000) // HOUR_MS * HOUR_MS
    async with Connection("127.0.0.1", server.port) as connection:
        for device, n in product(meters, range(HOURS)):
            reading = {"timestamp": hour - n * HOUR_MS, "device_id": device, "measurement_value": 1.0}
            one = request("POST", "/monitoring/readings", server.token, json.dumps(reading).encode())
            started = time.perf_counter()
            response = asyncio.create_task(connection.send(one))
            while json.loads(await socket.recv())["type"] != "alert.raised":  # type: ignore[attr-defined]
                pass
            durations.append((time.perf_counter() - started) * 1000)
            await response
            await asyncio.sleep(0.02)
    return durations


async def _traffic(server: Server, devices: list[str], per_second: int, stop: asyncio.Event) -> None:
    """Post `per_second` readings in twenty requests per second."""
    per_tick = int(per_second * TICK_SECONDS)
    async with Connection("127.0.0.1", server.port) as connection:
        n = 0
        next_tick = time.perf_counter()
        while not stop.is_set():
            now = int(time.time() * 1000)
            readings = [
                {"timestamp": now - k, "device_id": devices[(n + k) % len(devices)], "measurement_value": 0.0001}
                for k in range(per_tick)
            ]
            n += per_tick
            await connection.send(request("POST", "/monitoring/readings", server.token, json.dumps(readings).encode()))
            next_tick += TICK_SECONDS
            await asyncio.sleep(max(0.0, next_tick - time.perf_counter()))


def figures(values: list[float]) -> str:
    return "  ".join(f"p{p} {percentile(values, p):7.1f} ms" for p in (50, 95, 99))
