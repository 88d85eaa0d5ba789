"""IANA time zones by name."""

from functools import cache
from zoneinfo import available_timezones

from contor.kernel.errors import Invalid

NOT_A_PLACE = {"Factory", "localtime"}
"""Files of a zone database that mean another zone on every machine."""


class UnknownTimeZone(Invalid):
    code = "unknown_time_zone"


@cache
def known_time_zones() -> frozenset[str]:
    return frozenset(available_timezones() - NOT_A_PLACE)


def require_time_zone(name: str, field: str = "time_zone") -> None:
    """Raise `UnknownTimeZone` for anything but the exact name of an IANA time zone."""
    if name not in known_time_zones():
        raise UnknownTimeZone(field, f"there is no time zone {name!r}; use an IANA name such as Europe/Bucharest")
