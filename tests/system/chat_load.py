"""A load of chat messages whose senders retry until confirmed, and its comparison with the database and the clients."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.system.deployment import Deployment
from tests.system.reconnecting_clients import ChatClient
from tests.system.users import Json, User
from tests.waiting import until

MESSAGES = 100
STORED = "SELECT seq, client_id::text, text FROM messages WHERE conversation_id = $1 ORDER BY seq"


@dataclass
class ChatLoad:
    """Messages sent to one conversation by their `client_id`; `sent_by_user`: texts of each user, in order."""

    conversation: str
    sent: dict[str, str] = field(default_factory=dict)
    sent_by_user: dict[str, list[str]] = field(default_factory=dict)
    confirmed: dict[str, Json] = field(default_factory=dict)
    unconfirmed: Counter[str] = field(default_factory=Counter)
    """Failed attempts by error or status; each message was sent again with the same `client_id`."""

    @property
    def path(self) -> str:
        return f"/chat/conversations/{self.conversation}/messages"

    async def run(self, speakers: Sequence[User], *, seconds: float, messages: int = MESSAGES) -> None:
        """Send `messages` in total, evenly over `seconds`; each speaker sends an equal share, one after the other."""
        share = messages // len(speakers)
        async with asyncio.TaskGroup() as group:
            for speaker in speakers:
                group.create_task(self._send_share(speaker, share, seconds / share))

    async def _send_share(self, speaker: User, share: int, pause: float) -> None:
        for _ in range(share):
            await self.send_message(speaker, f"{speaker.username} {len(self.sent_by_user.get(speaker.id, ()))}")
            await asyncio.sleep(pause)

    async def send_message(self, user: User, text: str) -> Json:
        """Send a message as the frontend does: repeat it with the same `client_id` until it is confirmed."""
        client_id = str(uuid4())
        self.sent[client_id] = text
        self.sent_by_user.setdefault(user.id, []).append(text)
        while True:
            response = await self._try_send(user, text, client_id)
            if response is not None:
                self.confirmed[client_id] = response
                return response
            await asyncio.sleep(0.2)

    async def _try_send(self, user: User, text: str, client_id: str) -> Json | None:
        try:
            response = await user.request("POST", self.path, {"text": text, "client_id": client_id})
            if response.status_code == 401:
                await user.refresh()
        except httpx.TransportError as error:
            self.unconfirmed[type(error).__name__] += 1
            return None
        if response.is_success:
            return dict(response.json())
        assert response.status_code in (401, 429, 503), response.text
        self.unconfirmed[str(response.status_code)] += 1
        return None


@dataclass(frozen=True, slots=True)
class StoredChat:
    """Stored texts in order of their numbers. `lost`: confirmed messages that are missing or differ."""

    texts: list[str]
    lost: set[str]
    duplicates: int


async def read_stored_chat(deployment: Deployment, chat: ChatLoad) -> StoredChat:
    async with deployment.database("chat") as database:
        rows = [row for row in await database.fetch(STORED, chat.conversation) if row["client_id"] is not None]
    stored = {row["client_id"]: (row["seq"], row["text"]) for row in rows}
    lost = {key for key, response in chat.confirmed.items() if stored.get(key) != (response["seq"], chat.sent[key])}
    doubled = Counter(row["text"] for row in rows)
    return StoredChat([row["text"] for row in rows], lost, sum(times - 1 for times in doubled.values()))


ROWS: list[str] = []
"""Table rows of the running test; printed together at the end of the run."""
HEAD = (
    f"{'':60}{'chat messages':^49} │{'messages at the clients':^40}\n"
    f"{'':60}{'sent':>8}{'confirmed':>11}{'stored':>8}{'lost':>6}{'doubled':>9}{'resent':>7} │"
    f"{'views':>8}{'missing':>9}{'doubled':>9}{'misordered':>12}"
)


async def check_chat_load(fault: str, contor: Deployment, chat: ChatLoad, clients: Sequence[ChatClient]) -> None:
    """Every client received every message once, in the stored order."""
    with contextlib.suppress(AssertionError):  # the table reports what is missing by then
        await until(lambda: all(len(client.messages()) >= len(chat.sent) for client in clients), seconds=30)
    check_stored_and_seen(fault, chat, await read_stored_chat(contor, chat), [client.texts() for client in clients])
    assert not set().union(*(client.duplicates() for client in clients))


def check_stored_and_seen(fault: str, chat: ChatLoad, stored: StoredChat, views: Sequence[list[str]]) -> None:
    """Add a row to the table, then check: every message once and in order, in the database and at every client."""
    missing = sum((Counter(stored.texts) - Counter(view)).total() for view in views)
    doubled = sum((Counter(view) - Counter(stored.texts)).total() for view in views)
    misordered = sum(view != stored.texts and not (missing or doubled) for view in views)
    row = (
        f"{fault:60}{len(chat.sent):>8}{len(chat.confirmed):>11}{len(stored.texts):>8}{len(stored.lost):>6}"
        f"{stored.duplicates:>9}{chat.unconfirmed.total():>7} │{len(views):>8}{missing:>9}{doubled:>9}{misordered:>12}"
    )
    ROWS.append(row)
    print(f"\n{HEAD}\n{row}  {dict(chat.unconfirmed) or ''}")  # noqa: T201  the figures are a result of the test
    assert not stored.lost
    assert Counter(stored.texts) == Counter(chat.sent.values())
    for texts in chat.sent_by_user.values():
        assert [text for text in stored.texts if text in texts] == texts
    for view in views:
        assert view == stored.texts
