"""`contor demo`: a household with history, created over the public interface, then simulated live."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import httpx

from contor.cli.console import address, command, out
from contor.kernel.settings import Settings
from contor.runtime.composition import EVERYTHING
from contor.runtime.server import serve

HISTORY = "60d"
ALERT_WITHIN = "60s"


class Meter(NamedTuple):
    name: str
    description: str
    address: str
    max_hourly_consumption_kwh: float


METERS = (
    Meter("Apartment 12", "The whole apartment", "Strada Memorandumului 28, Cluj-Napoca", 2.0),
    Meter("Workshop", "Garage and workshop", "Calea Turzii 180, Cluj-Napoca", 2.5),
    Meter("Summer house", "Heat pump and pool", "Sat Someșu Rece 44, Gilău", 2.5),
)


@command
async def demo(settings: Settings) -> None:
    """Run everything with a household, two months of its history, and live simulated readings."""
    people = credentials(settings.data_dir)
    os.environ["CONTOR_ADMIN_USERNAME"] = people.admin
    os.environ["CONTOR_ADMIN_PASSWORD"] = people.admin_password

    @contextlib.asynccontextmanager
    async def demonstrated() -> AsyncIterator[None]:
        async with demonstration(address(settings), people) as peak:
            _print_sign_in(settings, people, peak)
            yield

    await serve(settings, EVERYTHING, demonstrated)


def _print_sign_in(settings: Settings, people: "Credentials", peak: str | None) -> None:
    out.print(f"\nContor is ready at [bold]{address(settings)}[/]  (Ctrl-C stops it)\n")
    out.print(f"  administrator  [bold]{people.admin}[/]  password  [bold]{people.admin_password}[/]")
    out.print(f"  client         [bold]{people.client}[/]  password  [bold]{people.client_password}[/]\n")
    if peak:
        out.print(f"  “{peak}” passes its hourly limit within two minutes: watch the client's page.\n")
    else:
        out.print("  All of the client's meters have passed their limit in this hour: see the alerts.\n")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who can sign in to the demo: generated once for each data folder, since there is no default password."""

    admin: str
    admin_password: str
    client: str
    client_password: str


def credentials(folder: Path) -> Credentials:
    """The stored credentials, or new ones; an administrator named in the environment is used as given."""
    file = folder / "demo.json"
    if file.exists():
        return Credentials(**json.loads(file.read_text()))
    made = Credentials(
        os.environ.get("CONTOR_ADMIN_USERNAME", "admin"),
        os.environ.get("CONTOR_ADMIN_PASSWORD") or secrets.token_urlsafe(9),
        "ana",
        secrets.token_urlsafe(9),
    )
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        json.dump(asdict(made), opened)
    return made


@contextlib.asynccontextmanager
async def demonstration(url: str, people: Credentials) -> AsyncIterator[str | None]:
    """Create what is missing, then simulate in a separate process until the block ends.

    Yields the name of the meter that will pass its limit within two minutes; None when all have in this hour.
    """
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        await _sign_in(http, people)
        below = await _meter_below_limit(http, await _meters(http, await _client(http, people)))
    simulator = _simulate(url, people, below)
    try:
        yield below
    finally:
        simulator.send_signal(signal.SIGTERM)
        await asyncio.to_thread(simulator.wait, 20)


async def _sign_in(http: httpx.AsyncClient, people: Credentials) -> None:
    body = {"username": people.admin, "password": people.admin_password}
    answer = (await http.post("/auth/login", json=body)).raise_for_status().json()
    http.headers["Authorization"] = f"Bearer {answer['access_token']}"


async def _client(http: httpx.AsyncClient, people: Credentials) -> str:
    found = (await http.get("/users", params={"q": people.client})).raise_for_status().json()["items"]
    for person in found:
        if person["username"] == people.client:
            return str(person["id"])
    body = {
        "username": people.client,
        "password": people.client_password,
        "role": "client",
        "full_name": "Ana Ionescu",
        "email": "ana@example.com",
    }
    return str((await http.post("/users", json=body)).raise_for_status().json()["id"])


async def _meters(http: httpx.AsyncClient, owner_id: str) -> dict[str, str]:
    """Ids by name."""
    existing = (await http.get("/devices", params={"owner_id": owner_id})).raise_for_status().json()["items"]
    ids = {str(device["name"]): str(device["id"]) for device in existing}
    for meter in METERS:
        if meter.name not in ids:
            body = meter._asdict() | {"owner_id": owner_id}
            ids[meter.name] = str((await http.post("/devices", json=body)).raise_for_status().json()["id"])
    return ids


async def _meter_below_limit(http: httpx.AsyncClient, ids: dict[str, str]) -> str | None:
    """The first meter that has not passed its limit in the running hour: an hour raises one alert only."""
    for meter in METERS:
        answer = await http.get(f"/monitoring/devices/{ids[meter.name]}/summary")
        if answer.status_code == httpx.codes.NOT_FOUND:  # monitoring has not received the new meter yet
            return meter.name
        if answer.raise_for_status().json()["over_limit_since"] is None:
            return meter.name
    return None


def _simulate(url: str, people: Credentials, peak: str | None) -> subprocess.Popen[bytes]:
    options = ["--url", url, "--all", "--since", HISTORY, "--resume", "--interval", "10s", "--peaks", "0.002"]
    options += ["--batch", "2000", "--quiet"]
    options += ["--peak-soon", ALERT_WITHIN, "--peak-device", peak] if peak else []
    sign_in = {"CONTOR_SIMULATE_USERNAME": people.admin, "CONTOR_SIMULATE_PASSWORD": people.admin_password}
    command = [sys.executable, "-m", "contor.simulator", *options]
    # A session of its own: Ctrl-C in the terminal reaches Contor only, which then stops the simulator.
    return subprocess.Popen(command, env={**os.environ, **sign_in}, start_new_session=True)  # noqa: S603
