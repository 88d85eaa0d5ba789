"""What held when: the owners, limits and time zones of a meter, and the parts of hours that follow from them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from uuid import UUID

from contor.services.monitoring.metering.slots import hour_of

EVER = -(2**31)
"""Slot since which something holds that has always held."""
NEVER = 2**31 - 1
T = TypeVar("T")
History = Sequence[tuple[int, T]]
"""(first slot, value), ascending and not empty: each value holds until the next one, the first also before it."""


class Part(NamedTuple):
    """A local clock hour of a meter, slots [hour_first, ...), or the part [first, after) of it of one owner."""

    first: int
    after: int
    hour_first: int
    owner_id: UUID | None
    limit: int | None
    """µWh in the hour."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The history of a meter. `owners` has an entry for each change, None where it had no owner."""

    owners: History[UUID | None]
    limits: History[int | None]
    zones: History[str]
    periods: History[UUID | None] = field(init=False, compare=False)
    """Whose time it is: unowned time is the next owner's, all before the first owner the first's."""
    steady_since: int = field(init=False, compare=False)
    """Slot from which on nothing has changed."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", _periods(self.owners))
        latest = (history[-1][0] if len(history) > 1 else EVER for history in (self.periods, self.limits, self.zones))
        object.__setattr__(self, "steady_since", max(latest))

    @property
    def limit(self) -> int | None:
        return self.limits[-1][1]

    @property
    def visible_from(self) -> int | None:
        """The slot from which on the present owner may read; None: everything."""
        return self.periods[-1][0] if len(self.periods) > 1 else None

    def earliest_difference(self, other: "Terms") -> int | None:
        """The first slot at which the two may differ."""
        changed = [
            since
            for mine, theirs in ((self.periods, other.periods), (self.limits, other.limits), (self.zones, other.zones))
            for since, _ in {*_since_ever(mine)} ^ {*_since_ever(theirs)}
        ]
        return min(changed, default=None)

    def owner_at(self, slot: int) -> UUID | None:
        return _entry_at(self.periods, slot)[2]

    def limit_at(self, slot: int) -> int | None:
        """The limit of the hour around a slot: a limit that is set in an hour holds for the whole hour."""
        return _entry_at(self.limits, self.hour_at(slot)[1] - 1)[2]

    def hour_at(self, slot: int) -> tuple[int, int]:
        """The local clock hour around a slot; a change of the time zone ends one."""
        since, until, zone = _entry_at(self.zones, slot)
        first, after = hour_of(slot, zone)
        return max(first, since), min(after, until)

    def part_at(self, slot: int) -> Part:
        first, after = self.hour_at(slot)
        since, until, owner_id = _entry_at(self.periods, slot)
        return Part(max(first, since), min(after, until), first, owner_id, self.limit_at(first))

    def sum_parts(self, energies: Iterable[tuple[int, int]]) -> list[tuple[Part, int]]:
        """The parts in which these quarter hours (slot, energy; ascending) lie, each with its energy."""
        sums: list[tuple[Part, int]] = []
        for slot, energy in energies:
            if sums and slot < sums[-1][0].after:
                part, before = sums[-1]
                sums[-1] = part, before + energy
            else:
                sums.append((self.part_at(slot), energy))
        return sums


def _periods(owners: History[UUID | None]) -> History[UUID | None]:
    periods: list[tuple[int, UUID | None]] = []
    unowned: int | None = EVER
    for since, owner_id in owners:
        if owner_id is None:
            unowned = since if unowned is None else unowned
        else:
            if not periods or periods[-1][1] != owner_id:
                periods.append((since if unowned is None else unowned, owner_id))
            unowned = None
    if unowned is not None:
        periods.append((unowned, None))
    return tuple(periods)


def _since_ever(history: History[T]) -> History[T]:
    """The same history, with its first value stated to hold since ever."""
    return [(EVER, value) for _, value in history[:1]] + list(history[1:])


def _entry_at(history: History[T], slot: int) -> tuple[int, int, T]:
    """(since, until, value) of the entry in force at a slot."""
    index = max(bisect_right(history, slot, key=lambda entry: entry[0]) - 1, 0)
    since = history[index][0] if index else EVER
    until = history[index + 1][0] if index + 1 < len(history) else NEVER
    return since, until, history[index][1]
