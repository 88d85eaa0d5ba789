"""The stories of the other folders, told against the containers."""

import pytest

from tests.e2e import test_two_browsers as on_the_screen
from tests.e2e.conftest import Opener
from tests.system import test_story as by_the_interface
from tests.system.people import People, Person

pytestmark = pytest.mark.usefixtures("steady_hour")


async def test_from_registration_to_an_acknowledged_alert(people: People, admin: Person) -> None:
    await by_the_interface.test_from_registration_to_an_acknowledged_alert(people, admin)


async def test_a_meter_its_values_and_its_alert_appear_without_a_reload(
    visit: Opener, people: People, admin: Person
) -> None:
    await on_the_screen.test_a_meter_its_values_and_its_alert_appear_on_the_clients_page_without_a_reload(
        visit, people, admin
    )
