"""Retries stay within their backoff, their attempts and their deadline."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contor.kernel.retry import Retry

SECONDS = st.floats(0.001, 1000)
FRACTIONS = st.floats(0, 1, exclude_max=True)


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Failing:
    """Fails the first `failures` times."""

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.failures = failures
        self.error = error or ConnectionError("away")
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return "done"


def test_the_ceiling_doubles_up_to_the_maximum() -> None:
    retry = Retry(initial_backoff=0.5, max_backoff=3.0, random=lambda: 1.0)

    assert list(islice(retry.delays(), 5)) == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_jitter_is_full() -> None:
    retry = Retry(initial_backoff=1.0, max_backoff=8.0, random=iter([0.0, 0.5, 0.25]).__next__)

    assert list(islice(retry.delays(), 3)) == [0.0, 1.0, 1.0]


@given(SECONDS, SECONDS, st.floats(1, 10), st.lists(FRACTIONS, min_size=1, max_size=50))
def test_every_delay_is_between_zero_and_its_ceiling(
    initial: float, maximum: float, multiplier: float, fractions: list[float]
) -> None:
    retry = Retry(initial_backoff=initial, max_backoff=maximum, multiplier=multiplier, random=iter(fractions).__next__)

    for n, delay in enumerate(islice(retry.delays(), len(fractions))):
        assert 0 <= delay <= min(initial * multiplier**n * 1.000001, maximum)


@given(SECONDS, SECONDS, st.floats(0, 100), FRACTIONS.filter(lambda fraction: fraction > 0.01))
async def test_no_attempt_begins_after_the_deadline(
    initial: float, maximum: float, deadline: float, fraction: float
) -> None:
    time = FakeTime()
    retry = Retry(
        initial_backoff=initial,
        max_backoff=maximum,
        deadline=deadline,
        max_attempts=200,
        random=lambda: fraction,
        clock=time,
        sleep=time.sleep,
    )

    with pytest.raises(ConnectionError):
        await retry.call(Failing(1000))

    assert time.now <= 100.0 + deadline


def test_the_delays_end_with_the_attempts() -> None:
    retry = Retry(initial_backoff=1.0, max_backoff=1.0, max_attempts=3, random=lambda: 1.0)

    assert list(retry.delays()) == [1.0, 1.0]


def test_backoff_goes_on_for_as_long_as_a_night() -> None:
    retry = Retry(initial_backoff=0.1, max_backoff=5.0, random=lambda: 1.0)

    assert next(islice(retry.delays(), 20_000, None)) == 5.0


async def test_a_call_is_retried_until_it_succeeds() -> None:
    time, operation, reported = FakeTime(), Failing(2), []
    retry = Retry(initial_backoff=1.0, max_backoff=9.0, random=lambda: 1.0, clock=time, sleep=time.sleep)

    assert await retry.call(operation, lambda *report: reported.append(report)) == "done"
    assert time.slept == [1.0, 2.0]
    assert reported == [(operation.error, 1, 1.0), (operation.error, 2, 2.0)]


async def test_the_last_error_is_raised_when_the_attempts_are_used_up() -> None:
    time, operation = FakeTime(), Failing(9)
    retry = Retry(initial_backoff=1.0, max_backoff=9.0, max_attempts=4, clock=time, sleep=time.sleep)

    with pytest.raises(ConnectionError, match="away"):
        await retry.call(operation)
    assert operation.calls == 4
    assert len(time.slept) == 3


async def test_an_error_that_may_not_be_retried_is_raised_at_once() -> None:
    time, operation = FakeTime(), Failing(1, ValueError("wrong"))
    retry = Retry(
        initial_backoff=1.0,
        max_backoff=9.0,
        retry_when=lambda error: isinstance(error, OSError),
        clock=time,
        sleep=time.sleep,
    )

    with pytest.raises(ValueError, match="wrong"):
        await retry.call(operation)
    assert time.slept == []


async def test_a_delay_that_the_server_asks_for_replaces_the_backoff() -> None:
    time = FakeTime()
    retry = Retry(
        initial_backoff=1.0,
        max_backoff=9.0,
        deadline=60.0,
        retry_after=lambda _: 25.0,
        clock=time,
        sleep=time.sleep,
    )

    with pytest.raises(ConnectionError):
        await retry.call(Failing(9))
    assert time.slept == [25.0, 25.0]
