"""`contor simulate`."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from typing import Any

import typer
from rich.console import Console

from contor.simulator import options
from contor.simulator.client import Client
from contor.simulator.config import File, HabitsEntry
from contor.simulator.delivery import Delivery, QueueDelivery, Send
from contor.simulator.display import Screen, Silent
from contor.simulator.errors import SimulatorError
from contor.simulator.faults import FaultRates
from contor.simulator.identity import Password, Token
from contor.simulator.plan import Choice, Habits, PeakRequest, Plan
from contor.simulator.run import run
from contor.simulator.times import parse_duration, parse_instant


def simulate(
    url: options.Url = "http://127.0.0.1:8000",
    amqp: options.Amqp = None,
    username: options.Username = None,
    password: options.Password = None,
    token: options.Token = None,
    device: options.Devices = None,
    owner: options.Owner = None,
    all: options.All = False,
    config: options.Config = None,
    csv: options.Csv = None,
    interval: options.Interval = None,
    backfill_interval: options.BackfillInterval = None,
    since: options.Since = None,
    until: options.Until = None,
    once: options.Once = False,
    resume: options.Resume = False,
    speed: options.Speed = None,
    annual_kwh: options.AnnualKwh = None,
    profile: options.Profile = None,
    country: options.Country = None,
    seed: options.Seed = None,
    peaks: options.Peaks = None,
    peak_soon: options.PeakSoon = None,
    peak_device: options.PeakDevice = None,
    faults: options.Faults = None,
    batch: options.Batch = 500,
    rate: options.Rate = None,
    quiet: options.Quiet = False,
) -> None:
    """Simulate meters: send past readings as fast as possible, then continue live. The devices must exist."""
    given = dict(locals())
    try:
        _start(_plan(given), url, _credentials(username, password, token, needed=amqp is None), amqp, quiet)
    except SimulatorError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from error


def _start(plan: Plan, url: str, credentials: Password | Token | None, amqp: str | None, quiet: bool) -> None:
    async def main() -> None:
        task = asyncio.current_task()
        if task:
            with contextlib.suppress(NotImplementedError):  # Windows has no such signal
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        display = Silent() if quiet else Screen(Console())
        async with contextlib.AsyncExitStack() as stack:
            client: Client | None = None
            delivery: Delivery | None = None
            if credentials is not None:
                client = await stack.enter_async_context(Client(url, credentials, warn=display.warn))
            if amqp is not None:
                send = await stack.enter_async_context(_broker(amqp))
                delivery = QueueDelivery(send, warn=display.warn)
            await run(plan, client, display, delivery=delivery)

    # Ctrl-C and SIGTERM end a live run normally; the summary is already printed.
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        asyncio.run(main())


@contextlib.asynccontextmanager
async def _broker(url: str) -> AsyncIterator[Send]:
    """Connect without retries: at the start a wrong address is likelier than an outage."""
    from contor.kernel.bus.rabbit.sender import QueueSender  # slow to import, needed by few runs

    sender = QueueSender(url, "simulator")
    try:
        await sender.connect()
    except OSError as error:
        raise SimulatorError(f"the broker cannot be reached: {error}") from error
    try:
        yield sender.send
    finally:
        await sender.close()


def _credentials(
    username: str | None, password: str | None, token: str | None, *, needed: bool
) -> Password | Token | None:
    if token:
        return Token(token)
    if username and password:
        return Password(username, password)
    if not needed:
        return None
    raise SimulatorError(
        "no account: give --username and --password, or CONTOR_SIMULATE_USERNAME and CONTOR_SIMULATE_PASSWORD"
    )


def _plan(given: dict[str, Any]) -> Plan:
    """The plan from flags and configuration file. Precedence: the meter's own entry, the flag, the file."""
    file = File.read(given["config"]) if given["config"] else File()
    flags = {name: given[name] for name in HabitsEntry.model_fields}
    common = HabitsEntry.model_validate(flags).over(file)
    choices = [Choice(name, _habits(common)) for name in given["device"] or ()]
    choices += [Choice(entry.device, _habits(entry.over(common))) for entry in file.meters]
    backfill = given["backfill_interval"] or file.backfill_interval
    since, now = given["since"] or file.since, time.time()
    return Plan(
        choices=tuple(choices),
        owner=given["owner"] or file.owner,
        everything=given["all"],
        csv=given["csv"],
        habits=_habits(common),
        interval=parse_duration(given["interval"] or file.interval or "10m"),
        backfill_interval=parse_duration(backfill) if backfill else None,
        speed=given["speed"],
        since=parse_instant(since, now) if since else None,
        until=parse_instant(given["until"], now) if given["until"] else None,
        once=given["once"],
        resume=given["resume"],
        seed=next((seed for seed in (given["seed"], file.seed) if seed is not None), 1),
        peak_soon=_peak_soon(given["peak_soon"], given["peak_device"]),
        faults=FaultRates.parse(given["faults"] or file.faults_text() or ""),
        batch=given["batch"],
        rate=given["rate"],
    )


def _habits(entry: HabitsEntry) -> Habits:
    return Habits(**entry.model_dump(include=set(HabitsEntry.model_fields), exclude_none=True))


def _peak_soon(within: str | None, device: str | None) -> PeakRequest | None:
    return PeakRequest(within_s=parse_duration(within), device=device) if within else None
