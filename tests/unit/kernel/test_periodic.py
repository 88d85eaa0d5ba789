"""Periodic work goes on after a failure and ends with its block."""

import asyncio

from structlog.testing import capture_logs

from contor.kernel.periodic import periodic
from tests.waiting import until


async def test_a_failed_run_is_logged_and_the_next_one_follows() -> None:
    runs: list[int] = []

    async def fail_once() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            raise ValueError("wrong")

    with capture_logs() as logs:
        async with periodic(0.001, fail_once, failed="purge_failed"):
            await until(lambda: len(runs) > 2)

    assert [(line["event"], line["error"]) for line in logs] == [("purge_failed", "ValueError('wrong')")]


async def test_the_first_run_waits_for_the_interval_unless_it_is_immediate() -> None:
    runs: list[str] = []

    async def record(name: str) -> None:
        runs.append(name)

    async with (
        periodic(60.0, lambda: record("later"), failed="later_failed"),
        periodic(60.0, lambda: record("now"), failed="now_failed", immediately=True),
    ):
        await until(lambda: runs)

    assert runs == ["now"]


async def test_a_running_action_is_cancelled_and_awaited_at_the_end() -> None:
    steps: list[str] = []

    async def run_long() -> None:
        steps.append("started")
        try:
            await asyncio.sleep(60)
        finally:
            steps.append("ended")

    async with periodic(60.0, run_long, failed="long_failed", immediately=True):
        await until(lambda: steps)

    assert steps == ["started", "ended"]
