"""The device service alone, with owners created by messages."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import httpx
import pytest
from uuid_utils.compat import uuid7

from contor.contracts.accounts import UserChanged
from contor.contracts.devices import DeviceChanged
from contor.services.device import SERVICE
from tests.running import RunningService
from tests.waiting import until

Run = Callable[..., AbstractAsyncContextManager[RunningService]]


class Devices:
    """The running service, with shortcuts for its tests."""

    def __init__(self, running: RunningService) -> None:
        self.running = running

    async def request(
        self, method: str, path: str = "", *, by: UUID | None = None, expect: int = 200, **sent: Any
    ) -> Any:
        """The response body of `/devices{path}` for client `by` or an administrator; the status must be `expect`."""
        headers = self.running.auth(by) if by else self.running.admin()
        answer: httpx.Response = await self.running.client.request(method, f"/devices{path}", headers=headers, **sent)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def create(self, name: str = "Meter", **fields: Any) -> Any:
        body = {"name": name, "max_hourly_consumption_kwh": 1.5} | fields
        return await self.request("POST", json=body, expect=201)

    async def names(self, *, by: UUID | None = None, **query: Any) -> list[str]:
        page = await self.request("GET", by=by, params=query)
        return [device["name"] for device in page["items"]]

    async def create_owner(self, username: str = "ana", full_name: str | None = None) -> UUID:
        """Create the replica of a user by the message that the user service publishes; returns the id."""
        user_id = uuid7()
        await self.running.publish(user_changed(user_id, 1, username, full_name))
        return user_id

    async def changed_message(self, device_id: str, version: int) -> DeviceChanged:
        """Wait for the `DeviceChanged` of this version."""

        def find() -> DeviceChanged | None:
            changed = [m for m in self.running.published if isinstance(m, DeviceChanged)]
            return next((m for m in changed if str(m.device_id) == device_id and m.version == version), None)

        found: DeviceChanged | None = await until(find, what=f"DeviceChanged version {version}")
        assert found is not None
        return found


def user_changed(user_id: UUID, version: int, username: str, full_name: str | None = None) -> UserChanged:
    return UserChanged(
        user_id=user_id, version=version, username=username, full_name=full_name, role="client", disabled=False
    )


@pytest.fixture
async def devices(run: Run) -> AsyncIterator[Devices]:
    async with run(SERVICE, collect=(DeviceChanged,)) as running:
        yield Devices(running)
