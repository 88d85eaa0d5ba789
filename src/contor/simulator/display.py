"""Progress on the terminal."""

import time
from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.status import Status

from contor.simulator.delivery import Tally


class Display:
    """Receives the progress of a run, and shows nothing. Times are epoch seconds of meter time."""

    def begin(self, meters: int, total: int) -> None:
        """The run starts; `total` readings will be sent as fast as possible, 0 when all are paced."""

    def past(self, done: int) -> None:
        """`done` of the past readings were sent."""

    def live(self, at: float, power_w: float, tally: Tally) -> None:
        """All readings up to `at` were sent; the meters together draw `power_w`."""

    def warn(self, line: str) -> None:
        """A problem that does not end the run."""

    def end(self, tally: Tally, faults: Mapping[str, int]) -> None:
        """The run ended, for any reason."""


class Silent(Display):
    pass


class Screen(Display):
    """A bar for the past, a line for the present, a summary at the end."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._meters = 0
        self._done = 0
        self._task = TaskID(0)
        self._bar: Progress | None = None
        self._status: Status | None = None

    def begin(self, meters: int, total: int) -> None:
        self._meters = meters
        self._began = time.monotonic()
        if total:
            columns = (TextColumn("past"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console)
            self._task = self._bar.add_task("past", total=total)
            self._bar.start()

    def past(self, done: int) -> None:
        self._done = done
        if self._bar:
            self._bar.update(self._task, completed=done)

    def live(self, at: float, power_w: float, tally: Tally) -> None:
        self._close_bar()
        if self._status is None:
            self._console.print(f"live: {self._meters} meter{'' if self._meters == 1 else 's'}, Ctrl-C to stop")
            self._status = self._console.status("")
            self._status.start()
        time_text = datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        self._status.update(f"{time_text}   {power_w:,.0f} W   {tally.short()}")

    def warn(self, line: str) -> None:
        self._console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)

    def end(self, tally: Tally, faults: Mapping[str, int]) -> None:
        self._close_bar()
        if self._status:
            self._status.stop()
        self._console.print(tally.line(), highlight=False, soft_wrap=True)
        done = ", ".join(f"{count:,} {name}" for name, count in faults.items() if count)
        if done:
            self._console.print(f"simulated faults: {done}", highlight=False)

    def _close_bar(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None
            seconds = time.monotonic() - self._began
            self._console.print(f"past: {self._done:,} readings in {seconds:.1f} s", highlight=False)
