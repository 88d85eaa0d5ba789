"""Latency of queries for a meter with a year of 10-minute readings, among ten million readings."""

import asyncpg

from tests.benchmarks.ingest import START_MS, measure_batches
from tests.benchmarks.load_generator import latencies, percentile, request
from tests.benchmarks.server import Server

STEP_MS = 600_000
DISK = """
SELECT sum(pg_total_relation_size(oid)) / (SELECT count(*) FROM readings) FROM pg_class
WHERE relkind = 'r' AND (relname LIKE 'readings\\_%' OR relname IN ('quarter_hours', 'hours'))
"""
INTERVALS_PER_YEAR = 365 * 144
YEAR_START_MS = START_MS - 365 * 86_400_000
TIMES = 200

QUERIES = {
    "a year of hours": "from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&resolution=hour",
    "a day of hours": "from=2025-06-15T00:00:00Z&to=2025-06-16T00:00:00Z&resolution=hour",
    "a year of months": "from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&resolution=month",
}


async def fill(server: Server, readings: int) -> tuple[int, float]:
    """Fill the database over HTTP with whole years of 10-minute readings; returns (readings, readings/s)."""
    devices = await server.add_devices(max(1, readings // INTERVALS_PER_YEAR))
    rate = await measure_batches(server, devices, INTERVALS_PER_YEAR, STEP_MS, YEAR_START_MS)
    return len(devices) * INTERVALS_PER_YEAR, rate


async def measure(server: Server) -> dict[str, list[float]]:
    """Milliseconds of each request by query name, over one connection."""
    await server.sign_in()
    durations = {}
    for name, query in QUERIES.items():
        path = f"/monitoring/devices/{server.devices[-1]}/consumption?{query}"
        durations[name] = await latencies(server.port, request("GET", path, server.token), TIMES)
    return durations


def figures(values: list[float]) -> str:
    return f"p50 {percentile(values, 50):7.2f} ms  p95 {percentile(values, 95):7.2f} ms"


async def disk_per_reading(server: Server) -> float:
    """Bytes of the tables and indexes of readings, quarter hours and hours, for each stored reading."""
    connection = await asyncpg.connect(server.database())
    try:
        return float(await connection.fetchval(DISK))
    finally:
        await connection.close()
