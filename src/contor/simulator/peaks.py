"""Hours in which a meter passes its limit, on request."""

from datetime import datetime
from zoneinfo import ZoneInfo

from contor.simulator.noise import noise_key, uniform
from contor.simulator.profile import LoadProfile

HOUR = 3600
CHARGER_KW = 11.0
NEARLY, OVER = 0.85, 1.02


def local_hour(at: int, zone: ZoneInfo) -> int:
    """Epoch second at which the local clock hour around `at` began (zones may be half an hour off)."""
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    shift = int(offset.total_seconds()) if offset else 0
    return (at + shift) // HOUR * HOUR - shift


class RandomPeaks:
    """Raises whole clock hours to 1.15 to 1.6 times the limit, each hour with the same probability.

    `spared`: the hour (epoch s of its beginning) that is left to a `PeakSoon`.
    """

    def __init__(
        self, *, profile: LoadProfile, limit_kwh: float, probability: float, seed: str, spared: int | None = None
    ) -> None:
        self._profile = profile
        self._limit = limit_kwh
        self._probability = probability
        self._spared = spared
        self._key = noise_key("peaks", seed)

    def extra_kwh(self, start: int, end: int, energy_kwh: float) -> float:
        """What the reading at `end` carries on top; the server books it in the hour that contains `end`."""
        hour = local_hour(end, self._profile.zone)
        if hour == self._spared or uniform(self._key, hour) >= self._probability:
            return 0.0
        target = self._limit * (1.15 + 0.45 * uniform(self._key, hour + 1))
        missing = target - self._profile.energy_kwh(hour, hour + HOUR)
        return max(0.0, missing) * min(1.0, (end - start) / HOUR)


class PeakSoon:
    """Makes one meter pass its hourly limit between `began` and `deadline` (epoch seconds of meter time).

    The readings of the running hour before `began` come close to the limit, as if a car were charging,
    so that little is missing. An hour that turns in between only means that more is added in the time left.
    `booked_kwh` is what the server has of the running hour already.
    """

    def __init__(
        self, *, profile: LoadProfile, limit_kwh: float, began: int, deadline: int, booked_kwh: float = 0.0
    ) -> None:
        self.passed = False
        self._profile = profile
        self._zone = profile.zone
        self._limit = limit_kwh
        self._began = began
        self._deadline = deadline
        self._hour = local_hour(began, self._zone)
        self._booked = booked_kwh

    def extra_kwh(self, start: int, end: int, energy_kwh: float) -> float:
        """What the reading at `end` carries on top of `energy_kwh`."""
        hour = local_hour(end, self._zone)
        if self.passed or hour < self._hour:
            return 0.0
        if hour > self._hour:
            self._hour, self._booked = hour, 0.0
        self._booked += energy_kwh
        extra = self._before(start, end) if end <= self._began else self._until_passed(start, end)
        self._booked += extra
        self.passed = end > self._began and self._booked > self._limit
        return extra

    def _before(self, start: int, end: int) -> float:
        expected = self._booked + self._profile.energy_kwh(end, self._began)
        return max(0.0, min(CHARGER_KW * (end - start) / HOUR, NEARLY * self._limit - expected))

    def _until_passed(self, start: int, end: int) -> float:
        readings_left = max(1, (self._deadline - end) // (end - start))
        return max(0.0, OVER * self._limit - self._booked) / readings_left
