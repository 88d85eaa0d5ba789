"""Faults, each really done to a running cluster. They return when what was hurt is well again."""

import os
import signal
from collections.abc import Sequence
from datetime import datetime

import asyncpg
import httpx

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus import QueueDepth
from contor.kernel.bus.rabbit import topology
from contor.kernel.bus.rabbit.channel import open_channel
from tests.system.audit import audit
from tests.system.deployment import Deployment, Distributed
from tests.system.load import Load
from tests.system.talk import Talk
from tests.system.watcher import Returning
from tests.waiting import until

REPLICA = "monitoring.1"
HEARTBEAT_SECONDS = 60.0
"""The broker gives a consumer up after two missed ones, 15 s each, and looks every few seconds."""
BATCHES_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = 'monitoring' AND wait_event IN ('transactionid', 'tuple')
"""
MESSAGES_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = 'chat' AND wait_event IN ('transactionid', 'tuple')
"""
BATCH_LEFT_OPEN = """
SELECT pid FROM pg_stat_activity
WHERE datname = 'monitoring' AND state = 'idle in transaction' AND now() - state_change > interval '0.3 seconds'
"""


async def replica_killed(contor: Distributed, load: Load) -> None:
    """kill -9 of a monitoring replica in the middle of a batch"""
    pid = await stopped_in_the_middle_of_a_batch(contor, load)
    os.kill(pid, signal.SIGKILL)
    await until(lambda: contor.replicas("monitoring")[REPLICA]["pid"] != pid, seconds=30, what="another process")


async def replica_stopped(contor: Distributed, load: Load) -> None:
    """SIGSTOP of a monitoring replica past the heartbeat"""
    pid = await stopped_in_the_middle_of_a_batch(contor, load)

    async def elsewhere() -> bool:
        return not (await audit(contor, load)).lost

    try:
        await consumed_by(1, contor)
        await until(elsewhere, seconds=60, what="the other replica to take what the stopped one held")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert contor.replicas("monitoring")[REPLICA]["pid"] == pid


async def broker_killed(contor: Distributed, load: Load) -> None:
    """kill -9 of RabbitMQ"""
    pid = contor.broker
    os.kill(pid, signal.SIGKILL)
    await until(lambda: contor.broker not in (0, pid), seconds=30, what="another broker")


async def communication_killed(contor: Distributed, watchers: Sequence[Returning], sockets: int = 200) -> None:
    """kill -9 of a communication replica with 200 sockets"""
    killed, other = contor.replicas("communication").values()
    before = [len(watcher.sockets) for watcher in watchers]
    had = {replica["pid"]: await sockets_open(replica["url"]) for replica in (killed, other)}
    assert had[killed["pid"]] >= sockets
    os.kill(killed["pid"], signal.SIGKILL)

    def come_back() -> int:
        return sum(len(watcher.sockets) > then for watcher, then in zip(watchers, before, strict=True))

    await until(lambda: come_back() >= had[killed["pid"]], seconds=30, what="everybody to come back")
    assert await sockets_open(other["url"]) > had[other["pid"]]


async def chat_killed(contor: Distributed, talk: Talk, speakers: int, name: str = "chat.1") -> None:
    """kill -9 of a chat replica in the middle of storing messages"""
    pid = contor.replicas("chat")[name]["pid"]
    async with contor.database("chat") as holding, contor.database("chat") as looking:

        async def all_wait() -> bool:
            return bool(await looking.fetchval(MESSAGES_WAITING) >= speakers)

        async with holding.transaction():
            await holding.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", talk.conversation)
            # The gateway takes turns: of several who wait, some do so in either replica.
            await until(all_wait, what="everybody's next message in its transaction")
            os.kill(pid, signal.SIGKILL)
    await until(lambda: contor.replicas("chat")[name]["pid"] != pid, seconds=30, what="another process")


async def database_restarted(contor: Distributed, load: Load) -> None:
    """restart of PostgreSQL (fast shutdown)"""
    before = await started_at(contor)
    os.kill(contor.postmaster, signal.SIGINT)
    await restarted(contor, since=before)


async def stopped_in_the_middle_of_a_batch(contor: Distributed, load: Load) -> int:
    """Stop the replica while its transaction is open; returns its process id."""
    pid = int(contor.replicas("monitoring")[REPLICA]["pid"])
    async with contor.database("monitoring") as holding, contor.database("monitoring") as looking:

        async def both_wait() -> bool:
            return bool(await looking.fetchval(BATCHES_WAITING) >= 2)

        async with holding.transaction():
            await holding.execute("SELECT FROM meters WHERE device_id = $1 FOR UPDATE", next(iter(load.devices)))
            # A replica writes on one connection: if two of them wait for this meter, both are in their batch.
            await until(both_wait, seconds=30, what="a batch of each replica")
            os.kill(pid, signal.SIGSTOP)
        await until(lambda: looking.fetchval(BATCH_LEFT_OPEN), what="the batch left open")
    return pid


async def started_at(contor: Deployment) -> datetime:
    async with contor.database("monitoring") as connection:
        moment: datetime = await connection.fetchval("SELECT pg_postmaster_start_time()")
        return moment


async def restarted(contor: Deployment, since: datetime) -> None:
    """Return when PostgreSQL is another one than that of `since`."""

    async def another() -> bool:
        try:
            return await started_at(contor) != since
        except (OSError, asyncpg.PostgresError):
            return False

    await until(another, seconds=60, what="PostgreSQL started again")


async def consumed_by(consumers: int, contor: Distributed) -> None:
    """Return when the broker counts that many consumers of readings."""

    async def counted() -> bool:
        found = await readings_waiting(contor.amqp_url)
        return found is not None and found.consumers == consumers

    await until(counted, seconds=HEARTBEAT_SECONDS, what=f"{consumers} consumers of {SENSOR_DATA}")


async def readings_waiting(amqp_url: str) -> QueueDepth | None:
    """The queue of readings as the broker has it; None while it is away."""
    try:
        async with open_channel(amqp_url, "test") as channel:
            return await topology.depth(channel, SENSOR_DATA)
    except ConnectionError:
        return None


async def sockets_open(replica_url: str) -> int:
    """By the replica's own metrics."""
    async with httpx.AsyncClient(trust_env=False) as http:
        page = (await http.get(f"{replica_url}/metrics")).text
    (line,) = [line for line in page.splitlines() if line.startswith("contor_sockets_open ")]
    return round(float(line.split()[1]))
