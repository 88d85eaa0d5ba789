"""Readings per second over HTTP, compared with plain PostgreSQL and with an empty request handler."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator

import asyncpg

from contor.runtime.embedded.ports import free_port
from tests.benchmarks.load_generator import flood, request, wait_for_port
from tests.benchmarks.server import Server

START_MS = 1_767_225_600_000  # 2026-01-01
BATCH = 500
POSTGRES_BATCH = 5_000
SINGLES = 20_000
CONNECTIONS = 16

EMPTY = """
import uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.post("/", status_code=202)
async def empty(): return {}
uvicorn.run(app, port=%d, http="httptools", loop="uvloop", access_log=False, log_level="warning")
"""


def batches(devices: list[str], per_device: int, step_ms: int, start_ms: int = START_MS) -> Iterator[bytes]:
    """Bodies of 500 readings of one device, devices in random order, readings of a device in time order."""
    order = [device for device in devices for _ in range(0, per_device, BATCH)]
    random.Random(7).shuffle(order)
    next_reading = dict.fromkeys(devices, 0)
    for device in order:
        first = next_reading[device]
        next_reading[device] += BATCH
        readings = [
            {"timestamp": start_ms + n * step_ms, "measurement_value": (n % 997) / 1000}
            for n in range(first, min(first + BATCH, per_device))
        ]
        yield json.dumps({"device_id": device, "readings": readings}).encode()


async def measure_batches(server: Server, devices: list[str], per_device: int, step_ms: int, start_ms: int) -> float:
    """Readings/s in batches of 500 over 8 connections."""
    prepared = [
        request("POST", "/monitoring/readings", server.token, body)
        for body in batches(devices, per_device, step_ms, start_ms)
    ]
    seconds, _ = await flood(server.port, prepared, 8, 202)
    return len(devices) * per_device / seconds


async def measure_singles(server: Server, devices: list[str]) -> float:
    """Readings/s, one per request, over 16 connections."""
    start = int(time.time() * 1000) - 86_400_000
    prepared = [
        request(
            "POST",
            "/monitoring/readings",
            server.token,
            json.dumps(
                {
                    "timestamp": start + n // len(devices) * 10_000,
                    "device_id": devices[n % len(devices)],
                    "measurement_value": 0.001,
                }
            ).encode(),
        )
        for n in range(SINGLES)
    ]
    seconds, sent = await flood(server.port, prepared, CONNECTIONS, 202)
    return sent / seconds


async def measure_empty_handler() -> float:
    """Requests/s of a FastAPI handler that does nothing, under the same load."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", EMPTY % port])
    try:
        await wait_for_port(port)
        one = request("POST", "/", "x" * 300, b'{"timestamp":1767225600000,"measurement_value":0.1}')
        seconds, sent = await flood(port, (one for _ in range(SINGLES)), CONNECTIONS, 202)
        return sent / seconds
    finally:
        process.terminate()
        process.wait()


async def measure_postgres(server: Server, devices: int, per_device: int, step_ms: int) -> tuple[float, float]:
    """(COPY, idempotent insert) rows/s of the same rows on the same PostgreSQL, over one connection."""
    rows = [(d, START_MS + n * step_ms, n % 997 * 1000) for n in range(per_device) for d in range(devices)]
    groups = [rows[k : k + POSTGRES_BATCH] for k in range(0, len(rows), POSTGRES_BATCH)]
    connection = await asyncpg.connect(server.database("postgres"))
    try:
        rates = []
        for work in (_copy, _idempotent):
            await connection.execute("DROP TABLE IF EXISTS plain")
            await connection.execute("CREATE TABLE plain (meter int, at bigint, value bigint, PRIMARY KEY (meter, at))")
            started = time.perf_counter()
            for group in groups:
                await work(connection, group)
            rates.append(len(rows) / (time.perf_counter() - started))
        await connection.execute("DROP TABLE plain")
        return rates[0], rates[1]
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, rows: list[tuple[int, int, int]]) -> None:
    await connection.copy_records_to_table("plain", records=rows)


async def _idempotent(connection: asyncpg.Connection, rows: list[tuple[int, int, int]]) -> None:
    await connection.execute(
        "INSERT INTO plain SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[]) ON CONFLICT DO NOTHING",
        *map(list, zip(*rows, strict=True)),
    )
