"""The period of a request: the query parameters `from` and `to`, the same for every endpoint."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import AwareDatetime

from contor.kernel.errors import Invalid
from contor.services.monitoring.schemas.periods import BoundedPeriod, Period

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""A bound beyond these is moved to them: no data lies there, and arithmetic at the ends of the calendar overflows."""
BEGIN = Query(alias="from", description="Start of the period, inclusive: ISO 8601 with an offset.")
END = Query(alias="to", description="End of the period, exclusive, after `from`: ISO 8601 with an offset.")


async def _period(
    begin: Annotated[AwareDatetime | None, BEGIN] = None, end: Annotated[AwareDatetime | None, END] = None
) -> Period:
    return period_of(begin, end)


def period_of(begin: datetime | None, end: datetime | None) -> Period:
    """Raises `Invalid` when `begin` is not before `end`."""
    if begin is not None and end is not None and begin >= end:
        raise Invalid("to", "must be after `from`", "range_empty")
    return Period(None if begin is None else _clamp(begin), None if end is None else _clamp(end))


async def _bounded_period(begin: Annotated[AwareDatetime, BEGIN], end: Annotated[AwareDatetime, END]) -> BoundedPeriod:
    period_of(begin, end)
    return BoundedPeriod(_clamp(begin), _clamp(end))


def _clamp(instant: datetime) -> datetime:
    return min(max(instant, EARLIEST), LATEST).astimezone(UTC)


OptionalPeriod = Annotated[Period, Depends(_period)]
RequiredPeriod = Annotated[BoundedPeriod, Depends(_bounded_period)]
