"""Settings of the device service."""

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contor.kernel.time_zones import known_time_zones


class DeviceSettings(BaseSettings):
    """Prefix: `CONTOR_DEVICE_`."""

    model_config = SettingsConfigDict(env_prefix="CONTOR_DEVICE_", extra="ignore")

    default_time_zone: str = "Europe/Bucharest"
    """The IANA time zone of devices created without one."""

    @field_validator("default_time_zone")
    @classmethod
    def _require_known(cls, name: str) -> str:
        if name not in known_time_zones():
            raise ValueError(
                f"CONTOR_DEVICE_DEFAULT_TIME_ZONE: there is no time zone {name!r}; "
                "use an IANA name such as Europe/Bucharest"
            )
        return name
