"""A clock that a test sets: what `contor.kernel.clock.now` returns, in every module of the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo

import pytest


class FixedClock:
    """Stands in for the class `datetime` in `contor.kernel.clock`. Tokens and timeouts keep the real clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self, zone: tzinfo) -> datetime:
        return self.moment.astimezone(zone)


@contextmanager
def fixed_clock(moment: datetime) -> Iterator[FixedClock]:
    clock = FixedClock(moment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contor.kernel.clock.datetime", clock)
        yield clock
