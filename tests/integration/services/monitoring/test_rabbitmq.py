"""Readings through RabbitMQ: the example of the documentation, and the simulator with invalid messages."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contor.contracts.alerts import HourlyLimitExceeded
from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus.rabbit import RabbitBus
from contor.kernel.clock import now
from contor.kernel.messaging.message import Envelope
from contor.runtime.embedded.rabbitmq import MISSING, PrivateRabbit, installed
from contor.services.monitoring import SERVICE
from tests.doc_examples import meter_over_amqp
from tests.integration.services.monitoring.conftest import ALERT_MESSAGES, Meters
from tests.running import Databases, run_service
from tests.waiting import until

pytestmark = pytest.mark.skipif(not installed(), reason=MISSING)


@pytest.fixture(scope="module")
async def rabbit(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PrivateRabbit]:
    rabbit = PrivateRabbit(tmp_path_factory.mktemp("rabbitmq"))
    async with rabbit.running():
        yield rabbit


@pytest.fixture(scope="module")
async def meters(
    rabbit: PrivateRabbit, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Meters]:
    folder = tmp_path_factory.mktemp("rabbitmq-readings")
    bus = RabbitBus(rabbit.url, initial_backoff=0.01)
    async with run_service(SERVICE, databases, folder, collect=ALERT_MESSAGES, bus=bus) as running:
        yield Meters(running)


async def created(meters: Meters, **changed: Any) -> UUID:
    """A new device; returns when monitoring knows it."""
    device = uuid4()
    await meters.running.bus.publish(Envelope.of(meters.change(device, **changed)))

    async def there() -> bool:
        answer = await meters.running.client.get(
            f"/monitoring/devices/{device}/summary", headers=meters.running.admin()
        )
        return answer.status_code == 200

    await until(there, what="the device")
    return device


async def run(*command: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_the_documented_example_raises_an_alert(meters: Meters, rabbit: PrivateRabbit) -> None:
    device = await created(meters, limit="0.3")
    before = now() - timedelta(seconds=1)
    assert await run("-c", meter_over_amqp(rabbit.url, str(device))) == (0, "", "")
    (alert,) = await until(lambda: meters.alerts(device), what="the alert")
    assert (alert["energy_kwh"], alert["state"]) == (0.35, "active")
    (stored,) = (await meters.request("GET", f"/devices/{device}/readings"))["items"]
    assert before.isoformat()[:19] <= stored["timestamp"][:19] <= now().isoformat()[:19]
    await until(lambda: meters.published_alerts(HourlyLimitExceeded, device), what="the message of the alert")


async def test_the_simulator_needs_no_account_to_publish(meters: Meters, rabbit: PrivateRabbit) -> None:
    device = await created(meters)
    flags = ["--device", str(device), "--since", "2d", "--once", "--faults", "duplicates=0.05,late=0.1,garbage=0.05"]
    status, out, err = await run("-m", "contor.simulator", "--amqp", rabbit.url, *flags)
    assert (status, err) == (0, "")
    assert "confirmed by the broker" in out

    async def everything() -> bool:
        items = await meters.all_pages(f"/devices/{device}/readings", limit=200)
        return sum(map(len, items)) in (288, 289)

    await until(everything, what="every reading that was sent")
    rejected = await meters.request("GET", "/rejected/summary")
    assert {"malformed_json"} < {group["code"] for group in rejected}
    assert await meters.running.bus.dead_letters(SENSOR_DATA) == []


async def test_an_unreachable_broker_is_an_error_of_one_line() -> None:
    status, _, err = await run(
        "-m", "contor.simulator", "--amqp", "amqp://127.0.0.1:9/", "--device", str(uuid4()), "--once"
    )
    assert status == 1
    assert err.startswith("the broker cannot be reached: ")
    assert err.count("\n") == 1
