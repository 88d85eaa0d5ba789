"""A hundred messages by people who never give up, held against what is stored and what everybody sees."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.system.deployment import Deployment
from tests.system.people import Json, Person
from tests.system.watcher import Follower
from tests.waiting import until

MESSAGES = 100
STORED = "SELECT seq, client_id::text, text FROM messages WHERE conversation_id = $1 ORDER BY seq"


@dataclass
class Talk:
    """What was said in one conversation, by its client-made id; `written` by each person, in their order."""

    conversation: str
    said: dict[str, str] = field(default_factory=dict)
    written: dict[str, list[str]] = field(default_factory=dict)
    confirmed: dict[str, Json] = field(default_factory=dict)
    unanswered: Counter[str] = field(default_factory=Counter)
    """Sends that were not confirmed, by what came instead; each was repeated under the same id."""

    @property
    def path(self) -> str:
        return f"/chat/conversations/{self.conversation}/messages"

    async def hold(self, speakers: Sequence[Person], *, seconds: float, messages: int = MESSAGES) -> None:
        """Have them say that many messages in turn, spread over that time: each their own in their order."""
        share = messages // len(speakers)
        async with asyncio.TaskGroup() as group:
            for speaker in speakers:
                group.create_task(self._hold_forth(speaker, share, seconds / share))

    async def _hold_forth(self, speaker: Person, share: int, apart: float) -> None:
        for _ in range(share):
            await self.say(speaker, f"{speaker.username} {len(self.written.get(speaker.id, ()))}")
            await asyncio.sleep(apart)

    async def say(self, person: Person, text: str) -> Json:
        """As a browser does: again and again under one id, until it is answered that it is stored."""
        client_id = str(uuid4())
        self.said[client_id] = text
        self.written.setdefault(person.id, []).append(text)
        while True:
            answer = await self._tried(person, text, client_id)
            if answer is not None:
                self.confirmed[client_id] = answer
                return answer
            await asyncio.sleep(0.2)

    async def _tried(self, person: Person, text: str, client_id: str) -> Json | None:
        try:
            answer = await person.ask("POST", self.path, {"text": text, "client_id": client_id})
            if answer.status_code == 401:
                await person.refresh()
        except httpx.TransportError as error:
            self.unanswered[type(error).__name__] += 1
            return None
        if answer.is_success:
            return dict(answer.json())
        assert answer.status_code in (401, 429, 503), answer.text
        self.unanswered[str(answer.status_code)] += 1
        return None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database has of a talk, in its order; `lost`: confirmed and not there as it was confirmed."""

    texts: list[str]
    lost: set[str]
    doubled: int


async def kept(deployment: Deployment, talk: Talk) -> Kept:
    async with deployment.database("chat") as chat:
        rows = [row for row in await chat.fetch(STORED, talk.conversation) if row["client_id"] is not None]
    stored = {row["client_id"]: (row["seq"], row["text"]) for row in rows}
    lost = {key for key, answer in talk.confirmed.items() if stored.get(key) != (answer["seq"], talk.said[key])}
    doubled = Counter(row["text"] for row in rows)
    return Kept([row["text"] for row in rows], lost, sum(times - 1 for times in doubled.values()))


ROWS: list[str] = []
"""What the faults of the running test came to for a talk; shown together at the end of the run."""
HEAD = (
    f"{'':60}{'chat messages':^49} │{'what those who are in it see':^40}\n"
    f"{'':60}{'sent':>8}{'confirmed':>11}{'stored':>8}{'lost':>6}{'doubled':>9}{'again':>7} │"
    f"{'views':>8}{'missing':>9}{'doubled':>9}{'disordered':>12}"
)


async def check_followed(fault: str, contor: Deployment, talk: Talk, followers: Sequence[Follower]) -> None:
    """Once what is on its way had its time: everybody was told of every message, and of none twice."""
    with contextlib.suppress(AssertionError):  # what has not come by then is missing, as the table will say
        await until(lambda: all(len(follower.seen()) >= len(talk.said) for follower in followers), seconds=30)
    check_talk(fault, talk, await kept(contor, talk), [follower.texts() for follower in followers])
    assert not set().union(*(follower.told_twice() for follower in followers))


def check_talk(fault: str, talk: Talk, seen: Kept, views: Sequence[list[str]]) -> None:
    """Add the row of a fault to the table, and hold it to the rule: every message once, in order, on all sides."""
    missing = sum((Counter(seen.texts) - Counter(view)).total() for view in views)
    doubled = sum((Counter(view) - Counter(seen.texts)).total() for view in views)
    disordered = sum(view != seen.texts and not (missing or doubled) for view in views)
    row = (
        f"{fault:60}{len(talk.said):>8}{len(talk.confirmed):>11}{len(seen.texts):>8}{len(seen.lost):>6}"
        f"{seen.doubled:>9}{talk.unanswered.total():>7} │{len(views):>8}{missing:>9}{doubled:>9}{disordered:>12}"
    )
    ROWS.append(row)
    print(f"\n{HEAD}\n{row}  {dict(talk.unanswered) or ''}")  # noqa: T201  the figures are what one runs this for
    assert not seen.lost
    assert Counter(seen.texts) == Counter(talk.said.values())
    for own in talk.written.values():
        assert [text for text in seen.texts if text in own] == own
    for view in views:
        assert view == seen.texts
