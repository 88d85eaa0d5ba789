"""The plan of a simulator run."""

from dataclasses import dataclass, field
from pathlib import Path

from contor.simulator.errors import SimulatorError
from contor.simulator.faults import FaultRates
from contor.simulator.profile import PROFILES

COARSE_S = 600
MAX_INTERVAL_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a meter consumes. `annual_kwh` None: a typical value of the profile, chosen by the seed.

    `profile`: household, business, farm, solar or storage. `country` (ISO 3166) sets the holidays.
    `peaks`: the probability that an hour passes the meter's limit.
    """

    annual_kwh: float | None = None
    profile: str = "household"
    country: str = "RO"
    peaks: float = 0.0

    def __post_init__(self) -> None:
        if self.annual_kwh is not None and not 0 < self.annual_kwh < float("inf"):
            raise SimulatorError(f"annual consumption must be more than 0 kWh, not {self.annual_kwh:g}")
        if self.profile not in PROFILES:
            raise SimulatorError(f"unknown profile “{self.profile}”; use one of {', '.join(PROFILES)}")
        if not 0 <= self.peaks <= 1:
            raise SimulatorError(f"peaks must be a probability from 0 to 1, not {self.peaks:g}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A meter by id or name, with its habits."""

    device: str
    habits: Habits


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakRequest:
    """Make `device` (id or name; None: the first with a limit) exceed its limit within `within_s` seconds."""

    within_s: int
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Durations in whole seconds of meter time, instants in epoch seconds, `speed` in meter time per wall time.

    Meters: `choices`, or all of `owner` (id, username or `me`), or `everything` this account sees; or a `csv`.
    `since` None starts now. `resume` starts each meter after its last reading. Without a `speed` the past is sent
    as fast as possible, a reading every `backfill_interval` (default: at least ten minutes); then the run continues
    in real time, a reading every `interval`.
    """

    choices: tuple[Choice, ...] = ()
    owner: str | None = None
    everything: bool = False
    csv: Path | None = None
    habits: Habits = field(default_factory=Habits)
    interval: int = COARSE_S
    backfill_interval: int | None = None
    speed: float | None = None
    since: int | None = None
    until: int | None = None
    once: bool = False
    resume: bool = False
    seed: int = 1
    peak_soon: PeakRequest | None = None
    faults: FaultRates = field(default_factory=FaultRates)
    batch: int = 500
    rate: float | None = None

    def __post_init__(self) -> None:
        if not (self.choices or self.owner or self.everything or self.csv):
            raise SimulatorError("no meters: select them with --device, --owner, --all or --config, or give a --csv")
        if self.csv and (len(self.choices) > 1 or self.owner or self.everything):
            raise SimulatorError("--csv sends to one --device, or to those that the file names")
        if self.interval > MAX_INTERVAL_S or self.coarse > MAX_INTERVAL_S:
            raise SimulatorError("an interval must be at most 1d")
        if self.speed is not None and not 0 < self.speed < float("inf"):
            raise SimulatorError(f"a speed must be more than 0, not {self.speed:g}")
        if self.speed is not None and self.since is None and not (self.csv or self.resume):
            raise SimulatorError("--speed needs past readings: add --since, for example --since 1d")
        if self.peak_soon and self.peak_soon.within_s < 3 * self.interval:
            raise SimulatorError("--peak-soon needs at least three readings: shorten --interval")

    @property
    def coarse(self) -> int:
        """Seconds between the readings of the past."""
        if self.backfill_interval is not None:
            return self.backfill_interval
        return self.interval if self.speed else max(self.interval, COARSE_S)
