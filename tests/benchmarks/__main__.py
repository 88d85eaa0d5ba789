"""Benchmarks: `make bench` prints all figures, `make bench ONLY="chat rabbit"` those of some sections."""

import argparse
import os
import platform
from collections.abc import Collection
from statistics import median

import uvloop

from tests.benchmarks import chat, gateway, ingest, latency, queries, rabbit
from tests.benchmarks.server import Server, contor

DEVICES, PER_DEVICE = 50, 8_000
TEN_SECONDS, TEN_MINUTES = 10_000, 600_000
SECOND_START_MS = ingest.START_MS + 90 * 86_400_000
ROUNDS = 5
SECTIONS = ("ingest", "latency", "queries", "chat", "rabbit", "gateway")


async def main(sections: Collection[str], readings: int) -> None:
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if {"ingest", "latency", "queries"} & set(sections):
        async with contor() as server:
            await measure_readings(server, sections, readings)
    if "chat" in sections:
        await chat.report()
    if "rabbit" in sections:
        await rabbit.report()
    if "gateway" in sections:
        await gateway.report()


async def measure_readings(server: Server, sections: Collection[str], readings: int) -> None:
    print(f"\nmemory at rest{server.resident_mb:40.0f} MB")
    if "ingest" in sections:
        await measure_ingest(server)
    if "latency" in sections:
        print(f"\nreading → frame  {latency.figures(await latency.reading_to_frame(server, 1_000))}")
    if "queries" in sections:
        filled, rate = await queries.fill(server, readings)
        print(f"\nfilled with {filled:,} readings at {rate:,.0f} readings/s")
        print(f"  disk per reading    {await queries.disk_per_reading(server):6.1f} bytes, load profile included")
        for name, values in (await queries.measure(server)).items():
            print(f"  {name:18}{queries.figures(values)}")
    print(f"\nmemory after{server.resident_mb:42.0f} MB")


async def measure_ingest(server: Server) -> None:
    devices = await server.add_devices(DEVICES)
    for name, step, start in (
        ("10-second", TEN_SECONDS, ingest.START_MS),
        ("10-minute", TEN_MINUTES, SECOND_START_MS),
    ):
        copy_rate, insert_rate = await ingest.measure_postgres(server, DEVICES, PER_DEVICE, step)
        http_rate = await ingest.measure_batches(server, devices, PER_DEVICE, step, start)
        share = http_rate / insert_rate
        print(f"\n{name} readings, {DEVICES * PER_DEVICE:,} of {DEVICES} meters")
        print(f"  COPY of the same rows              {copy_rate:12,.0f} rows/s")
        print(f"  unnest … ON CONFLICT DO NOTHING    {insert_rate:12,.0f} rows/s")
        print(f"  HTTP, batches of 500, end to end   {http_rate:12,.0f} readings/s  {share:.2f} of the insert")
    # Alternate the two, because the speed of a shared machine varies by a factor of two.
    rounds = [
        (await ingest.measure_empty_handler(), await ingest.measure_singles(server, devices)) for _ in range(ROUNDS)
    ]
    empty, single = map(median, zip(*rounds, strict=True))
    print(f"\nempty FastAPI handler, 16 connections{empty:12,.0f} requests/s   median of {ROUNDS}")
    print(f"singles over HTTP, 16 connections    {single:12,.0f} readings/s  {single / empty:.2f} of the empty handler")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--readings", type=int, default=10_000_000, help="number of stored readings for the queries")
    options = parser.parse_args()
    uvloop.run(main(options.only, options.readings))
