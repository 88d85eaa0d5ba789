"""How many readings a second enter through RabbitMQ, beside what clients of the same broker merely fetch.

Messages are put on the queue while nobody consumes it. Then the replicas start, and are timed from the moment at
which each of them has committed something until everything is committed, by their own counters: what is measured is
fetching, decoding, recording and acknowledging, and no start. The readings are ten seconds apart, the meters in turn.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from random import Random

import aio_pika
import asyncpg
import httpx
import msgspec

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.bus.rabbit.sender import QueueSender
from tests.benchmarks.client import percentile
from tests.benchmarks.distributed import Replica, Topology, topology

SINGLES, PACKED, PACK = 200_000, 500_000, 100
TENFOLD = 9 * PACKED
DEVICES = 50
FLEETS = (10, 1_000, 100_000)
START_MS = 1_767_225_600_000  # 2026-01-01
STEP_MS = 10_000
MANY, ACK_EVERY = 10_000, 1_000
BACKGROUND_PER_SECOND, TICK_SECONDS = 1_000, 0.05
PROBES = 200
PROBE_PAUSE = 0.02


def singles(devices: Sequence[str], count: int) -> Iterator[bytes]:
    for n in range(count):
        at_ms = START_MS + n // len(devices) * STEP_MS
        device = devices[n % len(devices)]
        yield b'{"timestamp":%d,"device_id":"%s","measurement_value":0.%03d}' % (at_ms, device.encode(), n % 997)


def packs(devices: Sequence[str], count: int, after: int = 0) -> Iterator[bytes]:
    """Packs of `count` readings; `after` so many that the meters have sent before."""
    for n in range(after // PACK, (after + count) // PACK):
        start = START_MS + n // len(devices) * PACK * STEP_MS
        readings = [{"timestamp": start + k * STEP_MS, "measurement_value": k / 1000} for k in range(PACK)]
        yield json.dumps({"device_id": devices[n % len(devices)], "readings": readings}).encode()


async def drained(machines: Topology, bodies: Iterator[bytes], readings: int, replicas: int) -> tuple[float, str]:
    """(readings/s, what it took) of so many replicas on a full queue."""
    await asyncio.to_thread(machines.publish, bodies)
    async with machines.replicas(replicas) as running, httpx.AsyncClient() as http:
        while not all(counts := [await replica.readings(http) for replica in running]):
            await asyncio.sleep(0.02)
        started, before = time.perf_counter(), sum(counts)
        busy = sum(replica.busy_seconds for replica in running)
        while sum([await replica.readings(http) for replica in running]) < readings:
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - started
        busy = sum(replica.busy_seconds for replica in running) - busy
        used = f"{busy / (readings - before) * 1e6:.0f} µs of a core each; {memory(machines, running)}"
        return (readings - before) / seconds, used


def memory(machines: Topology, running: Sequence[Replica]) -> str:
    each = " ".join(f"{machines.resident_mb(replica.process.pid):.0f}" for replica in running)
    broker, database = machines.resident_mb(machines.rabbit.pid), machines.resident_mb(machines.postgres.pid)
    return f"replicas {each} MB, broker {broker:.0f} MB, PostgreSQL {database:.0f} MB"


async def fetched_by_aio_pika(machines: Topology, count: int) -> float:
    """Messages/s that aio-pika fetches, decodes and acknowledges a thousand at a time."""
    connection = await aio_pika.connect(machines.rabbit.url)
    channel = await connection.channel()
    await channel.set_qos(MANY)
    queue = await channel.get_queue(SENSOR_DATA)
    done = asyncio.get_running_loop().create_future()
    seen = 0

    async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        nonlocal seen
        msgspec.json.decode(message.body)
        seen += 1
        if seen % ACK_EVERY == 0:
            await message.ack(multiple=True)
        if seen == count:
            done.set_result(None)

    started = time.perf_counter()
    await queue.consume(take)
    await done
    rate = count / (time.perf_counter() - started)
    await connection.close()
    return rate


def fetched_by_pika(machines: Topology, count: int) -> float:
    """Messages/s that pika's blocking connection fetches, decodes and acknowledges a thousand at a time."""
    with machines.channel() as channel:
        channel.basic_qos(prefetch_count=MANY)
        started = time.perf_counter()
        for seen, (method, _, body) in enumerate(channel.consume(SENSOR_DATA), 1):
            msgspec.json.decode(body)
            if seen % ACK_EVERY == 0:
                channel.basic_ack(method.delivery_tag, multiple=True)
            if seen == count:
                break
        rate = count / (time.perf_counter() - started)
        channel.cancel()
        return rate


async def latencies(machines: Topology, devices: Sequence[str]) -> list[float]:
    """Milliseconds from sending a reading to finding it stored, while a thousand others a second enter."""
    chance, found = Random(7), list[float]()
    outlet, traffic = QueueSender(machines.rabbit.url, "probe"), QueueSender(machines.rabbit.url, "traffic")
    connection = await asyncpg.connect(machines.database)
    query = "SELECT 1 FROM readings JOIN meters ON number = meter WHERE device_id = $1 AND at = $2"
    stop = asyncio.Event()
    entering = asyncio.create_task(_traffic(traffic.send, devices, stop))
    try:
        for n in range(PROBES):
            at_ms, device = int(time.time() * 1000), chance.choice(devices)
            body = {"timestamp": at_ms, "device_id": device, "measurement_value": n / 1000}
            started = time.perf_counter()
            await outlet.send(SENSOR_DATA, [json.dumps(body).encode()])
            while await connection.fetchval(query, device, at_ms) is None:
                await asyncio.sleep(0.001)
            found.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(PROBE_PAUSE)
    finally:
        stop.set()
        await entering
        await connection.close()
        await outlet.close()
        await traffic.close()
    return found


async def _traffic(
    send: Callable[[str, Sequence[bytes]], Awaitable[None]], devices: Sequence[str], stop: asyncio.Event
) -> None:
    n = 0
    while not stop.is_set():
        began = time.perf_counter()
        now_ms, bodies = int(time.time() * 1000) - 3_600_000, []
        for _ in range(int(BACKGROUND_PER_SECOND * TICK_SECONDS)):
            n += 1
            body = {"timestamp": now_ms + n % 7, "device_id": devices[n % len(devices)], "measurement_value": 0.001}
            bodies.append(json.dumps(body).encode())
        await send(SENSOR_DATA, bodies)
        await asyncio.sleep(max(0.0, TICK_SECONDS - (time.perf_counter() - began)))


async def report() -> None:
    """Print every figure of this page. (Reading → frame through Traefik is measured with the whole topology.)"""
    async with topology() as machines:
        devices = await machines.add_meters(DEVICES)
        print(f"\nthrough RabbitMQ; {DEVICES} meters")
        await asyncio.to_thread(machines.publish, singles(devices, SINGLES))
        print(f"  fetched by aio-pika, decoded only  {await fetched_by_aio_pika(machines, SINGLES):12,.0f} messages/s")
        await asyncio.to_thread(machines.publish, singles(devices, SINGLES))
        plain = await asyncio.to_thread(fetched_by_pika, machines, SINGLES)
        print(f"  fetched by pika, decoded only      {plain:12,.0f} messages/s")
        for name, made, count in (("singles", singles, SINGLES), (f"packs of {PACK}", packs, PACKED)):
            for replicas in (1, 2):
                await machines.forget()
                await machines.add_meters(DEVICES)
                rate, used = await drained(machines, made(devices, count), count, replicas)
                print(f"  {name}, {replicas} replica{'s' * (replicas > 1):1} {'':12}{rate:12,.0f} readings/s   {used}")
        await machines.forget()
        await machines.add_meters(DEVICES)
        for stored in (0, TENFOLD):
            if stored:
                await drained(machines, packs(devices, stored - PACKED, PACKED), stored - PACKED, 1)
            rate, used = await drained(machines, packs(devices, PACKED, stored), PACKED, 1)
            print(f"  packs, onto {stored + PACKED:9,} stored {rate:12,.0f} readings/s   {used}")
        for count in FLEETS:
            await machines.forget()
            fleet = await machines.add_meters(count)
            rate, used = await drained(machines, singles(fleet, SINGLES), SINGLES, 1)
            async with machines.replicas(1):
                waited = await latencies(machines, fleet)
            p50, p95 = percentile(waited, 50), percentile(waited, 95)
            print(f"  {count:7,} meters, singles           {rate:12,.0f} readings/s   {used}")
            print(f"  {'':7}         stored after      p50 {p50:.0f} ms, p95 {p95:.0f} ms")


if __name__ == "__main__":
    import uvloop

    uvloop.run(report())
