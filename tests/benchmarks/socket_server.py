"""The communication service alone in a process; lines on standard input control what it publishes."""

import asyncio
import json
import os
import socket
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import uvicorn
import uvloop

from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.clock import now
from contor.kernel.http import create_app
from contor.kernel.identity import Verifier
from contor.kernel.messaging.message import Envelope
from contor.kernel.peers import Peers
from contor.kernel.service import Context
from contor.kernel.settings import Settings
from contor.runtime.runner import subscribe
from contor.runtime.websocket_protocol import SocketProtocol, raise_open_files
from contor.services.communication import SERVICE
from tests.signing import Signer


def live_value(device_id: UUID) -> ConsumptionUpdated:
    hour = now().replace(minute=0, second=0, microsecond=0)
    values = LiveValues(
        device_id=device_id,
        state="live",
        last_reading_at=now(),
        silent_from=now() + timedelta(hours=1),
        measurement_value=0.35,
        power_w=2100,
        last_power_w=2100,
        hour=HourSoFar(start=hour, end=hour + timedelta(hours=1), energy_kwh=1.234567),
        today_kwh=12.345678,
        limit_kwh=5,
    )
    return ConsumptionUpdated(devices=[DeviceConsumption(owner_id=None, values=values)])


async def flood(bus: MemoryBus, device_id: UUID, values: int) -> None:
    """Publish `values` live values, a few thousand per second; then print `flooded`."""
    for number in range(values):
        await bus.publish(Envelope.of(live_value(device_id)))
        await asyncio.sleep(0 if number % 10 else 0.002)
    print("flooded", flush=True)


async def run_commands(bus: MemoryBus) -> None:
    """Read lines `<device> <n>`: publish n live values of the device. The end of input ends the process."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with asyncio.TaskGroup() as tasks:
        while line := await reader.readline():
            device_id, values = line.decode().split()
            if int(values) > 1:
                tasks.create_task(flood(bus, UUID(device_id), int(values)))
            else:
                await bus.publish(Envelope.of(live_value(UUID(device_id))))


async def main(sockets: int, implementation: str) -> None:
    raise_open_files()
    signer = Signer()
    bus = MemoryBus()
    context = Context(SERVICE.name, Settings(data_dir=Path("/tmp")), bus, Verifier(signer.issuer_state), Peers(""))  # noqa: S108
    subscribe(SERVICE, context)
    await bus.start()
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    config = uvicorn.Config(
        create_app(SERVICE, context),
        lifespan="off",
        log_level="warning",
        ws=SocketProtocol if implementation == "contor" else implementation,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
    )
    async with SERVICE.lifespan(context):
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        tokens = [signer.token(uuid4(), "admin", lifetime=599) for _ in range(sockets)]
        print(json.dumps({"port": listener.getsockname()[1], "pid": os.getpid(), "tokens": tokens}), flush=True)
        await run_commands(bus)
        server.should_exit = True
        await serving


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
