"""The device service by itself, and the people it has heard of."""

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
    """The running service, and what its tests say to it."""

    def __init__(self, running: RunningService) -> None:
        self.running = running

    async def request(
        self, method: str, path: str = "", *, by: UUID | None = None, expect: int = 200, **sent: Any
    ) -> Any:
        """What `/devices{path}` answers to that client, or to an administrator; its status must be `expect`."""
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

    async def person(self, username: str = "ana", full_name: str | None = None) -> UUID:
        """Somebody the service has heard of."""
        person = uuid7()
        await self.running.publish(person_changed(person, 1, username, full_name))
        return person

    async def said(self, device_id: str, version: int) -> DeviceChanged:
        """The message that tells of that version of the device."""

        def find() -> DeviceChanged | None:
            said = [m for m in self.running.published if isinstance(m, DeviceChanged)]
            return next((m for m in said if str(m.device_id) == device_id and m.version == version), None)

        found: DeviceChanged | None = await until(find, what=f"DeviceChanged version {version}")
        assert found is not None
        return found


def person_changed(person: UUID, version: int, username: str, full_name: str | None = None) -> UserChanged:
    return UserChanged(
        user_id=person, version=version, username=username, full_name=full_name, role="client", disabled=False
    )


@pytest.fixture
async def devices(run: Run) -> AsyncIterator[Devices]:
    async with run(SERVICE, collect=(DeviceChanged,)) as running:
        yield Devices(running)
