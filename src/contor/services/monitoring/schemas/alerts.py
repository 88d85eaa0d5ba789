"""Alerts; one alert is `contracts.alerts.Alert`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.contracts.alerts import Alert, AlertState
from contor.services.monitoring.metering.units import exact_kwh


def alert_of(row: Mapping[Any, Any]) -> Alert:
    """The alert of a row of `alerts` (energies in mWh) with its `device_id`."""
    energies = {"energy_kwh": exact_kwh(row["energy"]), "limit_kwh": exact_kwh(row["hourly_limit"])}
    return Alert.model_validate({**row, **energies})


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Conditions that all hold; None is no condition. `begin` and `end` bound the start of the hour, `end` excluded."""

    device_id: UUID | None = None
    state: AlertState | None = None
    acknowledged: bool | None = None
    begin: datetime | None = None
    end: datetime | None = None


class AlertIds(BaseModel):
    """Alerts to acknowledge."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=200)


class Acknowledged(BaseModel):
    """Result of acknowledging several alerts."""

    acknowledged: int = Field(description="Alerts that this request acknowledged.")


class Count(BaseModel):
    count: int
