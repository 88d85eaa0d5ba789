"""Settings of monitoring. Prefix: `CONTOR_MONITORING_`."""

from datetime import datetime, timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contor.contracts.readings import epoch_ms

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
    max_ahead_minutes: int = Field(5, ge=0, le=1440)
    """How far ahead of the server's clock the timestamp of a reading may be."""
    live_interval_ms: int = Field(250, ge=10)
    """Between two messages with the live values of meters."""

    @property
    def silent_after(self) -> timedelta:
        return timedelta(minutes=self.silent_after_minutes)

    def latest_ms(self, at: datetime) -> int:
        """The latest timestamp of a reading that is accepted at this instant, in epoch milliseconds."""
        return epoch_ms(at + timedelta(minutes=self.max_ahead_minutes))
