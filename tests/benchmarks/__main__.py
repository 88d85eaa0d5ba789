"""`make bench`: every figure of one run on one machine, printed; nothing is asserted."""

import argparse
import os
import platform
from statistics import median

import uvloop

from tests.benchmarks import gateway, ingest, latency, queries, rabbit
from tests.benchmarks.server import contor

DEVICES, PER_DEVICE = 50, 8_000
TEN_SECONDS, TEN_MINUTES = 10_000, 600_000
LATER_MS = 90 * 86_400_000
ROUNDS = 5


async def main(readings: int) -> None:
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    async with contor() as server:
        print(f"\nmemory at rest{server.resident_mb:40.0f} MB")
        devices = await server.add_devices(DEVICES)
        for name, step, start in (
            ("10-second", TEN_SECONDS, ingest.START_MS),
            ("10-minute", TEN_MINUTES, ingest.START_MS + LATER_MS),
        ):
            copied, idempotent = await ingest.plain(server, DEVICES, PER_DEVICE, step)
            entered = await ingest.batched(server, devices, PER_DEVICE, step, start)
            print(f"\n{name} readings, {DEVICES * PER_DEVICE:,} of {DEVICES} meters")
            print(f"  COPY of the same rows              {copied:12,.0f} rows/s")
            print(f"  unnest … ON CONFLICT DO NOTHING    {idempotent:12,.0f} rows/s")
            print(f"  HTTP, batches of 500, whole path   {entered:12,.0f} readings/s  {entered / idempotent:.2f} of it")
        # In turns, because a shared machine is twice as fast in one minute as in the next.
        rounds = [(await ingest.empty_handler(), await ingest.singles(server, devices)) for _ in range(ROUNDS)]
        empty, single = map(median, zip(*rounds, strict=True))
        print(f"\nempty FastAPI handler, 16 connections{empty:12,.0f} requests/s   median of {ROUNDS}")
        print(f"singles over HTTP, 16 connections    {single:12,.0f} readings/s  {single / empty:.2f} of it")
        print(f"\nreading → frame  {latency.figures(await latency.reading_to_frame(server, 1_000))}")
        filled, rate = await queries.fill(server, readings)
        print(f"\nfilled with {filled:,} readings at {rate:,.0f} readings/s")
        for name, values in (await queries.asked(server)).items():
            print(f"  {name:18}{queries.figures(values)}")
        print(f"\nmemory after{server.resident_mb:42.0f} MB")
    await rabbit.report()
    await gateway.report()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=10_000_000, help="size of the database that is questioned")
    uvloop.run(main(parser.parse_args().readings))
