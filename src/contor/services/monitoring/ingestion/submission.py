"""What a sender submits, and the receipt for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from contor.services.monitoring.ingestion.rejections import Rejection, json_number, legible, storable


@dataclass(slots=True)
class Readings:
    """Decoded readings as parallel lists, which cost less than an object a reading, and the rejections of others."""

    indexes: list[int] = field(default_factory=list)
    """Positions in the body."""
    devices: list[str] = field(default_factory=list)
    instants: list[int] = field(default_factory=list)
    """Epoch milliseconds."""
    values: list[Decimal] = field(default_factory=list)
    """In the unit that the reading states, else in that of its channel."""
    units: dict[int, str] = field(default_factory=dict)
    """The units that readings state, by their position in the lists."""
    rejections: list[Rejection] = field(default_factory=list)

    def add(self, index: int, device_id: str, at_ms: int, value: Decimal, unit: str | None = None) -> None:
        if unit is not None:
            self.units[len(self.indexes)] = unit
        self.indexes.append(index)
        self.devices.append(device_id)
        self.instants.append(at_ms)
        self.values.append(value)

    def extend(
        self, indexes: Iterable[int], devices: Iterable[str], instants: Iterable[int], values: Iterable[Decimal]
    ) -> None:
        self.indexes.extend(indexes)
        self.devices.extend(devices)
        self.instants.extend(instants)
        self.values.extend(values)

    def rejection(self, position: int, code: str, detail: str, field: str) -> Rejection:
        """The rejection of the reading at `position` of the lists."""
        device_id, at_ms, value = self.devices[position], self.instants[position], self.values[position]
        device_id = legible(device_id)
        sent: dict[str, Any] = {"timestamp": at_ms, "device_id": device_id, "measurement_value": json_number(value)}
        if position in self.units:
            sent["unit"] = legible(self.units[position])
        return Rejection(self.indexes[position], device_id, at_ms, code, detail, field, storable(sent))


@dataclass(slots=True)
class Submission:
    """Readings of one sender, stored in one transaction.

    Readings from the queue have no `sender` and the rights of an administrator: the broker decides who may publish.
    """

    readings: Readings
    sender: UUID | None
    by_admin: bool
    wait_for_device: bool = False
    """Readings of unknown devices are deferred instead of rejected."""

    def only(self, positions: list[int]) -> "Submission":
        """The readings at these positions, with their own indexes."""
        part, all_ = Readings(), self.readings
        for n in positions:
            part.add(all_.indexes[n], all_.devices[n], all_.instants[n], all_.values[n], all_.units.get(n))
        return Submission(part, self.sender, self.by_admin)


@dataclass(slots=True)
class Receipt:
    """Every reading of a submission is accepted, a duplicate, rejected or deferred."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    deferred: list[int] = field(default_factory=list)
    """Positions of readings whose device is unknown, if the submission waits for it."""

    def settle(self, later: "Receipt") -> None:
        """Replace the deferred readings by the receipt they got in the end."""
        self.accepted += later.accepted
        self.duplicates += later.duplicates
        self.rejected += later.rejected
        self.deferred = []
