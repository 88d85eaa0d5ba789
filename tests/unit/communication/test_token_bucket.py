"""The rate limit of the frames of a socket."""

from contor.services.communication.service import TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_burst_is_allowed_and_the_next_token_is_refused() -> None:
    bucket = TokenBucket(rate=20, burst=40, clock=Clock())

    assert [bucket.take() for _ in range(41)] == [True] * 40 + [False]


def test_tokens_refill_at_the_rate_up_to_the_burst() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=20, burst=40, clock=clock)
    for _ in range(40):
        bucket.take()

    clock.now = 0.5
    assert [bucket.take() for _ in range(11)] == [True] * 10 + [False]
    clock.now = 1000.0
    assert [bucket.take() for _ in range(41)] == [True] * 40 + [False]
