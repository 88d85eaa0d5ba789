"""Wire formats: how bytes become readings. One function a format, in a table by name."""

from collections.abc import Callable, Mapping
from datetime import datetime

from contor.services.monitoring.ingestion.decoders import json
from contor.services.monitoring.ingestion.reading_rules import latest_ms
from contor.services.monitoring.ingestion.submission import Readings

Decoder = Callable[[bytes, int, Readings], None]
"""`decoder(body, latest, readings)` adds to `readings` what the body holds: readings whose timestamp is at most
`latest` (epoch ms), and rejections, each with its reason. Its result depends on nothing else.

It raises a `Problem`, having added nothing, for a body that holds no readings at all. It adds to a list that the caller
has, because most messages hold one reading: an object for each would cost as much as decoding it.
"""

DECODERS: Mapping[str, Decoder] = {"json": json.decode}


def decode(body: bytes, at: datetime, wire_format: str = "json") -> Readings:
    """The readings of one body that arrived at this instant. Raises the decoder's `Problem`."""
    readings = Readings()
    DECODERS[wire_format](body, latest_ms(at), readings)
    return readings
