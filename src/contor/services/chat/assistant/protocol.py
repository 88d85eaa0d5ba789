"""What an assistant is asked and may answer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

from contor.kernel.identity import Identity
from contor.kernel.peers import Peers

Language = Literal["en", "ro"]
Tell = Callable[[str], Awaitable[None]]
"""Shows the answer as it grows: every call gives the whole text so far."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message; private notes are never among them."""

    author: Literal["client", "assistant", "operator"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a client wrote. `history` is what was said before it, the newest last."""

    text: str
    language: Language
    history: Sequence[Turn]
    asker: Identity
    now: datetime
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from; `href` is a path of the frontend, None where it has no page."""

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
    """A person has to go on; `text` tells the client so in their language."""

    reason: HandOverReason
    text: str | None


class Assistant(Protocol):
    @property
    def name(self) -> str:
        """`fallback`, or the model's name: the interface says which of the two answers."""

    async def answer(self, question: Question, peers: Peers, tell: Tell) -> Answer | HandOver:
        """Answer with the rights of whoever asks; whatever goes wrong on the way is a `HandOver`."""


class Budget(Protocol):
    """How much of a model a person has used on a day."""

    async def spend(self, user_id: UUID, day: date, requests: int, tokens: int) -> bool:
        """Add to the day's use; whether it was still within the limits before."""
