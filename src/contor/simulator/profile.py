"""The load of a meter: a BDEW standard load profile in its time zone, multiplied by noise of its own.

demandlib imports pandas (about 80 MB), so it is imported only when a year is computed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from contor.simulator.errors import SimulatorError
from contor.simulator.noise import noise_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

QUARTER = 900
PROFILES = {"household": "H25", "business": "G25", "farm": "L25", "solar": "P25", "storage": "S25"}
DAY_SPREAD, QUARTER_SPREAD, PERSISTENCE = 0.15, 0.35, 0.7


@dataclass(frozen=True, slots=True)
class Year:
    """A local calendar year from `start` to `end` (epoch s); `used_kwh[i]` is the energy before quarter hour i."""

    start: int
    end: int
    used_kwh: list[float]

    def used(self, at: float) -> float:
        """kWh from the start of the year to `at`, which lies in it."""
        index = min(int(at - self.start) // QUARTER, len(self.used_kwh) - 2)
        before, after = self.used_kwh[index : index + 2]
        return before + (after - before) * ((at - self.start) / QUARTER - index)


class LoadProfile:
    """The consumption of a meter as a pure function of time.

    The energies of a calendar year in the meter's zone sum to `annual_kwh`. `seed` sets the noise.
    `profile` is one of PROFILES. Raises SimulatorError for a country (ISO 3166 code) that is not known.
    """

    def __init__(self, *, profile: str, zone: ZoneInfo, country: str, annual_kwh: float, seed: str) -> None:
        self.zone = zone
        self.annual_kwh = annual_kwh
        self._shape = (profile, zone.key, country.upper())
        self._seed = seed
        self._years: list[Year] = []

    def energy_kwh(self, start: float, end: float) -> float:
        """Energy between two epoch seconds."""
        year = self._year(start)
        if end <= year.end:
            return year.used(end) - year.used(start)
        return year.used(year.end) - year.used(start) + self.energy_kwh(year.end, end)

    def _year(self, at: float) -> Year:
        position = bisect_right(self._years, at, key=lambda year: year.start)
        if position and at < self._years[position - 1].end:
            return self._years[position - 1]
        number = datetime.fromtimestamp(at, self.zone).year
        start, shape = _standard_year(*self._shape, number)
        energies = shape * _noise(f"{self._seed}:{number}", len(shape))
        energies *= self.annual_kwh / energies.sum()
        year = Year(start, start + len(shape) * QUARTER, [0.0, *accumulate(energies.tolist())])
        self._years.insert(position, year)
        return year


@lru_cache(maxsize=64)
def _standard_year(profile: str, zone: str, country: str, year: int) -> tuple[int, NDArray[np.float64]]:
    """Epoch second of the local year's start, and the mean power of each quarter hour."""
    import numpy as np
    import pandas as pd
    from demandlib import bdew

    quarters: Any = pd.date_range(f"{year}-01-01", f"{year + 1}-01-01", inclusive="left", freq="15min", tz=zone)
    series = getattr(bdew, PROFILES[profile])(quarters, holidays=_holidays(country, year))
    return int(quarters[0].timestamp()), np.asarray(series, dtype=np.float64)


def _holidays(country: str, year: int) -> list[Any]:
    import holidays

    try:
        return list(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        raise SimulatorError(f"unknown country “{country}”; use an ISO 3166 code such as RO") from None


def _noise(seed: str, quarters: int) -> NDArray[np.float64]:
    """Positive factors around 1: noise by day, and autocorrelated noise that fades within two hours."""
    import numpy as np

    generator = np.random.default_rng(int.from_bytes(noise_key("habits", seed), "big"))
    days = np.repeat(generator.normal(0, DAY_SPREAD, quarters // 96 + 1), 96)[:quarters]
    shocks = generator.normal(0, QUARTER_SPREAD * (1 - PERSISTENCE**2) ** 0.5, quarters).tolist()
    drift = np.fromiter(accumulate(shocks, lambda last, new: last * PERSISTENCE + new), np.float64, quarters)
    return np.exp(days + drift)
