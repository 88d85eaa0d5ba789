"""Delivery of readings: by HTTP to the server, or to the queue of a broker."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.retry import Retry
from contor.simulator.client import RETRY, Client, warn_once
from contor.simulator.errors import Unreachable
from contor.simulator.faults import Item
from contor.simulator.readings_file import ReadingsFile

Send = Callable[[str, Sequence[bytes]], Awaitable[None]]
"""Sends bodies to a work queue, as `Bus.send` does."""


@dataclass(slots=True)
class Tally:
    """Counts of sent readings and of the server's answers; `reasons` counts rejections by code.

    `queued` readings were confirmed by the broker; their outcome is not known. `file` is what they were read from.
    """

    sent: int = 0
    queued: int = 0
    accepted: int = 0
    duplicates: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    file: ReadingsFile | None = None

    @property
    def rejected(self) -> int:
        return self.reasons.total()

    def add(self, other: "Tally") -> None:
        self.sent += other.sent
        self.queued += other.queued
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.reasons += other.reasons

    def short(self) -> str:
        if self.queued:
            return f"{self.sent:,} sent to the queue"
        return f"{self.sent:,} sent, {self.duplicates:,} duplicates, {self.rejected:,} rejected"

    def line(self) -> str:
        read = f"{self.file.summary()}; " if self.file else ""
        if self.queued:
            return f"{read}{self.sent:,} sent: {self.queued:,} confirmed by the broker"
        stored = f"{self.accepted:,} accepted, {self.duplicates:,} duplicates"
        return f"{read}{self.sent:,} sent: {stored}, {self._refused()}"

    def loss(self) -> str | None:
        """What of the file was not stored and why; None when all of it was."""
        if self.file is None or not (self.file.unreadable or self.rejected):
            return None
        return (
            f"{len(self.file.unreadable) + self.rejected:,} of {self.file.lines:,} lines were not stored: "
            f"{len(self.file.unreadable):,} unreadable, {self._refused()}{self.file.reasons()}"
        )

    def _refused(self) -> str:
        reasons = ", ".join(f"{count:,} {code}" for code, count in self.reasons.most_common())
        return f"{self.rejected:,} rejected" + (f" ({reasons})" if reasons else "")


class Delivery(Protocol):
    async def deliver(self, items: Sequence[Item]) -> Tally:
        """Return when the readings are stored or confirmed. Raises `SimulatorError`."""


class HttpDelivery:
    """Posts an array of readings to `/monitoring/readings`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def deliver(self, items: Sequence[Item]) -> Tally:
        answer = await self._client.post("/monitoring/readings", msgspec.json.encode(items))
        reasons = Counter(entry.get("code", "unknown") for entry in answer.get("rejected", []))
        accepted, duplicates = answer.get("accepted", 0), answer.get("duplicates", 0)
        return Tally(len(items), accepted=accepted, duplicates=duplicates, reasons=reasons)


class QueueDelivery:
    """Sends one message a reading, confirmed by the broker; retries while the broker is unreachable."""

    def __init__(self, send: Send, *, retry: Retry = RETRY, warn: Callable[[str], None] = lambda _: None) -> None:
        self._send = send
        self._retry = retry
        self._warn = warn

    async def deliver(self, items: Sequence[Item]) -> Tally:
        # Garbage is sent unencoded: broken meters do not send valid JSON.
        bodies = [item.encode() if isinstance(item, str) else msgspec.json.encode(item) for item in items]

        async def send() -> None:
            try:
                await self._send(SENSOR_DATA, bodies)
            except OSError as error:
                raise Unreachable(f"the broker does not take readings: {error or type(error).__name__}") from error

        await self._retry.call(send, warn_once(self._warn, self._retry))
        return Tally(len(items), queued=len(items))
