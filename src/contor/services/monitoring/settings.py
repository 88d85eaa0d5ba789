"""Settings of monitoring. Prefix: `CONTOR_MONITORING_`."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Of a request, and of a message on the queue."""


class MonitoringSettings(BaseSettings):
    """How much is taken at once, and when a meter counts as silent."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_MONITORING_", extra="ignore")

    batch_readings: int = Field(10_000, ge=1)
    """Readings of one transaction, at most one submission more."""
    waiting_readings: int = Field(200_000, ge=1)
    """Readings that may wait for a transaction; beyond that senders are told to come back."""
    silent_after_minutes: int = Field(60, ge=1)
    live_interval_ms: int = Field(250, ge=10)
    """How long newest readings are gathered before screens are told."""

    @property
    def silent_after(self) -> timedelta:
        return timedelta(minutes=self.silent_after_minutes)
