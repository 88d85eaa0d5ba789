"""Faults that are injected into a running cluster. Each function returns after the recovery."""

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
from tests.system.chat_load import ChatLoad
from tests.system.deployment import Deployment, Distributed
from tests.system.reading_load import ReadingLoad
from tests.system.reconnecting_clients import ReconnectingClient
from tests.system.stored_state import read_stored_state
from tests.waiting import until

REPLICA = "monitoring.1"
HEARTBEAT_SECONDS = 60.0
"""The broker closes a consumer's connection after two missed heartbeats of 15 s."""
WAITING_BATCHES = """
SELECT count(*) FROM pg_stat_activity WHERE datname = 'monitoring' AND wait_event IN ('transactionid', 'tuple')
"""
WAITING_MESSAGES = """
SELECT count(*) FROM pg_stat_activity WHERE datname = 'chat' AND wait_event IN ('transactionid', 'tuple')
"""
OPEN_BATCH = """
SELECT pid FROM pg_stat_activity
WHERE datname = 'monitoring' AND state = 'idle in transaction' AND now() - state_change > interval '0.3 seconds'
"""


async def kill_replica(contor: Distributed, load: ReadingLoad) -> None:
    """kill -9 of a monitoring replica during a batch"""
    pid = await pause_replica_in_batch(contor, load)
    os.kill(pid, signal.SIGKILL)
    await until(lambda: contor.replicas("monitoring")[REPLICA]["pid"] != pid, seconds=30, what="the restarted process")


async def pause_replica(contor: Distributed, load: ReadingLoad) -> None:
    """SIGSTOP of a monitoring replica beyond the heartbeat timeout"""
    pid = await pause_replica_in_batch(contor, load)

    async def all_stored() -> bool:
        return not (await read_stored_state(contor, load)).lost

    try:
        await wait_for_consumers(contor, 1)
        await until(all_stored, seconds=60, what="the other replica to store the batch of the paused one")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert contor.replicas("monitoring")[REPLICA]["pid"] == pid


async def kill_broker(contor: Distributed, load: ReadingLoad) -> None:
    """kill -9 of RabbitMQ"""
    pid = contor.broker_pid
    os.kill(pid, signal.SIGKILL)
    await until(lambda: contor.broker_pid not in (0, pid), seconds=30, what="the restarted broker")


async def kill_communication(contor: Distributed, clients: Sequence[ReconnectingClient], sockets: int = 200) -> None:
    """kill -9 of a communication replica with 200 sockets"""
    killed, other = contor.replicas("communication").values()
    before = [len(client.sockets) for client in clients]
    had = {replica["pid"]: await count_open_sockets(replica["url"]) for replica in (killed, other)}
    assert had[killed["pid"]] >= sockets
    os.kill(killed["pid"], signal.SIGKILL)

    def reconnected() -> int:
        return sum(len(client.sockets) > count for client, count in zip(clients, before, strict=True))

    await until(lambda: reconnected() >= had[killed["pid"]], seconds=30, what="all clients reconnected")
    assert await count_open_sockets(other["url"]) > had[other["pid"]]


async def kill_chat(contor: Distributed, chat: ChatLoad, speakers: int, name: str = "chat.1") -> None:
    """kill -9 of a chat replica while it stores messages"""
    pid = contor.replicas("chat")[name]["pid"]
    async with contor.database("chat") as locking, contor.database("chat") as observing:

        async def all_blocked() -> bool:
            return bool(await observing.fetchval(WAITING_MESSAGES) >= speakers)

        async with locking.transaction():
            await locking.execute("SELECT FROM conversations WHERE id = $1 FOR UPDATE", chat.conversation)
            # The gateway alternates between the replicas, so both have requests that wait for the lock.
            await until(all_blocked, what="a message of every speaker in its transaction")
            os.kill(pid, signal.SIGKILL)
    await until(lambda: contor.replicas("chat")[name]["pid"] != pid, seconds=30, what="the restarted process")


async def restart_postgres(contor: Distributed, load: ReadingLoad) -> None:
    """restart of PostgreSQL (fast shutdown)"""
    before = await postgres_started_at(contor)
    os.kill(contor.postmaster_pid, signal.SIGINT)
    await wait_for_restart(contor, since=before)


async def pause_replica_in_batch(contor: Distributed, load: ReadingLoad) -> int:
    """Pause the replica by SIGSTOP while its transaction is open; returns its process id."""
    pid = int(contor.replicas("monitoring")[REPLICA]["pid"])
    async with contor.database("monitoring") as locking, contor.database("monitoring") as observing:

        async def both_blocked() -> bool:
            return bool(await observing.fetchval(WAITING_BATCHES) >= 2)

        async with locking.transaction():
            await locking.execute("SELECT FROM meters WHERE device_id = $1 FOR UPDATE", next(iter(load.devices)))
            # A replica writes through one connection, so two waiting connections are one batch of each replica.
            await until(both_blocked, seconds=30, what="a batch of each replica")
            os.kill(pid, signal.SIGSTOP)
        await until(lambda: observing.fetchval(OPEN_BATCH), what="the open transaction of the paused replica")
    return pid


async def postgres_started_at(contor: Deployment) -> datetime:
    async with contor.database("monitoring") as connection:
        started: datetime = await connection.fetchval("SELECT pg_postmaster_start_time()")
        return started


async def wait_for_restart(contor: Deployment, since: datetime) -> None:
    """Return when PostgreSQL has started again; `since`: its previous start time."""

    async def has_restarted() -> bool:
        try:
            return await postgres_started_at(contor) != since
        except (OSError, asyncpg.PostgresError):
            return False

    await until(has_restarted, seconds=60, what="PostgreSQL started again")


async def wait_for_consumers(contor: Distributed, consumers: int) -> None:
    """Return when the queue of readings has this number of consumers."""

    async def has_consumers() -> bool:
        found = await readings_queue(contor.amqp_url)
        return found is not None and found.consumers == consumers

    await until(has_consumers, seconds=HEARTBEAT_SECONDS, what=f"{consumers} consumers of {SENSOR_DATA}")


async def readings_queue(amqp_url: str) -> QueueDepth | None:
    """The depth of the queue of readings; None if the broker cannot be reached."""
    try:
        async with open_channel(amqp_url, "test") as channel:
            return await topology.depth(channel, SENSOR_DATA)
    except ConnectionError:
        return None


async def count_open_sockets(replica_url: str) -> int:
    """The number of open sockets in the replica's metrics."""
    async with httpx.AsyncClient(trust_env=False) as http:
        page = (await http.get(f"{replica_url}/metrics")).text
    (line,) = [line for line in page.splitlines() if line.startswith("contor_sockets_open ")]
    return round(float(line.split()[1]))
