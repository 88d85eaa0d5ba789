"""The main loop: read the meters when they are due, apply faults, send."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from contor.simulator.assembly import Assembly
from contor.simulator.client import Client
from contor.simulator.clock import Clock, Schedule
from contor.simulator.delivery import Delivery, HttpDelivery, Tally
from contor.simulator.devices import find_device
from contor.simulator.display import Display, Silent
from contor.simulator.errors import SimulatorError
from contor.simulator.faults import Faults
from contor.simulator.meter import Meter
from contor.simulator.plan import Plan
from contor.simulator.reading import Reading
from contor.simulator.readings_file import read_file
from contor.simulator.sender import Sender

Round = tuple[float, list[Reading]]


async def run(
    plan: Plan, client: Client | None, display: Display | None = None, *, delivery: Delivery | None = None
) -> Tally:
    """Carry out the plan until its end, or until cancelled when it is live.

    Readings go by `delivery`, by default to the client's server. Without a client the plan must name meters by id.
    Raises `SimulatorError` when the server cannot be reached or refuses, or there is nothing to simulate.
    """
    if delivery is None:
        if client is None:
            raise SimulatorError("no destination: give a server or a broker")
        delivery = HttpDelivery(client)
    if client is not None:
        await client.sign_in()
    work = _Run(plan, client, delivery, display or Silent())
    await (work.replay(plan.csv) if plan.csv else work.simulate())
    return work.sender.tally


class _Run:
    def __init__(self, plan: Plan, client: Client | None, delivery: Delivery, display: Display) -> None:
        self.sender = Sender(delivery, batch=plan.batch, rate=plan.rate)
        self._plan = plan
        self._client = client
        self._display = display
        self._faults = Faults(plan.faults, plan.seed)

    async def simulate(self) -> None:
        plan, now = self._plan, int(time.time())
        meters = await Assembly(plan, self._client, now, self._display.warn).meters()
        start = min(meter.last for meter in meters)
        until = min(now, plan.until or now) if plan.once else plan.until
        schedule = Schedule(start, now, plan.coarse, plan.interval, until)
        total = 0 if plan.speed else sum(schedule.past(meter.last) for meter in meters)
        self._display.begin(len(meters), total)
        await self._send(_rounds(meters, schedule), Clock(start=start, speed=plan.speed), meters)

    async def replay(self, path: Path) -> None:
        choice = next(iter(self._plan.choices), None)
        file = read_file(path, await find_device(self._client, choice.device) if choice else None)
        self.sender.tally.file, readings = file, file.readings
        devices = len({reading.device_id for reading in readings})
        self._display.begin(devices, 0 if self._plan.speed else len(readings))
        clock = Clock(start=readings[0].timestamp / 1000, speed=self._plan.speed)
        paced = self._plan.speed is not None
        await self._send(((reading.timestamp / 1000 if paced else 0.0, [reading]) for reading in readings), clock, [])

    async def _send(self, rounds: Iterable[Round], clock: Clock, meters: list[Meter]) -> None:
        waiting: list[Reading] = []
        done, last = 0, 0.0
        try:
            for at, readings in rounds:
                if at > clock.now():
                    await self.sender.send(self._faults.apply(waiting))
                    waiting.clear()
                    self._display.live(last or clock.now(), sum(meter.power_w for meter in meters), self.sender.tally)
                    await clock.wait_until(at)
                waiting += readings
                done, last = done + len(readings), at
                if len(waiting) >= self.sender.batch:
                    await self.sender.send(self._faults.apply(waiting))
                    waiting.clear()
                    self._display.past(done)
            await self.sender.send([*self._faults.apply(waiting), *self._faults.remaining()])
            self._display.past(done)
        finally:
            self._display.end(self.sender.tally, self._faults.counts)


def _rounds(meters: list[Meter], schedule: Schedule) -> Iterator[Round]:
    for at in schedule:
        yield at, [reading for meter in meters if (reading := meter.read(at)) is not None]
