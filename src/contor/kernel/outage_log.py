"""Log lines of an outage that lasts: few, however often the work is retried."""

import time
from collections.abc import Callable

from contor.kernel.telemetry import log

INTERVAL_SECONDS = 10.0


class OutageLog:
    """Logs the first failure at once, then at most one in `INTERVAL_SECONDS` with the number of failures since the
    line before, and the end of an outage that was logged once, as `restored_event`. `fields` are on every line.
    """

    def __init__(self, restored_event: str, *, clock: Callable[[], float] = time.monotonic, **fields: str) -> None:
        self._restored_event = restored_event
        self._clock = clock
        self._fields = fields
        self._failures = 0
        self._last_line: float | None = None
        self._began: float | None = None
        """When the outage that was logged began; None when none was, or its end was logged."""

    def failed(self, event: str, *, error: str, exc_info: bool = False) -> None:
        """`exc_info`: the error is unexpected; it is logged as such, with its stack trace."""
        at = self._clock()
        self._failures += 1
        if self._last_line is not None and at < self._last_line + INTERVAL_SECONDS:
            return
        fields = {**self._fields, "error": error, "failures": self._failures}
        if exc_info:
            log.exception(event, **fields)
        else:
            log.warning(event, **fields)
        self._last_line, self._failures = at, 0
        if self._began is None:
            self._began = at

    def restored(self) -> None:
        """May be called after every success."""
        if self._began is not None:
            log.info(self._restored_event, **self._fields, seconds=round(self._clock() - self._began, 1))
            self._began = None
