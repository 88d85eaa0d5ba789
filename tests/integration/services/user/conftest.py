"""The user service by itself, and beside the real auth service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal
from uuid import UUID

import httpx
import pytest
from uuid_utils.compat import uuid7

from contor.contracts.accounts import AccountOpened, UserChanged, UserDeleted
from contor.services.user import SERVICE
from tests.running import RunningService
from tests.waiting import until

Run = Callable[..., AbstractAsyncContextManager[RunningService]]


class Users:
    """The running service, and what its tests say to it."""

    def __init__(self, running: RunningService) -> None:
        self.running = running

    async def request(
        self, method: str, path: str = "", *, by: UUID | None = None, expect: int = 200, **sent: Any
    ) -> Any:
        """What `/users{path}` answers to that client, or to an administrator; its status must be `expect`."""
        headers = self.running.auth(by) if by else self.running.admin()
        answer: httpx.Response = await self.running.client.request(method, f"/users{path}", headers=headers, **sent)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def opened(self, username: str = "ana", role: Literal["client", "admin"] = "client", **fields: Any) -> UUID:
        """Somebody whose account was opened."""
        person = uuid7()
        await self.running.publish(AccountOpened(account_id=person, username=username, role=role, **fields))
        return person

    async def usernames(self, **query: Any) -> list[str]:
        page = await self.request("GET", params=query)
        return [user["username"] for user in page["items"]]

    async def said(self, person: UUID, version: int) -> UserChanged:
        """The message that tells of that version of the person."""

        def find() -> UserChanged | None:
            said = [m for m in self.running.published if isinstance(m, UserChanged)]
            return next((m for m in said if m.user_id == person and m.version == version), None)

        found: UserChanged | None = await until(find, what=f"UserChanged version {version}")
        assert found is not None
        return found

    async def said_deleted(self, person: UUID) -> None:
        """Return when the message of that person's deletion was published."""

        def find() -> bool:
            return any(isinstance(m, UserDeleted) and m.user_id == person for m in self.running.published)

        await until(find, what="UserDeleted")


@pytest.fixture
async def users(run: Run) -> AsyncIterator[Users]:
    async with run(SERVICE, collect=(UserChanged, UserDeleted)) as running:
        yield Users(running)
