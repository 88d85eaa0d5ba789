"""Settings of monitoring. Prefix: `CONTOR_MONITORING_`."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Of a request, and of a message on the queue."""


class MonitoringSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CONTOR_MONITORING_", extra="ignore")

    batch_readings: int = Field(10_000, ge=1)
    """Readings of one transaction; the last submission in it may exceed this."""
    waiting_readings: int = Field(200_000, ge=1)
    """Readings that may be queued for a transaction; beyond that, requests get 503 `overloaded`."""
    silent_after_minutes: int = Field(60, ge=1)
    """Without a reading, until a meter is shown as silent."""
    live_interval_ms: int = Field(250, ge=10)
    """Between two messages with the live values of meters."""

    @property
    def silent_after(self) -> timedelta:
        return timedelta(minutes=self.silent_after_minutes)
