"""A served communication service for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.services.communication.serving import Served, serve


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(tmp_path) as served:
        yield served
