"""The adapters that have to keep the contract of `Bus`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from contor.kernel.bus import Bus
from contor.kernel.bus.memory import MemoryBus


@dataclass
class Adapter:
    """Makes buses that share one place: what a bus leaves there the next one finds, as after a restart."""

    make: Callable[[], Bus]


def memory(folder: Path) -> Adapter:
    return Adapter(lambda: MemoryBus(folder / "dead-letters.jsonl", first_pause=0.001))


ADAPTERS = [memory]


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: str(adapter.__name__))
def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> Adapter:
    made: Adapter = request.param(tmp_path)
    return made
