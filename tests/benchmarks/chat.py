"""Chat: time until a message arrives at its recipients, and latency of lists and threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tests.benchmarks import chat_history, chat_writers
from tests.benchmarks.chat_writers import Writer, WriteResult
from tests.benchmarks.cpu_usage import CpuUsage
from tests.benchmarks.latency import figures
from tests.benchmarks.load_generator import latencies, percentile, request
from tests.benchmarks.server import Server, contor
from tests.benchmarks.users import create_users

PER_SECOND, SECONDS, WARM_SECONDS = 100.0, 20.0, 5.0
HIGHER_RATES, HIGHER_RATE_SECONDS = (150.0, 200.0, 250.0, 300.0, 400.0, 500.0, 600.0, 800.0), 8.0
MAX_SHOWN_MS, MAX_READ_MS = 150, 30
MIN_STORED_SHARE = 0.95
"""A rate is met if at least this share of its messages is stored."""
TIMES = 200


async def measure_messages(server: Server) -> None:
    """Print the delivery times at `PER_SECOND` messages and at the highest tried rate that meets the target."""
    members = await create_users(server, chat_writers.WRITERS, "writer")
    print(f"\nmessage sent → shown at the other side, {len(members)} users writing; target {MAX_SHOWN_MS} ms p95")
    async with chat_writers.connect_writers(server, members) as writers:
        await chat_writers.write(server, writers, PER_SECOND, WARM_SECONDS)
        usual = highest = tried = await _run(server, writers, PER_SECOND, SECONDS)
        print(f"  {usual}{'' if usual.meets_target else '   misses the target'}")
        for rate in HIGHER_RATES if usual.meets_target else ():
            tried = await _run(server, writers, rate, HIGHER_RATE_SECONDS)
            if not tried.meets_target:
                break
            highest = tried
        if highest is not usual:
            print(f"  {highest}   the highest tried rate that meets the target")
        if tried is not highest:
            print(f"  {tried}   the next rate misses it")


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one rate, and the CPU time it used."""

    requested_rate: float
    result: WriteResult
    cpu: CpuUsage

    @property
    def meets_target(self) -> bool:
        met_rate = self.result.rate >= MIN_STORED_SHARE * self.requested_rate and not self.result.refused
        return met_rate and percentile(self.result.arrivals, 95) <= MAX_SHOWN_MS

    def __str__(self) -> str:
        rate = f"{self.result.rate:4.0f} of {self.requested_rate:.0f} messages/s"
        refused = f", {self.result.refused} refused" * (self.result.refused > 0)
        return f"{rate}   {figures(self.result.arrivals)}{refused}   {self.cpu}"


async def _run(server: Server, writers: Sequence[Writer], per_second: float, seconds: float) -> Run:
    with CpuUsage(server) as cpu:
        result = await chat_writers.write(server, writers, per_second, seconds)
    return Run(per_second, result, cpu)


async def measure_reads(server: Server) -> None:
    """Print the latencies of lists and threads with the stored history of `chat_history`."""
    everywhere, busy = await create_users(server, 2, "reader")
    me = (await server.http.get("/auth/me")).raise_for_status().json()["id"]
    history = await chat_history.fill(server.database("chat"), UUID(me), UUID(everywhere.id), UUID(busy.id))
    many, some = chat_history.CONVERSATIONS, chat_history.CONVERSATIONS // chat_history.BUSY_IN
    print(f"\n{many:,} support conversations and as many direct ones, {history.messages:,} messages;", end=" ")
    print(f"target {MAX_READ_MS} ms p95")
    inbox = [(f"inbox, {view}", server.token, f"?view={view}") for view in ("waiting", "mine", "all", "resolved")]
    long = f"/{history.long_direct}/messages"
    requests = [
        *inbox,
        (f"list of a user with {some:,}", busy.token, ""),
        (f"list of a user with {many:,}", everywhere.token, ""),
        ("last 50 of 10,000, support", server.token, f"/{history.long_support}/messages"),
        ("last 50 of 10,000, direct", everywhere.token, long),
        ("50 in the middle of it", everywhere.token, f"{long}?before_seq={chat_history.LONG // 2}"),
    ]
    with CpuUsage(server) as cpu:
        for name, token, path in requests:
            durations = await latencies(server.port, request("GET", f"/chat/conversations{path}", token), TIMES)
            print(f"  {name:30}{figures(durations)}")
        badge = await latencies(server.port, request("GET", "/chat/unread", everywhere.token), TIMES)
        print(f"  {'unread, for the badge':30}{figures(badge)}")
    print(f"  {cpu}")


async def report() -> None:
    async with contor() as server:
        await measure_reads(server)
        await measure_messages(server)


if __name__ == "__main__":
    import uvloop

    uvloop.run(report())
