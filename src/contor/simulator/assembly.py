"""Creates the meters of a plan."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contor.simulator.client import Client
from contor.simulator.devices import Device, find_device, owned_devices, usable
from contor.simulator.errors import SimulatorError
from contor.simulator.meter import Meter
from contor.simulator.noise import noise_key, uniform
from contor.simulator.peaks import PeakSoon, RandomPeaks, local_hour
from contor.simulator.plan import Habits, Plan
from contor.simulator.profile import LoadProfile
from contor.simulator.reading import UWH_PER_UNIT

TYPICAL_KWH = {"business": (8_000, 25_000), "farm": (8_000, 25_000), "solar": (1_500, 3_000), "storage": (800, 2_000)}
HOUSEHOLD_KWH = (2_000, 4_500)


@dataclass(frozen=True, slots=True)
class Assembly:
    """Creates meters for a run that begins at `now` (epoch s)."""

    plan: Plan
    client: Client | None
    now: int
    warn: Callable[[str], None]

    @property
    def _server(self) -> Client:
        if self.client is None:
            raise SimulatorError("--owner, --all and --resume need the server; give --username and --password too")
        return self.client

    async def meters(self) -> list[Meter]:
        """One meter a device, with its first year computed. Raises `SimulatorError` when there are none."""
        habits: dict[str, Habits] = {}
        devices: list[Device] = []
        for choice in self.plan.choices:
            device = await find_device(self.client, choice.device)
            habits[device.id] = choice.habits
            devices.append(device)
        if self.plan.owner or self.plan.everything:
            devices += await owned_devices(self._server, self.plan.owner)
        meters = [
            await self._meter(device, habits.get(device.id, self.plan.habits)) for device in usable(devices, self.warn)
        ]
        await self._schedule_peak(meters)
        return meters

    async def _meter(self, device: Device, habits: Habits) -> Meter:
        if device.unit not in UWH_PER_UNIT:
            raise SimulatorError(f"{device.name} has the unit {device.unit}; known units: {', '.join(UWH_PER_UNIT)}")
        seed = f"{self.plan.seed}:{device.id}"
        profile = LoadProfile(
            profile=habits.profile,
            zone=_zone(device),
            country=habits.country,
            annual_kwh=habits.annual_kwh or _typical_kwh(habits.profile, seed),
            seed=seed,
        )
        last = await self._last(device)
        # Computing a year imports pandas and takes a while: not on the event loop.
        await asyncio.to_thread(profile.energy_kwh, last, max(last, self.now))
        limit = device.max_hourly_consumption_kwh
        meter = Meter(device.id, device.name, device.unit, profile, last, seed, limit)
        if habits.peaks and limit is None:
            self.warn(f"{device.name} has no hourly limit, so it gets no peaks")
        elif habits.peaks and limit is not None:
            excluded = local_hour(self.now, profile.zone) if self.plan.peak_soon else None
            peaks = RandomPeaks(
                profile=profile, limit_kwh=limit, probability=habits.peaks, seed=seed, excluded=excluded
            )
            meter.extras.append(peaks)
        return meter

    async def _last(self, device: Device) -> int:
        start, step = (self.now, self.plan.interval) if self.plan.since is None else (self.plan.since, self.plan.coarse)
        aligned = start // step * step
        if not self.plan.resume:
            return aligned
        summary = await self._server.get(f"/monitoring/devices/{device.id}/summary")
        text = summary.get("last_reading_at")
        if text is None:
            return aligned
        last = _epoch(text)
        return last if self.plan.since is None else max(aligned, last)

    async def _schedule_peak(self, meters: list[Meter]) -> None:
        request = self.plan.peak_soon
        if request is None:
            return
        for meter in meters:
            wanted = request.device is None or request.device.casefold() in (meter.device_id, meter.name.casefold())
            if wanted and meter.limit_kwh is not None:
                soon = PeakSoon(
                    profile=meter.profile,
                    limit_kwh=meter.limit_kwh,
                    began=self.now,
                    deadline=self.now + request.within_s,
                    stored_kwh=await self._stored_kwh(meter),
                )
                meter.extras.append(soon)
                return
        named = f"“{request.device}” " if request.device else ""
        raise SimulatorError(f"no simulated meter {named}has an hourly limit")

    async def _stored_kwh(self, meter: Meter) -> float:
        """Energy of the running hour that the server already has, for a meter that resumes."""
        if not self.plan.resume:
            return 0.0
        running = (await self._server.get(f"/monitoring/devices/{meter.device_id}/summary"))["hour"]
        same = _epoch(running["start"]) == local_hour(self.now, meter.profile.zone)
        return float(running["energy_kwh"]) if same else 0.0


def _epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _zone(device: Device) -> ZoneInfo:
    try:
        return ZoneInfo(device.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SimulatorError(f"{device.name} has an unknown time zone: {device.time_zone}") from None


def _typical_kwh(profile: str, seed: str) -> float:
    low, high = TYPICAL_KWH.get(profile, HOUSEHOLD_KWH)
    return float(round(low + (high - low) * uniform(noise_key("annual", seed), 0)))
