"""Wire formats: how bytes become readings. One function a format, in a table by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from contor.kernel.errors import BodyTooLarge, Problem
from contor.services.monitoring.ingestion.decoders import json
from contor.services.monitoring.ingestion.rejections import MAX_PAYLOAD, Rejection
from contor.services.monitoring.ingestion.submission import Readings, Submission
from contor.services.monitoring.settings import MAX_BODY_BYTES

Decoder = Callable[[bytes, int, Readings], None]
"""`decoder(body, latest, readings)` adds to `readings` what the body holds: readings whose timestamp is at most
`latest` (epoch ms), and rejections, each with its reason. Its result depends on nothing else.

It raises a `Problem`, having added nothing, for a body that holds no readings at all. It adds to a list that the caller
has, because most messages hold one reading: an object for each would cost as much as decoding it.
"""

DECODERS: Mapping[str, Decoder] = {"json": json.decode}


def decode(body: bytes, latest: int, wire_format: str = "json") -> Readings:
    """The readings of one body, with timestamps up to `latest` (epoch ms). Raises the decoder's `Problem`."""
    readings = Readings()
    DECODERS[wire_format](body, latest, readings)
    return readings


def submissions_of(
    bodies: Iterable[bytes], max_readings: int, latest: int, wire_format: str = "json"
) -> Iterator[Submission]:
    """The readings of these messages, in submissions of `max_readings` or, to hold a whole message, more.

    A message that holds no readings is a rejection: there is no sender to answer.
    """
    decoder = DECODERS[wire_format]
    readings = Readings()
    for body in bodies:
        # One call a message is as fast as one for all of them joined, and a broken message cannot break the next.
        try:
            if len(body) > MAX_BODY_BYTES:
                raise BodyTooLarge(f"A message has at most {MAX_BODY_BYTES} bytes; send the readings in several.")
            decoder(body, latest, readings)
        except Problem as problem:
            readings.rejections.append(_rejection(body, problem))
        if len(readings.devices) + len(readings.rejections) >= max_readings:
            yield Submission(readings, None, by_admin=True)
            readings = Readings()
    if readings.devices or readings.rejections:
        yield Submission(readings, None, by_admin=True)


def _rejection(body: bytes, problem: Problem) -> Rejection:
    payload = body[:MAX_PAYLOAD].decode("utf-8", "replace").replace("\x00", "␀")
    return Rejection(0, None, None, problem.code, problem.detail, "", payload)
