"""Alerts; one alert is `contracts.alerts.Alert`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contor.contracts.alerts import Alert
from contor.services.monitoring.metering.slots import exact_kwh


def alert_of(row: Mapping[Any, Any]) -> Alert:
    """The alert of a row of `alerts` (energies in mWh) with its `device_id`."""
    energies = {"energy_kwh": exact_kwh(row["energy"]), "limit_kwh": exact_kwh(row["hourly_limit"])}
    return Alert.model_validate({**row, **energies})


class AlertIds(BaseModel):
    """Alerts to acknowledge."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=200)


class Acknowledged(BaseModel):
    """Result of acknowledging several alerts."""

    acknowledged: int = Field(description="Alerts that this request acknowledged.")


class Count(BaseModel):
    count: int
