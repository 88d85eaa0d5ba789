"""The rules of `docs/metering.md` as a small model of one meter, written without the code of monitoring.

Energies in microwatt-hours, instants in epoch milliseconds; a slot is a quarter hour since 1970.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

SLOT_MS = 900_000
EVER = -1


def local(slot: int, zone: str) -> datetime:
    return datetime.fromtimestamp(slot * 900, UTC).astimezone(ZoneInfo(zone))


def hour_key(slot: int, zone: str) -> object:
    """Equal for the slots of one local clock hour."""
    moment = local(slot, zone)
    return zone, moment.date(), moment.hour, moment.utcoffset()


def day_start(slot: int, zone: str) -> int:
    date = local(slot, zone).date()
    return next(first for first in range(slot, slot - 102, -1) if local(first - 1, zone).date() != date)


@dataclass
class History:
    """What held when: (since, version, value) in any order of arrival."""

    entries: set[tuple[int, int, Any]] = field(default_factory=set)

    def periods(self) -> list[tuple[int, Any]]:
        """(since, value), without what a later version replaced from its own begin on."""
        entries = sorted(self.entries, key=lambda entry: entry[:2])
        return [
            (since, value)
            for since, version, value in entries
            if not any(later > version and begin <= since for begin, later, _ in entries)
        ]

    def at(self, slot: int) -> Any:
        return [value for since, value in self.periods() if since <= slot][-1]


@dataclass(frozen=True)
class Alert:
    owner: str | None
    energy: int
    limit: int
    state: str
    past: bool
    raised_times: int = 1
    acknowledged: bool = False


@dataclass
class Model:
    owners: History = field(default_factory=History)
    limits: History = field(default_factory=History)
    zones: History = field(default_factory=History)
    readings: dict[int, int] = field(default_factory=dict)
    corrected: set[int] = field(default_factory=set)
    """Instants that accept no other value."""
    refused: dict[tuple[int, str], int] = field(default_factory=dict)
    alerts: dict[int, Alert] = field(default_factory=dict)
    """By the first slot of the hour, or of the owner's part of it."""

    def owner_at(self, slot: int) -> Any:
        """Time without an owner belongs to the next owner."""
        later = [owner for since, owner in self.owners.periods() if since > slot]
        return next((owner for owner in (self.owners.at(slot), *later) if owner is not None), None)

    def visible_from(self, user: str) -> int | None:
        """The first slot that a user may read; None: the meter is not theirs."""
        if self.owners.periods()[-1][1] != user:
            return None
        begins = [since for since, _ in self.owners.periods() if since > EVER]
        return max((since for since in begins if self.owner_at(since - 1) != user), default=0)

    def device(self, version: int, state: Mapping[str, Any], since: Mapping[str, int]) -> None:
        """A version of the device arrives. A refused reading counts when its time is its sender's and has no value."""
        for name, history in (("owner", self.owners), ("limit", self.limits), ("zone", self.zones)):
            history.entries.add((since[name], version, state[name]))
        for (at, sender), energy in list(self.refused.items()):
            entitled = self.owner_at(at // SLOT_MS) == sender and at not in self.corrected
            if entitled and self.readings.setdefault(at, energy) == energy:
                del self.refused[at, sender]

    def send(self, sender: str | None, readings: Iterable[tuple[int, int]]) -> None:
        """`sender` None: an administrator, who may send for any time."""
        for at, energy in readings:
            if sender is not None and self.owner_at(at // SLOT_MS) != sender:
                self.refused[at, sender] = energy
            elif at not in self.corrected:
                self.readings[at] = energy

    def correct(self, at: int, energy: int | None) -> None:
        """An administrator replaces a reading, or sets it aside (None)."""
        self.corrected.add(at)
        self.readings.pop(at, None)
        if energy is not None:
            self.readings[at] = energy

    def profile(self) -> dict[int, int]:
        slots: dict[int, int] = {}
        for at, energy in self.readings.items():
            slots[at // SLOT_MS] = slots.get(at // SLOT_MS, 0) + energy
        return slots

    def hour(self, slot: int) -> list[int]:
        """The slots of the local clock hour around a slot; a change of the time zone ends one."""
        around = range(slot - 3, slot + 4)
        return [n for n in around if hour_key(n, self.zones.at(n)) == hour_key(slot, self.zones.at(slot))]

    def part(self, slot: int) -> list[int]:
        """The slots of this hour, without a break around this slot, that belong to the same owner."""
        hour, owner = self.hour(slot), self.owner_at(slot)
        breaks = [n for n in hour if self.owner_at(n) != owner]
        begin = max((n + 1 for n in breaks if n < slot), default=hour[0])
        return list(range(begin, min((n for n in breaks if n > slot), default=hour[-1] + 1)))

    def evaluate(self, now: int) -> None:
        """Bring the alerts up to date at the slot `now`."""
        profile, firsts = self.profile(), set(self.alerts)
        for first in firsts | {self.part(slot)[0] for slot in profile}:
            part, limit = self.part(first), self.limits.at(self.hour(first)[-1])
            energy = sum(profile.get(slot, 0) for slot in part)
            if part[0] != first or limit is None:
                self.alerts.pop(first, None)  # its hour is formed otherwise, or has no limit
            elif energy > limit or first in self.alerts:
                past = self.hour(first)[0] < self.hour(now)[0] - 8
                new = Alert(self.owner_at(first), energy, limit, "active" if energy > limit else "cleared", past)
                self.alerts[first] = self._succeed(self.alerts.get(first), new)

    def _succeed(self, before: Alert | None, new: Alert) -> Alert:
        if before is None or before.owner != new.owner:
            return new
        if new.state == "active" and before.state == "cleared":
            return replace(new, raised_times=before.raised_times + 1)
        kept = {name: getattr(before, name) for name in ("raised_times", "past", "acknowledged")}
        return replace(new, **kept)
