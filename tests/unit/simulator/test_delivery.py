"""Readings put on the queue instead of posted."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus.memory import MemoryBus
from contor.simulator import Choice, Client, FaultRates, Habits, Plan, QueueDelivery, SimulatorError, run
from contor.simulator.client import RETRY
from tests.unit.simulator.fake_contor import FakeContor, usable

NOW = int(time.time())


class Received:
    """What arrives at the other end of the queue; `away` deliveries fail first."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.away = 0

    async def take(self, bodies: Sequence[bytes]) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError("the broker is away")
        self.bodies += bodies

    @property
    def readings(self) -> list[Any]:
        return [json.loads(body) for body in self.bodies]


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
async def bus(received: Received) -> AsyncIterator[MemoryBus]:
    bus = MemoryBus(initial_backoff=0.0)
    bus.consume(SENSOR_DATA, received.take)
    await bus.start()
    yield bus
    await bus.stop()


async def test_a_meter_named_by_id_needs_no_server(bus: MemoryBus, received: Received) -> None:
    device = str(uuid4())
    plan = Plan(choices=(Choice(device.upper(), Habits()),), since=NOW - 86_400, once=True)
    tally = await run(plan, None, delivery=QueueDelivery(bus.send))
    assert len(received.bodies) == tally.sent == tally.queued in (144, 145)
    assert {reading["device_id"] for reading in received.readings} == {device}
    assert all(set(reading) == {"timestamp", "device_id", "measurement_value"} for reading in received.readings)
    assert tally.line() == f"{tally.sent} sent: {tally.sent} confirmed by the broker"
    assert tally.short() == f"{tally.sent} sent to the queue"


async def test_with_a_broker_the_server_names_the_meters_and_gets_no_readings(
    contor: FakeContor, client: Client, bus: MemoryBus, received: Received
) -> None:
    devices = {contor.add_device(name) for name in ("Flat", "House")}
    await run(Plan(everything=True, since=NOW - 7200, once=True), client, delivery=QueueDelivery(bus.send))
    assert {reading["device_id"] for reading in received.readings} == devices
    assert contor.stored == {}


async def test_garbage_is_sent_unencoded(bus: MemoryBus, received: Received) -> None:
    faults = FaultRates(duplicates=0.1, late=0.2, out_of_order=0.2, garbage=0.1)
    plan = Plan(choices=(Choice(str(uuid4()), Habits()),), since=NOW - 10 * 86_400, once=True, faults=faults)
    await run(plan, None, delivery=QueueDelivery(bus.send))
    bare = [body for body in received.bodies if body.startswith(b"#")]
    rest = [json.loads(body) for body in received.bodies if not body.startswith(b"#")]
    assert bare
    assert len({item["timestamp"] for item in rest if usable(item)}) in (1440, 1441)
    assert any(not usable(item) for item in rest)


async def test_sending_is_retried_while_the_broker_is_unreachable(bus: MemoryBus, received: Received) -> None:
    delays: list[float] = []
    warnings: list[str] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    retry = replace(RETRY, sleep=sleep, random=lambda: 1.0)
    received.away = 12  # the bus in one process tries five times a call by itself
    outcome = await QueueDelivery(bus.send, retry=retry, warn=warnings.append).deliver([{"a": 1}])
    assert (outcome.queued, delays, len(warnings)) == (1, [0.5, 1.0], 1)
    received.away = 10_000
    with pytest.raises(SimulatorError, match="the broker does not take readings: the broker is away"):
        await QueueDelivery(bus.send, retry=replace(retry, deadline=5.0)).deliver([{"a": 1}])


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (Plan(choices=(Choice("Flat", Habits()),)), "is not an id"),
        (Plan(everything=True), "need the server"),
        (Plan(choices=(Choice(str(uuid4()), Habits()),), resume=True), "need the server"),
    ],
)
async def test_options_that_need_the_server_need_an_account(bus: MemoryBus, plan: Plan, reason: str) -> None:
    with pytest.raises(SimulatorError, match=reason):
        await run(plan, None, delivery=QueueDelivery(bus.send))


async def test_a_run_needs_a_destination() -> None:
    with pytest.raises(SimulatorError, match="a server or a broker"):
        await run(Plan(everything=True), None)
