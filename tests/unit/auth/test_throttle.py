"""How long one waits after how many failures; how a known device is told."""

from uuid import uuid4

import pytest

from contor.services.auth.service.throttle import Bucket, KnownDevices


@pytest.mark.parametrize(
    ("failures", "wait"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (13, 256), (14, 300), (1000, 300)]
)
def test_waits_double_after_the_free_failures_up_to_the_cap(failures: int, wait: float) -> None:
    assert Bucket(b"", free=5, max_wait=300).wait(failures, 0) == wait


def test_what_has_passed_since_the_last_failure_was_waited_already() -> None:
    bucket = Bucket(b"", free=5, max_wait=300)
    assert bucket.wait(7, 3) == 1
    assert bucket.wait(7, 5) < 0


def test_a_device_is_known_for_the_account_it_signed_in_to_only() -> None:
    devices, account = KnownDevices(b"secret of this test, long enough"), uuid4()
    marker = devices.mark(account)
    assert devices.recognises(marker, account)
    assert not devices.recognises(marker, uuid4())
    assert not KnownDevices(b"another secret, of another house").recognises(marker, account)
    for made_up in ("", "nonsense", "ă", "=" * 50, marker[:-3]):
        assert not devices.recognises(made_up, account)
