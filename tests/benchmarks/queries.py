"""Questions to a meter with a year of 10-minute readings, in a database of ten million."""

from tests.benchmarks.client import latencies, percentile, request
from tests.benchmarks.ingest import START_MS, batched
from tests.benchmarks.server import Server

STEP_MS = 600_000
A_YEAR = 365 * 144
YEAR_START_MS = START_MS - 365 * 86_400_000
TIMES = 200

QUESTIONS = {
    "a year of hours": "from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&resolution=hour",
    "a day of hours": "from=2025-06-15T00:00:00Z&to=2025-06-16T00:00:00Z&resolution=hour",
    "a year of months": "from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&resolution=month",
}


async def fill(server: Server, readings: int) -> tuple[int, float]:
    """Fill the database over HTTP with whole years of 10-minute readings; returns (readings, readings/s)."""
    devices = await server.add_devices(max(1, readings // A_YEAR))
    rate = await batched(server, devices, A_YEAR, STEP_MS, YEAR_START_MS)
    return len(devices) * A_YEAR, rate


async def asked(server: Server) -> dict[str, list[float]]:
    """Milliseconds of each question, over one connection."""
    await server.sign_in()
    found = {}
    for name, query in QUESTIONS.items():
        path = f"/monitoring/devices/{server.devices[-1]}/consumption?{query}"
        found[name] = await latencies(server.port, request("GET", path, server.token), TIMES)
    return found


def figures(values: list[float]) -> str:
    return f"p50 {percentile(values, 50):7.2f} ms  p95 {percentile(values, 95):7.2f} ms"
