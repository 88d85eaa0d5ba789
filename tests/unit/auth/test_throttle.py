"""Waits after failures, and markers of known devices."""

from uuid import uuid4

import pytest

from contor.services.auth.service.throttle import Bucket, KnownDevices


@pytest.mark.parametrize(
    ("failures", "wait"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (13, 256), (14, 300), (1000, 300)]
)
def test_waits_double_after_the_free_failures_up_to_the_maximum(failures: int, wait: float) -> None:
    assert Bucket(b"", free=5, max_wait=300).wait(failures, 0) == wait


def test_time_since_the_last_failure_counts_as_waited() -> None:
    bucket = Bucket(b"", free=5, max_wait=300)
    assert bucket.wait(7, 3) == 1
    assert bucket.wait(7, 5) < 0


def test_a_device_is_known_only_for_the_account_it_signed_in_to() -> None:
    devices, account = KnownDevices(b"secret of this test, long enough"), uuid4()
    marker = devices.create_marker(account)
    assert devices.is_known(marker, account)
    assert not devices.is_known(marker, uuid4())
    assert not KnownDevices(b"another secret, also long enough").is_known(marker, account)
    for forged in ("", "nonsense", "ă", "=" * 50, marker[:-3]):
        assert not devices.is_known(forged, account)
