"""The user service alone."""

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
    """The running service, with shortcuts for its tests."""

    def __init__(self, running: RunningService) -> None:
        self.running = running

    async def request(
        self, method: str, path: str = "", *, by: UUID | None = None, expect: int = 200, **sent: Any
    ) -> Any:
        """The response body of `/users{path}` for client `by` or an administrator; the status must be `expect`."""
        headers = self.running.auth(by) if by else self.running.admin()
        answer: httpx.Response = await self.running.client.request(method, f"/users{path}", headers=headers, **sent)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def create(self, username: str = "ana", role: Literal["client", "admin"] = "client", **fields: Any) -> UUID:
        """Create a user by the message that auth publishes; returns the id."""
        user_id = uuid7()
        await self.running.publish(AccountOpened(account_id=user_id, username=username, role=role, **fields))
        return user_id

    async def usernames(self, **query: Any) -> list[str]:
        page = await self.request("GET", params=query)
        return [user["username"] for user in page["items"]]

    async def changed_message(self, user_id: UUID, version: int) -> UserChanged:
        """Wait for the `UserChanged` of this version."""

        def find() -> UserChanged | None:
            changed = [m for m in self.running.published if isinstance(m, UserChanged)]
            return next((m for m in changed if m.user_id == user_id and m.version == version), None)

        found: UserChanged | None = await until(find, what=f"UserChanged version {version}")
        assert found is not None
        return found

    async def wait_until_deleted(self, user_id: UUID) -> None:
        """Wait for the user's `UserDeleted`."""

        def find() -> bool:
            return any(isinstance(m, UserDeleted) and m.user_id == user_id for m in self.running.published)

        await until(find, what="UserDeleted")


@pytest.fixture
async def users(run: Run) -> AsyncIterator[Users]:
    async with run(SERVICE, collect=(UserChanged, UserDeleted)) as running:
        yield Users(running)
