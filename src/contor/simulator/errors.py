"""Errors of the simulator; the text of each is one line for its user."""


class SimulatorError(Exception):
    """An error that the user can fix."""


class LinesNotStored(SimulatorError):
    """The run ended, and lines of its file were unreadable or rejected."""


class Unreachable(SimulatorError):
    """The server or the broker cannot be reached."""


class Refused(SimulatorError):
    """The server answered with an error; `status` is its HTTP status, `retry_after` the seconds it asked to wait."""

    def __init__(self, line: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(line)
        self.status = status
        self.retry_after = retry_after
