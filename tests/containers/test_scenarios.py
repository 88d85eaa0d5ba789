"""Main scenarios of the system and browser tests, run against the containers."""

import pytest

from tests.e2e import test_meter_to_alert as browser_scenario
from tests.e2e.conftest import WindowOpener
from tests.system import test_main_scenario as api_scenario
from tests.system.users import User, UserFactory

pytestmark = pytest.mark.usefixtures("stable_hour")


async def test_from_registration_to_an_acknowledged_alert(users: UserFactory, admin: User) -> None:
    await api_scenario.test_from_registration_to_an_acknowledged_alert(users, admin)


async def test_a_new_meter_its_values_and_its_alert_appear_without_a_reload(
    open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    await browser_scenario.test_a_new_meter_its_values_and_its_alert_appear_without_a_reload(open_window, users, admin)
