"""Alerts are a function of readings, limits, owners and zones, in any order of arrival, and equal the model's."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from contor.services.monitoring import SERVICE
from tests.integration.services.monitoring.conftest import Meters
from tests.integration.services.monitoring.scenario import (
    BEGINNINGS,
    EVENTS,
    PEOPLE,
    Acknowledge,
    Change,
    Send,
    Wait,
    played,
)
from tests.running import Databases, run_service

OVER, UNDER, EARLY = [(-5, 1.3)], [(-5, 0.1)], [(-50, 1.3), (-5, 1.3)]


@pytest.fixture(scope="module")
async def monitoring(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Meters]:
    async with run_service(SERVICE, databases, tmp_path_factory.mktemp("alerts")) as running:
        yield Meters(running)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(BEGINNINGS[0], [Send(None, OVER), Send(None, UNDER), Send(None, OVER), Change("owner", "Ben", -8)], [])
@example(BEGINNINGS[1], [Send(None, OVER), Acknowledge("Ana", 0), Send(None, UNDER), Change("owner", "Ben", -8)], [])
@example(BEGINNINGS[0], [Send("Ben", EARLY), Change("owner", "Ben", -1), Change("owner", "Ben", -8)], [])
@example(BEGINNINGS[1], [Change("owner", "Ben", -6, True), Change("owner", "Cleo", -1), Send("Ben", EARLY)], [])
@example(BEGINNINGS[0], [Send(None, OVER), Change("owner", None, -10), Change("owner", "Ben", -2)], [])
@example(BEGINNINGS[0], [Send(None, OVER), Change("limit", None), Change("limit", 0.5)], [])
@example(
    BEGINNINGS[0],
    [
        Send(None, EARLY),
        Change("zone", "Asia/Kolkata", late=True),
        Change("limit", 1.5, late=True),
        Wait(60),
        Change("limit", 1),
        Change("zone", "Europe/Bucharest"),
    ],
    [1, 0],
)
@given(st.sampled_from(BEGINNINGS), st.lists(EVENTS, min_size=6, max_size=18), st.permutations(range(6)))
async def test_alerts_equal_the_model_in_any_order_of_arrival(
    monitoring: Meters, begin: datetime, events: list[Any], order: list[int]
) -> None:
    async with played(monitoring, begin, events, order) as scenario:
        expected = {first: asdict(alert) for first, alert in scenario.model.alerts.items()}
        assert await scenario.found_alerts() == expected
        for name in PEOPLE:
            own = {first: alert for first, alert in expected.items() if alert["owner"] == name}
            assert await scenario.found_alerts(by=scenario.people[name]) == own
