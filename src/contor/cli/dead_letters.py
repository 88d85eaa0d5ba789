"""`contor dead-letters`: messages that a subscriber failed to handle."""

from typing import Annotated

import typer

from contor.cli.console import command, fail, out
from contor.kernel.bus import DeadLetter
from contor.kernel.service import Service
from contor.kernel.settings import Settings
from contor.runtime.composition import connect, database_server, load, make_bus

commands = typer.Typer(help="List or replay messages that a subscriber failed to handle.", no_args_is_help=True)
BODY_CHARACTERS = 2000


@commands.command(name="list")
@command
async def list_all(settings: Settings) -> None:
    """List every dead letter: subscriber, time, message, error."""
    found = await dead_letters(settings)
    for letter in found:
        out.print(f"[bold]{letter.subscriber}[/]  {letter.died_at:%Y-%m-%d %H:%M:%S}  {letter.envelope.key}")
        out.print(f"  {letter.error}", markup=False)
        out.print(f"  {letter.envelope.body.decode(errors='replace')[:BODY_CHARACTERS]}", markup=False)
    out.print(f"{len(found)} dead letters")


@commands.command(name="replay")
@command
async def replay_all(
    settings: Settings,
    subscriber: Annotated[str, typer.Argument(help="A service, or a work queue: sensor_data.")],
) -> None:
    """Deliver a subscriber's dead letters again. Stop an embedded Contor first."""
    if subscriber not in subscribers():
        fail(f"unknown subscriber: {subscriber}. Known subscribers: {', '.join(subscribers())}")
    out.print(f"replayed: {await replay(settings, subscriber)}")


def subscribers() -> dict[str, Service]:
    """Everything that can have dead letters, by name: services with consumers, and work queues."""
    services = load()
    consuming = {s.name: s for s in services if any(not consumer.every_replica for consumer in s.consumers)}
    return consuming | {queue.name: service for service in services for queue in service.queues}


async def dead_letters(settings: Settings) -> list[DeadLetter]:
    """The dead letters of every subscriber; Contor may be running."""
    bus = make_bus(settings)
    return [letter for subscriber in subscribers() for letter in await bus.dead_letters(subscriber)]


async def replay(settings: Settings, subscriber: str) -> int:
    """Deliver the dead letters of a subscriber again; returns how many were handled."""
    service = subscribers()[subscriber]
    async with (
        database_server(settings) as server_url,
        connect(settings, [service], server_url) as (bus, contexts),
        service.lifespan(contexts[service]),
    ):
        return await bus.replay(subscriber)
