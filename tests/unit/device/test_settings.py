"""The default time zone of new devices."""

import pytest
from pydantic import ValidationError

from contor.services.device.settings import DeviceSettings


def test_devices_are_in_bucharest_unless_the_settings_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert DeviceSettings().default_time_zone == "Europe/Bucharest"
    monkeypatch.setenv("CONTOR_DEVICE_DEFAULT_TIME_ZONE", "Asia/Kolkata")
    assert DeviceSettings().default_time_zone == "Asia/Kolkata"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "localtime", "Factory", ""])
def test_a_default_time_zone_that_names_no_place_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CONTOR_DEVICE_DEFAULT_TIME_ZONE", name)
    with pytest.raises(ValidationError, match="CONTOR_DEVICE_DEFAULT_TIME_ZONE"):
        DeviceSettings()
