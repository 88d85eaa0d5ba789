"""The stories of the other folders, told against the containers."""

from tests.e2e.test_two_browsers import (
    test_a_meter_its_values_and_its_alert_appear_on_the_clients_page_without_a_reload,
)
from tests.system.test_story import test_from_registration_to_an_acknowledged_alert

__all__ = [
    "test_a_meter_its_values_and_its_alert_appear_on_the_clients_page_without_a_reload",
    "test_from_registration_to_an_acknowledged_alert",
]
