class SimulatorError(Exception):
    """Something the person at the keyboard can put right; its text is one clear line."""


class Refused(SimulatorError):
    """The server answered with an error; `status` is its HTTP status."""

    def __init__(self, line: str, status: int) -> None:
        super().__init__(line)
        self.status = status
