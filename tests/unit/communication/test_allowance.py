"""How many frames a socket may send."""

from contor.services.communication.service import Allowance


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_frame_does_not() -> None:
    allowance = Allowance(rate=20, burst=40, clock=Clock())

    assert [allowance.take() for _ in range(41)] == [True] * 40 + [False]


def test_it_refills_at_its_rate_and_not_beyond_the_burst() -> None:
    clock = Clock()
    allowance = Allowance(rate=20, burst=40, clock=clock)
    for _ in range(40):
        allowance.take()

    clock.now = 0.5
    assert [allowance.take() for _ in range(11)] == [True] * 10 + [False]
    clock.now = 1000.0
    assert [allowance.take() for _ in range(41)] == [True] * 40 + [False]
