"""`contor simulate`."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer import Option

from contor.simulator.client import Client
from contor.simulator.config import File
from contor.simulator.delivery import Delivery, QueueDelivery, Send
from contor.simulator.display import Screen, Silent
from contor.simulator.errors import LinesNotStored, SimulatorError
from contor.simulator.faults import FaultRates
from contor.simulator.identity import Password, Token
from contor.simulator.plan import Choice, Habits, PeakRequest, Plan
from contor.simulator.run import run
from contor.simulator.times import parse_duration, parse_instant

_meters = partial(Option, rich_help_panel="Meters")
_time = partial(Option, rich_help_panel="Time")
_consumption = partial(Option, rich_help_panel="Consumption")
_sending = partial(Option, rich_help_panel="Sending")


def simulate(
    url: Annotated[str, Option(envvar="CONTOR_URL", help="Address of the server.")] = "http://127.0.0.1:8000",
    amqp: Annotated[
        str | None,
        Option(
            envvar="CONTOR_SIMULATE_AMQP_URL",
            help="Send to the queue sensor_data of this broker: amqp://user:password@host/. "
            "Devices given by id then need no account.",
        ),
    ] = None,
    username: Annotated[
        str | None, Option(envvar="CONTOR_SIMULATE_USERNAME", help="Account that sends the readings.")
    ] = None,
    password: Annotated[
        str | None, Option(envvar="CONTOR_SIMULATE_PASSWORD", help="Its password; prefer the environment variable.")
    ] = None,
    token: Annotated[
        str | None, Option(envvar="CONTOR_SIMULATE_TOKEN", help="An access token instead of a password.")
    ] = None,
    device: Annotated[list[str] | None, _meters("--device", "-d", help="Id or name; may be repeated.")] = None,
    owner: Annotated[str | None, _meters(help="All meters of this person: id, username or “me”.")] = None,
    all: Annotated[bool, _meters("--all", help="All meters this account may see.")] = False,
    config: Annotated[
        Path | None, _meters(help="TOML or JSON file with meters and defaults; flags override its defaults.")
    ] = None,
    csv: Annotated[
        Path | None,
        _meters(
            help="Send the readings of a file: timestamp,value or start,end,energy_kwh,limit_kwh,quality, a download "
            "of Contor (each with one --device), or timestamp,device_id,value."
        ),
    ] = None,
    interval: Annotated[
        str | None, _time(help="Time between two readings of a meter: 10s, 1m, 10m (the default).")
    ] = None,
    backfill_interval: Annotated[
        str | None, _time(help="Interval of past readings; default: --interval, at least 10m.")
    ] = None,
    since: Annotated[str | None, _time(help="Start in the past: 30d, a date, or ISO 8601 with offset.")] = None,
    until: Annotated[str | None, _time(help="Stop at this time, in the same form as --since.")] = None,
    once: Annotated[bool, _time("--once", help="Stop at the present.")] = False,
    resume: Annotated[bool, _time("--resume", help="Continue after each meter's last reading.")] = False,
    speed: Annotated[
        float | None, _time(help="Replay the past at this multiple of real time; default: as fast as possible.")
    ] = None,
    annual_kwh: Annotated[
        float | None, _consumption(help="kWh a year; default: between 2,000 and 4,500, by meter.")
    ] = None,
    profile: Annotated[str | None, _consumption(help="household (default), business, farm, solar, storage.")] = None,
    country: Annotated[str | None, _consumption(help="Country of the public holidays: RO (default), DE, …")] = None,
    seed: Annotated[int | None, _consumption(help="The same seed gives the same readings; default 1.")] = None,
    peaks: Annotated[float | None, _consumption(help="Probability that an hour passes the meter's limit.")] = None,
    peak_soon: Annotated[
        str | None, _consumption(help="One meter passes its limit within this time, such as 90s.")
    ] = None,
    peak_device: Annotated[
        str | None, _consumption(help="Meter (id or name) for --peak-soon; default: the first with a limit.")
    ] = None,
    faults: Annotated[
        str | None,
        _sending(
            help="Probabilities, separated by commas: duplicates=0.01, late=0.02, out_of_order=0.01, "
            "gaps=0.001, garbage=0.001."
        ),
    ] = None,
    batch: Annotated[int, _sending(help="Readings per request or confirmation, at most 10,000.")] = 500,
    rate: Annotated[float | None, _sending(help="At most this many readings a second.")] = None,
    quiet: Annotated[bool, _sending("--quiet", help="Print errors only.")] = False,
) -> None:
    """Simulate meters: send past readings as fast as possible, then continue live. The devices must exist.

    Exit codes: 0 all was sent, with --csv all was stored; 1 an error; 2 wrong options; 3 lines of the --csv file were
    unreadable or rejected, the others are stored.
    """
    flags = dict(locals())
    try:
        _start(_plan(flags), url, _credentials(username, password, token, needed=amqp is None), amqp, quiet)
    except SimulatorError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(3 if isinstance(error, LinesNotStored) else 1) from error


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
            tally = await run(plan, client, display, delivery=delivery)
            if (loss := tally.loss()) is not None:
                raise LinesNotStored(f"{plan.csv}: {loss}")

    try:
        asyncio.run(main())
    except (KeyboardInterrupt, asyncio.CancelledError) as error:
        # They end a live run normally; the summary is already printed.
        if plan.csv:
            raise SimulatorError(f"{plan.csv}: stopped before its end; the same command sends the rest") from error


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


def _plan(flags: dict[str, Any]) -> Plan:
    """The plan from flags and configuration file. Precedence: the meter's own entry, the flag, the file."""
    file = File.read(flags["config"]) if flags["config"] else File()
    given = {name: value for name, value in flags.items() if value not in (None, "")}
    common = file.model_copy(update={name: given[name] for name in File.model_fields.keys() & given})
    habits, now = Habits(**common.habits()), time.time()
    choices = [Choice(name, habits) for name in flags["device"] or ()]
    choices += [Choice(entry.device, Habits(**common.habits() | entry.habits())) for entry in file.meters]
    return Plan(
        choices=tuple(choices),
        owner=common.owner,
        everything=flags["all"],
        habits=habits,
        interval=parse_duration(common.interval or "10m"),
        backfill_interval=parse_duration(common.backfill_interval) if common.backfill_interval else None,
        since=parse_instant(common.since, now) if common.since else None,
        until=parse_instant(flags["until"], now) if flags["until"] else None,
        seed=1 if common.seed is None else common.seed,
        peak_soon=_peak_soon(flags["peak_soon"], flags["peak_device"]),
        faults=FaultRates.parse(common.faults_text()),
        **{name: flags[name] for name in ("csv", "speed", "once", "resume", "batch", "rate")},
    )


def _peak_soon(within: str | None, device: str | None) -> PeakRequest | None:
    return PeakRequest(within_s=parse_duration(within), device=device) if within else None
