"""Energy as messages, frames and HTTP responses carry it."""

from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

Kwh = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""Kilowatt-hours, exact to the milliwatt-hour (six decimals); in JSON a number."""
