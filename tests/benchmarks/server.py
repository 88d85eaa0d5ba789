"""A running Contor with its own port and data folder."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

PASSWORD = "a-long-benchmark-passphrase"


@dataclass
class Server:
    """A running Contor and a signed-in administrator."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    http: httpx.AsyncClient
    token: str = ""
    devices: list[str] = field(default_factory=list)

    @property
    def resident_mb(self) -> float:
        """Memory of the Python process in MB, without PostgreSQL."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    async def sign_in(self) -> None:
        answer = await self.http.post("/auth/login", json={"username": "bench", "password": PASSWORD})
        self.token = answer.raise_for_status().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    async def add_devices(self, count: int, limit: float = 1000.0, **more: Any) -> list[str]:
        """Create meters and return their ids."""
        created = []
        for n in range(count):
            body = {"name": f"Meter {len(self.devices) + n}", "max_hourly_consumption_kwh": limit, **more}
            created.append((await self.http.post("/devices", json=body)).raise_for_status().json()["id"])
        self.devices += created
        for device in created[-1:]:
            while (await self.http.get(f"/monitoring/devices/{device}/summary")).status_code != 200:
                await asyncio.sleep(0.01)
        return created

    def database(self, name: str = "monitoring") -> str:
        """The URL of a database of the embedded PostgreSQL."""
        postmaster = (self.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        return f"postgresql://postgres@/{name}?host={postmaster[4]}"


@contextlib.asynccontextmanager
async def contor(command: str = "up") -> AsyncIterator[Server]:
    """A new Contor until the block ends: `up` in one process, `cluster` behind Traefik."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        settings = {
            "CONTOR_DATA_DIR": folder,
            "CONTOR_PORT": str(port),
            "CONTOR_ADMIN_USERNAME": "bench",
            "CONTOR_ADMIN_PASSWORD": PASSWORD,
        }
        process = subprocess.Popen([sys.executable, "-m", "contor", command], env={**os.environ, **settings})
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
                server = Server(port, Path(folder), process, http)
                await _wait_until_ready(server)
                await server.sign_in()
                yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


async def _wait_until_ready(server: Server) -> None:
    while True:
        try:
            if (await server.http.get("/monitoring/ready")).status_code == 200:
                return
        except httpx.TransportError:
            if server.process.poll() is not None:
                raise
        await asyncio.sleep(0.1)
