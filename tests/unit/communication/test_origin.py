"""Which pages may open a socket."""

import pytest

from contor.services.communication.service import origin_allowed


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://meters.example", "meters.example"),
        ("https://meters.example", "meters.example"),
        ("http://localhost:8000", "localhost:8000"),
        ("https://meters.example", "meters.example:443"),
        ("https://Meters.example", "meters.EXAMPLE"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_may_connect_to_the_host_it_was_loaded_from(origin: str, host: str) -> None:
    assert origin_allowed(origin, host, [])


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "meters.example"),
        ("http://meters.example.evil.example", "meters.example"),
        ("http://sub.meters.example", "meters.example"),
        ("http://localhost:3000", "localhost:8000"),
        ("http://meters.example:8000", "meters.example"),
        ("null", "meters.example"),
        ("", ""),
        ("http://", ""),
        ("file://meters.example", "meters.example"),
        ("http://meters.example:port", "meters.example"),
    ],
)
def test_a_page_of_another_origin_may_not_connect(origin: str, host: str) -> None:
    assert not origin_allowed(origin, host, [])


def test_allowed_origins_are_compared_exactly() -> None:
    allowed = ["https://app.example"]

    assert origin_allowed("https://app.example", "api.example", allowed)
    assert not origin_allowed("http://app.example", "api.example", allowed)
    assert not origin_allowed("https://app.example.evil.example", "api.example", allowed)
