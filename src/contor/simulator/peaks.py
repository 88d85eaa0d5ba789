"""Hours in which a meter exceeds its limit."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from contor.simulator.noise import noise_key, uniform
from contor.simulator.profile import LoadProfile

HOUR = 3600
CHARGER_KW = 11.0
BEFORE_RATIO, TARGET_RATIO = 0.85, 1.02
"""Of the limit: reached before the run begins, and aimed at by the deadline."""


def local_hour(at: int, zone: ZoneInfo) -> int:
    """Epoch second at which the local clock hour around `at` began (zones may be half an hour off)."""
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    shift = int(offset.total_seconds()) if offset else 0
    return (at + shift) // HOUR * HOUR - shift


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomPeaks:
    """Raises whole clock hours to 1.15 to 1.6 times the limit, each hour with the same probability.

    `excluded`: start (epoch s) of the hour that belongs to a `PeakSoon`.
    """

    profile: LoadProfile
    limit_kwh: float
    probability: float
    seed: str
    excluded: int | None = None

    def extra_kwh(self, start: int, end: int, energy_kwh: float) -> float:
        """Energy to add; the server counts it in the hour that contains `end`."""
        key, hour = noise_key("peaks", self.seed), local_hour(end, self.profile.zone)
        if hour == self.excluded or uniform(key, hour) >= self.probability:
            return 0.0
        target = self.limit_kwh * (1.15 + 0.45 * uniform(key, hour + 1))
        missing = target - self.profile.energy_kwh(hour, hour + HOUR)
        return max(0.0, missing) * min(1.0, (end - start) / HOUR)


class PeakSoon:
    """Makes a meter exceed its hourly limit between `began` and `deadline` (epoch seconds of meter time).

    Readings of the running hour before `began` are raised close to the limit, so that little is missing. If the hour
    ends before the deadline, the rest of the energy is added in the time left. `stored_kwh` is the energy of the
    running hour that the server already has.
    """

    def __init__(
        self, *, profile: LoadProfile, limit_kwh: float, began: int, deadline: int, stored_kwh: float = 0.0
    ) -> None:
        self.exceeded = False
        self._profile = profile
        self._limit = limit_kwh
        self._began = began
        self._deadline = deadline
        self._hour = local_hour(began, profile.zone)
        self._hour_kwh = stored_kwh

    def extra_kwh(self, start: int, end: int, energy_kwh: float) -> float:
        hour = local_hour(end, self._profile.zone)
        if self.exceeded or hour < self._hour:
            return 0.0
        if hour > self._hour:
            self._hour, self._hour_kwh = hour, 0.0
        self._hour_kwh += energy_kwh
        extra = self._before(start, end) if end <= self._began else self._until_exceeded(start, end)
        self._hour_kwh += extra
        self.exceeded = end > self._began and self._hour_kwh > self._limit
        return extra

    def _before(self, start: int, end: int) -> float:
        expected = self._hour_kwh + self._profile.energy_kwh(end, self._began)
        return max(0.0, min(CHARGER_KW * (end - start) / HOUR, BEFORE_RATIO * self._limit - expected))

    def _until_exceeded(self, start: int, end: int) -> float:
        readings_left = max(1, (self._deadline - end) // (end - start))
        return max(0.0, TARGET_RATIO * self._limit - self._hour_kwh) / readings_left
