"""Settings of the device service."""

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contor.kernel.time_zones import known_time_zones


class DeviceSettings(BaseSettings):
    """Prefix: `CONTOR_DEVICE_`."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_DEVICE_", extra="ignore")

    default_time_zone: str = "Europe/Bucharest"
    """Of devices created without one: an IANA name."""

    @field_validator("default_time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in known_time_zones():
            raise ValueError(f"CONTOR_DEVICE_DEFAULT_TIME_ZONE: there is no time zone {name!r}")
        return name
