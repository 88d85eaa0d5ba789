"""IANA time zones by name."""

from functools import cache
from zoneinfo import available_timezones

from contor.kernel.errors import Invalid

MACHINE_DEPENDENT = {"Factory", "localtime"}
"""Names in the zone database that mean another zone on each machine."""


class UnknownTimeZone(Invalid):
    code = "unknown_time_zone"


@cache
def known_time_zones() -> frozenset[str]:
    return frozenset(available_timezones() - MACHINE_DEPENDENT)


def require_time_zone(name: str, field: str = "time_zone") -> None:
    """Raise `UnknownTimeZone` unless `name` is exactly that of an IANA time zone."""
    if name not in known_time_zones():
        raise UnknownTimeZone(field, f"there is no time zone {name!r}; use an IANA name such as Europe/Bucharest")
