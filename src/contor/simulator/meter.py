"""One simulated meter of the kind `interval`."""

from dataclasses import dataclass, field
from typing import Protocol

from contor.simulator.noise import noise_key, uniform
from contor.simulator.profile import LoadProfile
from contor.simulator.reading import Reading, in_unit

JITTER = 0.1


class Extra(Protocol):
    """Additional consumption of a meter."""

    def extra_kwh(self, start: int, end: int, energy_kwh: float) -> float:
        """Energy to add to a reading of `energy_kwh` that covers `start` to `end` (epoch s)."""


@dataclass(slots=True)
class Meter:
    """`last` is the epoch second of the previous reading."""

    device_id: str
    name: str
    unit: str
    profile: LoadProfile
    last: int
    seed: str
    limit_kwh: float | None = None
    extras: list[Extra] = field(default_factory=list)
    power_w: float = 0.0

    def read(self, at: int) -> Reading | None:
        """The energy since the previous reading, stamped `at` (epoch s); None when there is none to report."""
        if at <= self.last:
            return None
        start, self.last = self.last, at
        energy = self.profile.energy_kwh(start, at)
        energy *= 1 + JITTER * (2 * uniform(noise_key("jitter", self.seed), at) - 1)
        for extra in self.extras:
            energy += extra.extra_kwh(start, at, energy)
        self.power_w = energy * 3_600_000 / (at - start)
        return Reading(at * 1000, self.device_id, in_unit(energy, self.unit))
