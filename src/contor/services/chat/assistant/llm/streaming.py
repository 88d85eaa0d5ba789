"""An answer as it grows, shown sentence by sentence, and only as far as it is known to be right."""

import re
from collections.abc import Callable

from contor.services.chat.assistant.protocol import Tell

_END = re.compile(r"[.!?:]\s|\n")


class Draft:
    """Text that comes in pieces; `holds` says whether a beginning of it may be shown."""

    def __init__(self, tell: Tell, holds: Callable[[str], bool]) -> None:
        self._tell = tell
        self._holds = holds
        self._text = ""
        self._shown = 0

    async def grow(self, piece: str) -> None:
        """Add a piece and show what became whole; a number is never shown before its last digit and unit are there."""
        self._text += piece
        ends = [match.end() for match in _END.finditer(self._text, self._shown)]
        if ends and self._holds(self._text[: ends[-1]]):
            self._shown = ends[-1]
            await self._tell(self._text[: self._shown].rstrip())
