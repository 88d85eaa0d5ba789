"""The distributed topology on one machine: from a `POST` to Traefik to the frame in a socket behind it."""

import psutil

from tests.benchmarks import chat, latency
from tests.benchmarks.server import Server, contor

OTHERS_PER_SECOND = 5_000


def memory(server: Server) -> list[tuple[str, float]]:
    """(process, MB) of the cluster, largest first; PostgreSQL's and RabbitMQ's as one each, shared memory once."""
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
    """Print the latency at `OTHERS_PER_SECOND` other readings, what each process holds then, and messages of people."""
    async with contor("cluster") as server:
        values = await latency.reading_to_frame(server, OTHERS_PER_SECOND)
        print(f"\nreading → frame through Traefik, {OTHERS_PER_SECOND:,} other readings/s")
        print(f"  {latency.figures(values)}")
        for name, megabytes in memory(server):
            print(f"  {name:30}{megabytes:8.0f} MB")
        await server.sign_in()
        await chat.shown(server)


if __name__ == "__main__":
    import uvloop

    uvloop.run(report())
