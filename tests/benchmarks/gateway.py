"""The distributed mode on one machine: latency from a `POST` to the frame, both through Traefik."""

import psutil

from tests.benchmarks import chat, latency
from tests.benchmarks.server import Server, contor

BACKGROUND_PER_SECOND = 5_000


def memory(server: Server) -> list[tuple[str, float]]:
    """(process, MB), largest first; PostgreSQL and RabbitMQ as one entry each, shared memory counted once."""
    found: dict[str, float] = {}
    for process in psutil.Process(server.process.pid).children(recursive=True):
        name = process.name()
        command = process.cmdline()
        if "serve" in command:
            name = f"{command[-1]} ({process.pid})"
        elif name.startswith(("beam", "erl", "epmd", "inet", "sh")):
            name = "rabbitmq"
        found[name] = found.get(name, 0.0) + float(process.memory_full_info().pss) / 1e6
    return sorted(found.items(), key=lambda each: -each[1])


async def report() -> None:
    """Print the latency under load, the memory of each process, and the delivery times of chat messages."""
    async with contor("cluster") as server:
        values = await latency.reading_to_frame(server, BACKGROUND_PER_SECOND)
        print(f"\nreading → frame through Traefik, {BACKGROUND_PER_SECOND:,} other readings/s")
        print(f"  {latency.figures(values)}")
        for name, megabytes in memory(server):
            print(f"  {name:30}{megabytes:8.0f} MB")
        await server.sign_in()
        await chat.measure_messages(server)


if __name__ == "__main__":
    import uvloop

    uvloop.run(report())
