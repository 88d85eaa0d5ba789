"""Shows an answer while the model writes it, sentence by sentence."""

import re
from collections.abc import Callable

from contor.services.chat.assistant.protocol import ShowDraft

_SENTENCE_END = re.compile(r"[.!?:]\s|\n")


class Draft:
    """Text that arrives in pieces. Only whole sentences are shown, so that no number or unit is cut, and only while
    `is_grounded` accepts the text so far.
    """

    def __init__(self, show_draft: ShowDraft, is_grounded: Callable[[str], bool]) -> None:
        self._show_draft = show_draft
        self._is_grounded = is_grounded
        self._text = ""
        self._shown = 0

    async def append(self, piece: str) -> None:
        self._text += piece
        ends = [match.end() for match in _SENTENCE_END.finditer(self._text, self._shown)]
        if ends and self._is_grounded(self._text[: ends[-1]]):
            self._shown = ends[-1]
            await self._show_draft(self._text[: self._shown].rstrip())
