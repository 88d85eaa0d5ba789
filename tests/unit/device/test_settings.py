"""The default time zone of new devices."""

import pytest
from pydantic import ValidationError

from contor.services.device.settings import DeviceSettings


def test_the_default_time_zone_is_bucharest_or_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DeviceSettings().default_time_zone == "Europe/Bucharest"
    monkeypatch.setenv("CONTOR_DEVICE_DEFAULT_TIME_ZONE", "Asia/Kolkata")
    assert DeviceSettings().default_time_zone == "Asia/Kolkata"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "localtime", "Factory", ""])
def test_an_unknown_default_time_zone_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CONTOR_DEVICE_DEFAULT_TIME_ZONE", name)
    with pytest.raises(ValidationError, match="CONTOR_DEVICE_DEFAULT_TIME_ZONE"):
        DeviceSettings()
