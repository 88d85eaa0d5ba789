"""Alerts: which are wanted, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contor.contracts.alerts import Alert, AlertState
from contor.services.monitoring.metering.units import exact_kwh
from contor.services.monitoring.schemas.periods import ALL_TIME, Period


def alert_of(row: Mapping[Any, Any]) -> Alert:
    """The alert of a row of `alerts` (energies in µWh) with its `device_id`."""
    energies = {"energy_kwh": exact_kwh(row["energy"]), "limit_kwh": exact_kwh(row["hourly_limit"])}
    return Alert.model_validate({**row, **energies})


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Conditions that all hold; None is no condition. The hour of an alert overlaps `period`."""

    device_id: UUID | None = None
    state: AlertState | None = None
    acknowledged: bool | None = None
    past: bool | None = None
    period: Period = ALL_TIME


class AlertConditions(BaseModel):
    """Conditions that all hold; an omitted one is none. `from` and `to`: alerts whose hour overlaps the period."""

    model_config = ConfigDict(extra="forbid")

    device_id: UUID | None = None
    state: AlertState | None = None
    past: bool | None = None
    begin: AwareDatetime | None = Field(None, alias="from")
    end: AwareDatetime | None = Field(None, alias="to")


class AlertChoice(BaseModel):
    """Alerts to acknowledge: either those with these ids, or all that fulfil the conditions of `filter`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] | None = Field(None, min_length=1, max_length=200)
    filter: AlertConditions | None = None

    @model_validator(mode="after")
    def _require_one(self) -> "AlertChoice":
        if (self.ids is None) == (self.filter is None):
            raise ValueError("send either `ids` or `filter`")
        return self


class Acknowledged(BaseModel):
    """Result of acknowledging several alerts."""

    acknowledged: int = Field(description="Alerts that this request acknowledged.")


class Count(BaseModel):
    count: int
