"""Chat: how soon a message is shown at the other side, and how soon a screen has its list and its thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tests.benchmarks import chat_history, chat_writers
from tests.benchmarks.chat_writers import Writer, Written
from tests.benchmarks.client import latencies, percentile, request
from tests.benchmarks.latency import figures
from tests.benchmarks.people import add_people
from tests.benchmarks.processors import Busy
from tests.benchmarks.server import Server, contor

PER_SECOND, SECONDS, WARM_SECONDS = 100.0, 20.0, 5.0
HIGHER, HIGHER_SECONDS = (150.0, 200.0, 250.0, 300.0, 400.0, 500.0, 600.0, 800.0), 8.0
BAR_SHOWN_MS, BAR_READ_MS = 150, 30
KEPT_UP = 0.95
"""A rate is held when so much of it was answered in time."""
TIMES = 200


async def shown(server: Server) -> None:
    """Print how long messages took, at `PER_SECOND` and at the highest of the rates tried that holds the bar."""
    members = await add_people(server, chat_writers.PEOPLE, "writer")
    print(f"\nmessage sent → shown at the other side, {len(members)} people writing; bar {BAR_SHOWN_MS} ms p95")
    async with chat_writers.gathered(server, members) as writers:
        await chat_writers.write(server, writers, PER_SECOND, WARM_SECONDS)
        usual = highest = tried = await _written(server, writers, PER_SECOND, SECONDS)
        print(f"  {usual}{'' if usual.holds else '   does not hold the bar'}")
        for rate in HIGHER if usual.holds else ():
            tried = await _written(server, writers, rate, HIGHER_SECONDS)
            if not tried.holds:
                break
            highest = tried
        if highest is not usual:
            print(f"  {highest}   the highest tried that holds the bar")
        if tried is not highest:
            print(f"  {tried}   the next does not")


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one rate, and what the processors were busy with."""

    asked: float
    written: Written
    busy: Busy

    @property
    def holds(self) -> bool:
        kept_up = self.written.rate >= KEPT_UP * self.asked and not self.written.refused
        return kept_up and percentile(self.written.arrivals, 95) <= BAR_SHOWN_MS

    def __str__(self) -> str:
        of = f"{self.written.rate:4.0f} of {self.asked:.0f} messages/s"
        refused = f", {self.written.refused} refused" * (self.written.refused > 0)
        return f"{of}   {figures(self.written.arrivals)}{refused}   {self.busy}"


async def _written(server: Server, writers: Sequence[Writer], per_second: float, seconds: float) -> Run:
    with Busy(server) as busy:
        written = await chat_writers.write(server, writers, per_second, seconds)
    return Run(per_second, written, busy)


async def read(server: Server) -> None:
    """Print how long lists and threads took with the history of `chat_history`."""
    everywhere, busy = await add_people(server, 2, "reader")
    me = (await server.http.get("/auth/me")).raise_for_status().json()["id"]
    history = await chat_history.fill(server.database("chat"), UUID(me), UUID(everywhere.id), UUID(busy.id))
    many, some = chat_history.CONVERSATIONS, chat_history.CONVERSATIONS // chat_history.BUSY_IN
    print(f"\n{many:,} conversations of support and as many between people, {history.messages:,} messages;", end=" ")
    print(f"bar {BAR_READ_MS} ms p95")
    inbox = [(f"inbox, {view}", server.token, f"?view={view}") for view in ("waiting", "mine", "all", "resolved")]
    long = f"/{history.long_direct}/messages"
    asked = [
        *inbox,
        (f"list of who is in {some:,}", busy.token, ""),
        (f"list of who is in {many:,}", everywhere.token, ""),
        ("last 50 of 10,000, support", server.token, f"/{history.long_support}/messages"),
        ("last 50 of 10,000, direct", everywhere.token, long),
        ("50 in the middle of them", everywhere.token, f"{long}?before_seq={chat_history.LONG // 2}"),
    ]
    with Busy(server) as used:
        for name, token, path in asked:
            found = await latencies(server.port, request("GET", f"/chat/conversations{path}", token), TIMES)
            print(f"  {name:30}{figures(found)}")
        badge = await latencies(server.port, request("GET", "/chat/unread", everywhere.token), TIMES)
        print(f"  {'unread, for the badge':30}{figures(badge)}")
    print(f"  {used}")


async def report() -> None:
    """Print both."""
    async with contor() as server:
        await read(server)
        await shown(server)


if __name__ == "__main__":
    import uvloop

    uvloop.run(report())
