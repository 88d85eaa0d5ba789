"""The communication service behind a real server, and messages for it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from contor.contracts.accounts import SessionsRevoked
from contor.contracts.alerts import Alert, HourlyLimitExceeded
from contor.contracts.devices import DeviceChanged
from contor.contracts.readings import ConsumptionUpdated, DeviceConsumption, HourSoFar, LiveValues
from contor.kernel.clock import now
from contor.kernel.messaging.message import Message
from contor.runtime.websocket_protocol import SocketProtocol
from contor.services.communication import SERVICE
from contor.services.communication.live.hub import Hub
from tests.running import Databases, RunningService, run_service

SOCKET_BUFFER = 4096
"""Bytes of the kernel's socket buffers, small so that a client that stops reading is noticed soon."""
Role = Literal["client", "admin"]


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ShortGraceProtocol(SocketProtocol):
    grace_seconds = 0.1


@dataclass
class Served:
    """A running service and the address of its sockets."""

    running: RunningService
    port: int
    server: uvicorn.Server

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def hub(self) -> Hub:
        return self.running.context.resource(Hub)

    async def publish(self, message: Message) -> None:
        """Returns once the service has handled the message."""
        await self.running.publish(message)

    def token(self, user_id: UUID | None = None, role: Role = "client", **claims: Any) -> str:
        return self.running.signer.token(user_id or uuid4(), role, **claims)

    @contextlib.asynccontextmanager
    async def open(self, origin: str | None = None) -> AsyncIterator[ClientConnection]:
        """A socket that is not authenticated yet."""
        page = None if origin is None else Origin(origin)
        tcp = socket.socket()
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        tcp.setblocking(False)
        await asyncio.get_running_loop().sock_connect(tcp, ("127.0.0.1", self.port))
        async with connect(self.url, sock=tcp, origin=page, compression=None, close_timeout=1) as opened:
            yield opened

    @contextlib.asynccontextmanager
    async def authenticated(
        self, user_id: UUID | None = None, role: Role = "client", *, watching: tuple[UUID, ...] = (), **claims: Any
    ) -> AsyncIterator[ClientConnection]:
        """An authenticated socket that watches these devices."""
        async with self.open() as opened:
            await send_frame(opened, type="auth", token=self.token(user_id, role, **claims))
            assert (await receive(opened))["type"] == "ready"
            for device_id in watching:
                await send_frame(opened, type="watch", device_id=str(device_id))
            await receive_all(opened)
            yield opened


@contextlib.asynccontextmanager
async def serve(
    folder: Path, *, allowed_origins: tuple[str, ...] = (), ping_seconds: float = 20
) -> AsyncIterator[Served]:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
    async with run_service(SERVICE, Databases("none needed"), folder) as running:
        running.context.settings.allowed_origins.extend(allowed_origins)
        config = uvicorn.Config(
            running.app,
            lifespan="off",
            log_config=None,
            ws=ShortGraceProtocol,
            ws_per_message_deflate=False,
            ws_ping_interval=ping_seconds,
            ws_ping_timeout=ping_seconds,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield Served(running, listener.getsockname()[1], server)
        server.should_exit = True
        await serving
    listener.close()


async def send_frame(opened: ClientConnection, **frame: object) -> None:
    await opened.send(json.dumps(frame))


async def receive(opened: ClientConnection) -> dict[str, Any]:
    """The next frame. Raises `TimeoutError` after five seconds."""
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(opened.recv(), 5))
    return frame


async def receive_all(opened: ClientConnection) -> list[dict[str, Any]]:
    """Wait until the server has handled all frames sent so far; return the frames received until then."""
    await send_frame(opened, type="ping")
    received = []
    while (frame := await receive(opened))["type"] != "pong":
        received.append(frame)
    return received


async def close_code(opened: ClientConnection) -> int | None:
    """Read until the server closes the socket, at most five seconds; return its close code."""
    with contextlib.suppress(ConnectionClosed):
        async with asyncio.timeout(5):
            async for _ in opened:
                pass
    return opened.close_code


def limit_exceeded(owner_id: UUID | None) -> HourlyLimitExceeded:
    hour = now().replace(minute=0, second=0, microsecond=0)
    alert = Alert(
        id=uuid4(),
        device_id=uuid4(),
        owner_id=owner_id,
        hour_start=hour,
        hour_end=hour + timedelta(hours=1),
        energy_kwh=Decimal("5.000001"),
        limit_kwh=Decimal(5),
        severity="warning",
        state="active",
        raised_at=now(),
    )
    return HourlyLimitExceeded(alert=alert)


def consumption(device_id: UUID, owner_id: UUID | None, hour_kwh: float = 1.25) -> DeviceConsumption:
    hour = now().replace(minute=0, second=0, microsecond=0)
    values = LiveValues(
        device_id=device_id,
        state="live",
        last_reading_at=now(),
        silent_from=now() + timedelta(hours=1),
        measurement_value=0.35,
        power_w=None,
        last_power_w=None,
        hour=HourSoFar(start=hour, end=hour + timedelta(hours=1), energy_kwh=hour_kwh),
        today_kwh=12.5,
        limit_kwh=5,
    )
    return DeviceConsumption(owner_id=owner_id, values=values)


def updated(*devices: DeviceConsumption) -> ConsumptionUpdated:
    return ConsumptionUpdated(devices=list(devices))


def device_changed(owner_id: UUID | None, previous_owner_id: UUID | None = None, **changes: Any) -> DeviceChanged:
    plain: dict[str, Any] = {
        "device_id": uuid4(),
        "version": 2,
        "name": "Cellar",
        "owner_id": owner_id,
        "previous_owner_id": previous_owner_id,
        "kind": "interval",
        "unit": "kWh",
        "time_zone": "Europe/Bucharest",
        "max_hourly_consumption_kwh": Decimal(5),
    }
    return DeviceChanged(**plain | changes)


def revoked(user_id: UUID, *sessions: UUID) -> SessionsRevoked:
    return SessionsRevoked(account_id=user_id, session_ids=list(sessions), reason="logout")
