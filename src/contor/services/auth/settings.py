"""Settings of the auth service, from environment variables with the prefix `CONTOR_AUTH_`."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from contor.kernel.identity import TOKEN_LIFETIME


class AuthSettings(BaseSettings):
    """Durations are in seconds, or in days where the name says so."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_AUTH_", extra="ignore", populate_by_name=True)

    registration_open: bool = True
    token_lifetime: int = Field(TOKEN_LIFETIME, ge=5, le=TOKEN_LIFETIME)
    refresh_leeway: float = Field(10, ge=0, le=60)
    """A refresh token replaced longer ago than this counts as stolen; before, as a concurrent refresh."""
    refresh_idle_days: float = Field(30, gt=0)
    refresh_absolute_days: float = Field(90, gt=0)
    key_rotation_days: float = Field(30, gt=0)
    audit_retention_days: float = Field(365, gt=0)
    hashing_threads: int = Field(2, ge=1)
    hashing_queue: int = Field(200, ge=1)
    """Requests that hash or wait for a hashing thread; further ones are answered 503."""

    attempts_free: int = Field(5, ge=0)
    """Wrong passwords for one username from one address before a wait is required."""
    attempts_max_wait: float = Field(300, ge=0)
    address_attempts_free: int = Field(50, ge=0)
    """Wrong passwords from one address, for any usernames, before a wait is required."""
    address_max_wait: float = Field(60, ge=0)
    registrations_free: int = Field(200, ge=0)
    """Registrations from one address before a wait is required."""
    attempts_window: float = Field(3600, gt=0)
    """Seconds without a failure after which the counts of an address are reset."""

    admin_username: str = Field("admin", validation_alias="CONTOR_ADMIN_USERNAME")
    admin_password: SecretStr | None = Field(None, validation_alias="CONTOR_ADMIN_PASSWORD")

    @property
    def refresh_idle(self) -> timedelta:
        return timedelta(days=self.refresh_idle_days)

    @property
    def refresh_absolute(self) -> timedelta:
        return timedelta(days=self.refresh_absolute_days)
