"""The configuration file, TOML or JSON.

seed = 7
interval = "10m"
peaks = 0.002

[[meters]]
device = "Apartment 12"     # a name or an id
annual_kwh = 3200
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from contor.simulator.errors import SimulatorError


class HabitsEntry(BaseModel):
    """Consumption settings of one meter or of all; None means not given."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    annual_kwh: float | None = None
    profile: str | None = None
    country: str | None = None
    peaks: float | None = None

    def habits(self) -> dict[str, Any]:
        """The settings that are given, as the arguments of `Habits`."""
        return self.model_dump(include=set(HabitsEntry.model_fields), exclude_none=True)


class MeterEntry(HabitsEntry):
    device: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("device", "device_id", "name"))]


class File(HabitsEntry):
    """A configuration file. Durations and faults are written as on the command line; faults may also be a table."""

    seed: int | None = None
    interval: str | None = None
    backfill_interval: str | None = None
    since: str | None = None
    owner: str | None = None
    faults: str | dict[str, float] | None = None
    meters: list[MeterEntry] = []

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read and validate a file. Raises `SimulatorError` that names the invalid field."""
        try:
            text = path.read_text(encoding="utf-8")
            content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
            return cls.model_validate(content)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise SimulatorError(f"{path}: {where}: {first['msg']}") from error
        except (OSError, ValueError) as error:
            raise SimulatorError(f"{path} cannot be read: {error}") from error

    def faults_text(self) -> str:
        if isinstance(self.faults, dict):
            return ",".join(f"{name}={rate}" for name, rate in self.faults.items())
        return self.faults or ""
