"""The running chat service and its users."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
import pytest
from uuid_utils.compat import uuid7

from contor.contracts.accounts import UserChanged
from contor.contracts.chat import (
    ConversationChanged,
    DraftUpdated,
    MessageChanged,
    MessagePosted,
    MessagesRead,
    PresenceChanged,
    TypingReported,
)
from contor.kernel.messaging.message import Message
from contor.services.chat import SERVICE
from tests.running import RunningService
from tests.waiting import until

Run = Callable[..., AbstractAsyncContextManager[RunningService]]
Role = Literal["client", "admin"]
EVENTS: tuple[type[Message], ...] = (
    MessagePosted,
    MessageChanged,
    ConversationChanged,
    MessagesRead,
    TypingReported,
    DraftUpdated,
    PresenceChanged,
)


class ChatUser:
    """A user and the requests that the user makes."""

    def __init__(self, running: RunningService, role: Role, username: str) -> None:
        self.id = uuid7()
        self.role: Role = role
        self.username = username
        self._running = running

    async def request(self, method: str, path: str, body: object = None, **query: Any) -> httpx.Response:
        headers = self._running.auth(self.id, self.role)
        return await self._running.client.request(method, f"/chat{path}", headers=headers, json=body, params=query)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.request("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of a response that must be a success."""
        answer = await self.request(method, path, body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def refused(self, method: str, path: str, body: object = None, **query: Any) -> tuple[int, str]:
        """Status and code of a response that must be an error."""
        answer = await self.request(method, path, body, **query)
        assert answer.is_error, answer.text
        return answer.status_code, answer.json()["code"]

    async def support(self) -> str:
        """The id of the user's conversation with support."""
        return str((await self.send("POST", "/conversations", {"kind": "support"}))["id"])

    async def direct(self, *others: "ChatUser") -> str:
        body = {"kind": "direct", "participants": [str(other.id) for other in others]}
        return str((await self.send("POST", "/conversations", body))["id"])

    async def write(self, conversation: str, text: str, client_id: UUID | None = None) -> Any:
        body = {"text": text, "client_id": str(client_id or uuid4())}
        return await self.send("POST", f"/conversations/{conversation}/messages", body)

    async def act(self, conversation: str, action: str, body: object = None) -> Any:
        return await self.send("POST", f"/conversations/{conversation}/{action}", body)

    async def messages(self, conversation: str, **query: Any) -> list[Any]:
        return list((await self.get(f"/conversations/{conversation}/messages", **query))["items"])

    async def state(self, conversation: str) -> str:
        return str((await self.get(f"/conversations/{conversation}"))["state"])

    async def until_state(self, conversation: str, state: str) -> Any:
        async def reached() -> Any:
            seen = await self.get(f"/conversations/{conversation}")
            return seen if seen["state"] == state else None

        return await until(reached, what=f"state {state}")


class Chat:
    """The running service."""

    def __init__(self, running: RunningService) -> None:
        self.running = running

    async def user(self, username: str | None = None, role: Role = "client", full_name: str | None = None) -> ChatUser:
        user = ChatUser(self.running, role, username or f"user-{uuid4().hex[:8]}")
        await self.publish_user(user, 1, full_name=full_name)
        return user

    async def operator(self, username: str | None = None) -> ChatUser:
        return await self.user(username, "admin")

    async def publish_user(
        self, user: ChatUser, version: int, *, disabled: bool = False, full_name: str | None = None
    ) -> None:
        """Publish the `UserChanged` of this user, as the user service does."""
        await self.running.publish(
            UserChanged(
                user_id=user.id,
                version=version,
                username=user.username,
                full_name=full_name,
                role=user.role,
                disabled=disabled,
            )
        )

    def published(self, kind: type[Message]) -> list[Any]:
        """The messages of this kind that the service published."""
        return [message for message in self.running.published if isinstance(message, kind)]


@pytest.fixture
async def chat(run: Run, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """With the assistant switched off."""
    monkeypatch.setenv("CONTOR_CHAT_ASSISTANT", "off")
    async with run(SERVICE, collect=EVENTS) as running:
        yield Chat(running)


@pytest.fixture
async def assisted(run: Run, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """With the built-in assistant."""
    monkeypatch.setenv("CONTOR_CHAT_ASSISTANT", "fallback")
    async with run(SERVICE, collect=EVENTS) as running:
        yield Chat(running)
