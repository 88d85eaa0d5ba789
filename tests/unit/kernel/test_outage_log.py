"""An outage is a few log lines, not one for every attempt."""

import asyncio

from structlog.testing import capture_logs

from contor.kernel.bus.rabbit.channel import Channel, run_connected
from contor.kernel.outage_log import OutageLog
from tests.waiting import until


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_the_first_failure_is_logged_at_once_then_one_line_in_ten_seconds_with_the_count() -> None:
    clock = Clock()
    outages = OutageLog("line_restored", clock=clock, line="a")
    with capture_logs() as logs:
        for _ in range(101):
            outages.failed("line_lost", error="gone")
            clock.seconds += 0.25
    line = {"event": "line_lost", "log_level": "warning", "line": "a", "error": "gone"}
    assert logs == [line | {"failures": count} for count in (1, 40, 40)]


def test_the_end_is_logged_once_with_the_length_of_the_outage() -> None:
    clock = Clock()
    outages = OutageLog("line_restored", clock=clock, line="a")
    with capture_logs() as logs:
        outages.restored()
        outages.failed("line_lost", error="gone")
        clock.seconds += 2.5
        outages.failed("line_lost", error="gone")
        outages.restored()
        outages.restored()
    assert [line["event"] for line in logs] == ["line_lost", "line_restored"]
    assert logs[1] == {"event": "line_restored", "log_level": "info", "line": "a", "seconds": 2.5}


def test_a_line_that_comes_and_goes_is_logged_once_in_ten_seconds_and_an_outage_that_lasts_is_not_missed() -> None:
    clock = Clock()
    outages = OutageLog("line_restored", clock=clock)
    with capture_logs() as logs:
        for _ in range(40):
            outages.failed("line_lost", error="gone")
            outages.restored()
            clock.seconds += 0.25
        outages.failed("line_lost", error="gone")
    assert [line["event"] for line in logs] == ["line_lost", "line_restored", "line_lost"]
    assert logs[-1]["failures"] == 40


def test_an_unexpected_error_is_logged_with_its_stack_trace() -> None:
    with capture_logs() as logs:
        OutageLog("line_restored").failed("line_lost", exc_info=True, error="wrong")
    assert (logs[0]["log_level"], logs[0]["exc_info"]) == ("error", True)


async def test_a_broker_that_refuses_every_attempt_is_one_line() -> None:
    attempts: list[int] = []

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        attempts.append(1)
        writer.close()

    async def never(_: Channel) -> None:
        raise AssertionError("no connection was made")

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with capture_logs() as logs:
        connecting = asyncio.create_task(run_connected(f"amqp://127.0.0.1:{port}/", "test", never))
        await until(lambda: len(attempts) >= 4, what="four attempts")
        connecting.cancel()
        await asyncio.wait([connecting])
    server.close()
    assert [(line["event"], line["connection"]) for line in logs] == [("broker_connection_failed", "test")]
