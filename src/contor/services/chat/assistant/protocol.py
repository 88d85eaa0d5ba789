"""The assistant as the chat service uses it: questions, answers and hand-overs."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from contor.kernel.identity import Identity
from contor.kernel.peers import Peers

Language = Literal["en", "ro"]
ShowDraft = Callable[[str], Awaitable[None]]
"""Shows an unfinished answer; every call gets the whole text so far."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the conversation; private notes are never included."""

    author: Literal["client", "assistant", "operator"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A message of a client; `history` is the conversation before it, the newest turn last."""

    text: str
    language: Language
    history: Sequence[Turn]
    user: Identity
    now: datetime
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from; `href` is a path of the frontend, None if there is no such page."""

    kind: Literal["device", "alerts", "guide"]
    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`offers_person`: the question was not understood, and the text offers a person instead of an answer."""

    text: str
    sources: Sequence[Source] = ()
    offers_person: bool = False


HandOverReason = Literal["asked", "not_confident", "unchecked_number", "limit", "timeout", "failed"]


@dataclass(frozen=True, slots=True)
class HandOver:
    """An operator has to take over; `text` tells the client so, in their language."""

    reason: HandOverReason
    text: str | None = None


class Assistant(Protocol):
    @property
    def name(self) -> str:
        """`fallback` or the name of the model; the frontend shows which of them answers."""

    async def answer(self, question: Question, peers: Peers, show_draft: ShowDraft) -> Answer | HandOver:
        """Answer with the permissions of the user. Never raises: every failure is a `HandOver`."""


class Budget(Protocol):
    """Model usage by user and day."""

    async def spend(self, user_id: UUID, day: date, requests: int, tokens: int) -> bool:
        """Add to the day's usage; True if it was within the limits before."""
