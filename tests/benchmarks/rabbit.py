"""Readings per second through RabbitMQ, compared with clients that only fetch and decode.

The queue is filled before the replicas start. The measurement begins when every replica has committed a batch and ends
when all readings are committed, by the replicas' own counters. So it contains fetching, decoding, storing and
acknowledging, but not the start. Readings are ten seconds apart, meters alternate.
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
from tests.benchmarks.load_generator import percentile
from tests.benchmarks.monitoring_cluster import MonitoringCluster, Replica, monitoring_cluster

SINGLES, PACKED, PACK = 200_000, 500_000, 100
STORED_BEFORE = 9 * PACKED
DEVICES = 50
METER_COUNTS = (10, 1_000, 100_000)
START_MS = 1_767_225_600_000  # 2026-01-01
STEP_MS = 10_000
PREFETCH, ACK_EVERY = 10_000, 1_000
BACKGROUND_PER_SECOND, TICK_SECONDS = 1_000, 0.05
PROBES = 200
PROBE_PAUSE_SECONDS = 0.02


def singles(devices: Sequence[str], count: int) -> Iterator[bytes]:
    for n in range(count):
        at_ms = START_MS + n // len(devices) * STEP_MS
        device = devices[n % len(devices)]
        yield b'{"timestamp":%d,"device_id":"%s","measurement_value":0.%03d}' % (at_ms, device.encode(), n % 997)


def packs(devices: Sequence[str], count: int, after: int = 0) -> Iterator[bytes]:
    """Messages of `PACK` readings each, `count` readings in total; `after`: readings that were sent before."""
    for n in range(after // PACK, (after + count) // PACK):
        start = START_MS + n // len(devices) * PACK * STEP_MS
        readings = [{"timestamp": start + k * STEP_MS, "measurement_value": k / 1000} for k in range(PACK)]
        yield json.dumps({"device_id": devices[n % len(devices)], "readings": readings}).encode()


async def measure_drain(
    cluster: MonitoringCluster, bodies: Iterator[bytes], readings: int, replicas: int
) -> tuple[float, str]:
    """Drain a full queue by this number of replicas; returns readings/s and a text on CPU and memory."""
    await asyncio.to_thread(cluster.publish, bodies)
    async with cluster.replicas(replicas) as running, httpx.AsyncClient() as http:
        while not all(counts := [await replica.readings(http) for replica in running]):
            await asyncio.sleep(0.02)
        started, before = time.perf_counter(), sum(counts)
        cpu = sum(replica.cpu_seconds for replica in running)
        while sum([await replica.readings(http) for replica in running]) < readings:
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - started
        cpu = sum(replica.cpu_seconds for replica in running) - cpu
        used = f"{cpu / (readings - before) * 1e6:.0f} µs of CPU per reading; {memory(cluster, running)}"
        return (readings - before) / seconds, used


def memory(cluster: MonitoringCluster, running: Sequence[Replica]) -> str:
    each = " ".join(f"{cluster.resident_mb(replica.process.pid):.0f}" for replica in running)
    broker, database = cluster.resident_mb(cluster.rabbit.pid), cluster.resident_mb(cluster.postgres.pid)
    return f"replicas {each} MB, broker {broker:.0f} MB, PostgreSQL {database:.0f} MB"


async def measure_aio_pika(cluster: MonitoringCluster, count: int) -> float:
    """Messages/s that aio-pika fetches, decodes and acknowledges, a thousand per acknowledgement."""
    connection = await aio_pika.connect(cluster.rabbit.url)
    channel = await connection.channel()
    await channel.set_qos(PREFETCH)
    queue = await channel.get_queue(SENSOR_DATA)
    done = asyncio.get_running_loop().create_future()
    received = 0

    async def on_message(message: aio_pika.abc.AbstractIncomingMessage) -> None:
        nonlocal received
        msgspec.json.decode(message.body)
        received += 1
        if received % ACK_EVERY == 0:
            await message.ack(multiple=True)
        if received == count:
            done.set_result(None)

    started = time.perf_counter()
    await queue.consume(on_message)
    await done
    rate = count / (time.perf_counter() - started)
    await connection.close()
    return rate


def measure_pika(cluster: MonitoringCluster, count: int) -> float:
    """Messages/s that pika's blocking connection fetches, decodes and acknowledges likewise."""
    with cluster.channel() as channel:
        channel.basic_qos(prefetch_count=PREFETCH)
        started = time.perf_counter()
        for received, (method, _, body) in enumerate(channel.consume(SENSOR_DATA), 1):
            msgspec.json.decode(body)
            if received % ACK_EVERY == 0:
                channel.basic_ack(method.delivery_tag, multiple=True)
            if received == count:
                break
        rate = count / (time.perf_counter() - started)
        channel.cancel()
        return rate


async def latencies(cluster: MonitoringCluster, devices: Sequence[str]) -> list[float]:
    """Milliseconds from publishing a reading until it is stored, under a load of other readings."""
    rng, durations = Random(7), list[float]()
    publisher, traffic = QueueSender(cluster.rabbit.url, "probe"), QueueSender(cluster.rabbit.url, "traffic")
    connection = await asyncpg.connect(cluster.database)
    query = """SELECT 1 FROM readings JOIN channels AS c ON c.number = channel JOIN meters AS m ON m.number = c.meter
        WHERE device_id = $1 AND at = $2"""
    stop = asyncio.Event()
    publishing = asyncio.create_task(_traffic(traffic.send, devices, stop))
    try:
        for n in range(PROBES):
            at_ms, device = int(time.time() * 1000), rng.choice(devices)
            body = {"timestamp": at_ms, "device_id": device, "measurement_value": n / 1000}
            started = time.perf_counter()
            await publisher.send(SENSOR_DATA, [json.dumps(body).encode()])
            while await connection.fetchval(query, device, at_ms) is None:
                await asyncio.sleep(0.001)
            durations.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(PROBE_PAUSE_SECONDS)
    finally:
        stop.set()
        await publishing
        await connection.close()
        await publisher.close()
        await traffic.close()
    return durations


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
    """Print every figure. The latency from a reading to its frame is in `gateway`."""
    async with monitoring_cluster() as cluster:
        devices = await cluster.add_meters(DEVICES)
        print(f"\nthrough RabbitMQ; {DEVICES} meters")
        await asyncio.to_thread(cluster.publish, singles(devices, SINGLES))
        print(f"  fetched by aio-pika, decoded only  {await measure_aio_pika(cluster, SINGLES):12,.0f} messages/s")
        await asyncio.to_thread(cluster.publish, singles(devices, SINGLES))
        plain = await asyncio.to_thread(measure_pika, cluster, SINGLES)
        print(f"  fetched by pika, decoded only      {plain:12,.0f} messages/s")
        for name, bodies, count in (("singles", singles, SINGLES), (f"packs of {PACK}", packs, PACKED)):
            for replicas in (1, 2):
                await cluster.truncate()
                await cluster.add_meters(DEVICES)
                rate, used = await measure_drain(cluster, bodies(devices, count), count, replicas)
                print(f"  {name}, {replicas} replica{'s' * (replicas > 1):1} {'':12}{rate:12,.0f} readings/s   {used}")
        await cluster.truncate()
        await cluster.add_meters(DEVICES)
        for stored in (0, STORED_BEFORE):
            if stored:
                await measure_drain(cluster, packs(devices, stored - PACKED, PACKED), stored - PACKED, 1)
            rate, used = await measure_drain(cluster, packs(devices, PACKED, stored), PACKED, 1)
            print(f"  packs, onto {stored + PACKED:9,} stored {rate:12,.0f} readings/s   {used}")
        for count in METER_COUNTS:
            await cluster.truncate()
            fleet = await cluster.add_meters(count)
            rate, used = await measure_drain(cluster, singles(fleet, SINGLES), SINGLES, 1)
            async with cluster.replicas(1):
                durations = await latencies(cluster, fleet)
            p50, p95 = percentile(durations, 50), percentile(durations, 95)
            print(f"  {count:7,} meters, singles           {rate:12,.0f} readings/s   {used}")
            print(f"  {'':7}         stored after      p50 {p50:.0f} ms, p95 {p95:.0f} ms")


if __name__ == "__main__":
    import uvloop

    uvloop.run(report())
