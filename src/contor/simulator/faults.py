"""Simulated faults between a meter and the server, at given rates."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from heapq import heappop, heappush
from itertools import count
from random import Random
from uuid import UUID

import msgspec

from contor.simulator.errors import SimulatorError
from contor.simulator.reading import Reading

Item = Reading | dict[str, object] | str
MAX_GAP, MAX_DELAY = 12, 120


@dataclass(frozen=True, slots=True)
class FaultRates:
    """Probabilities a reading; `gaps` is the probability that a gap of 1 to 12 readings begins."""

    duplicates: float = 0.0
    late: float = 0.0
    out_of_order: float = 0.0
    gaps: float = 0.0
    garbage: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "FaultRates":
        """Parse `duplicates=0.01,late=0.02`. Raises `SimulatorError` for unknown names and rates outside 0 to 1."""
        known = [field.name for field in fields(cls)]
        rates: dict[str, float] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, value = part.partition("=")
            name = name.strip().replace("-", "_")
            try:
                rates[name] = float(value)
            except ValueError:
                rates[name] = -1.0
            if name not in known or not 0 <= rates[name] <= 1:
                raise SimulatorError(f"“{part}” is not a fault: write {'=0.01, '.join(known)}=0.01 (0 to 1)")
        return cls(**rates)


class Faults:
    """Applies faults to a stream of readings: the same seed and stream give the same faults. `counts` is by name."""

    def __init__(self, rates: FaultRates, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._rates = rates
        self._random = Random(f"faults:{seed}")
        self._seen = 0
        self._delayed: list[tuple[int, int, Reading]] = []
        self._sequence = count()
        self._overtaken: dict[str, Reading] = {}
        self._gaps: dict[str, int] = {}

    def apply(self, readings: Iterable[Reading]) -> list[Item]:
        """The items to send now, delayed ones from earlier calls included."""
        if self._rates == FaultRates():
            return list(readings)
        out: list[Item] = []
        for reading in readings:
            self._seen += 1
            if not self._in_gap(reading.device_id):
                self._send(reading, out)
            while self._delayed and self._delayed[0][0] <= self._seen:
                out.append(heappop(self._delayed)[2])
        return out

    def remaining(self) -> list[Item]:
        """The items still delayed, for the end of the run."""
        delayed = [*self._overtaken.values(), *(heappop(self._delayed)[2] for _ in range(len(self._delayed)))]
        self._overtaken.clear()
        return list(delayed)

    def _send(self, reading: Reading, out: list[Item]) -> None:
        overtaken = self._overtaken.pop(reading.device_id, None)
        if self._happens("late"):
            self._delay(reading)
        elif overtaken is None and self._happens("out_of_order"):
            self._overtaken[reading.device_id] = reading
        else:
            out.append(reading)
        if overtaken is not None:
            out.append(overtaken)
        if self._happens("duplicates"):
            self._delay(reading)
        if self._happens("garbage"):
            out.append(self._random.choice(GARBAGE)(reading, self._random))

    def _in_gap(self, device_id: str) -> bool:
        left = self._gaps.get(device_id, 0)
        if not left and self._happens("gaps"):
            left = self._random.randint(1, MAX_GAP)
        self._gaps[device_id] = max(0, left - 1)
        return left > 0

    def _delay(self, reading: Reading) -> None:
        due = self._seen + self._random.randint(2, MAX_DELAY)
        heappush(self._delayed, (due, next(self._sequence), reading))

    def _happens(self, name: str) -> bool:
        rate: float = getattr(self._rates, name)
        happens = rate > 0 and self._random.random() < rate
        self.counts[name] += happens
        return happens


def _with(reading: Reading, **changes: object) -> dict[str, object]:
    return msgspec.structs.asdict(reading) | changes


GARBAGE: tuple[Callable[[Reading, Random], Item], ...] = (
    lambda reading, _: {"timestamp": reading.timestamp, "device_id": reading.device_id},
    lambda reading, _: _with(reading, measurement_value="a lot"),
    lambda reading, _: _with(reading, measurement_value=-1 - reading.measurement_value),
    lambda reading, _: _with(reading, timestamp="yesterday"),
    lambda reading, _: _with(reading, timestamp=915_148_800_000),
    lambda reading, _: _with(reading, timestamp=reading.timestamp + 3_153_600_000_000),
    lambda reading, chance: _with(reading, device_id=str(UUID(int=chance.getrandbits(128), version=4))),
    lambda reading, _: f"#{reading.device_id};{reading.timestamp};",
)
