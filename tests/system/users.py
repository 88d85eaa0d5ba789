"""Users of Contor: HTTP clients of its public API, and a factory of their accounts and devices."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx

from tests.system.deployment import ADMIN, ADMIN_PASSWORD, Deployment
from tests.waiting import until

PASSWORD = "correct horse battery"
Json = dict[str, Any]


class User:
    """An HTTP client with its own cookies and, once signed in, an access token."""

    def __init__(self, url: str, username: str = "", password: str = PASSWORD) -> None:
        self.url = url
        self.username = username
        self.password = password
        self.id = ""
        self.token = ""
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=30)

    async def request(self, method: str, path: str, json: object = None, **more: Any) -> httpx.Response:
        """Send a request, with the access token if there is one; the response may be an error."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.http.request(method, path, json=json, headers=headers, **more)

    async def get(self, path: str, **params: Any) -> Any:
        """The body of a GET; fails if the response is an error."""
        return _body(await self.request("GET", path, params=params))

    async def send(self, method: str, path: str, json: object = None) -> Any:
        """The body of the response; fails if it is an error."""
        return _body(await self.request(method, path, json))

    async def get_all(self, path: str, **params: Any) -> list[Json]:
        """The items of all pages of a list."""
        items: list[Json] = []
        cursor: Json = {}
        while True:
            page = await self.get(path, **{"limit": 200} | params | cursor)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    async def register(self, **fields: str) -> Json:
        body = {"username": self.username, "password": self.password} | fields
        return dict(await self.send("POST", "/auth/register", body))

    async def sign_in(self) -> httpx.Response:
        response = await self.request("POST", "/auth/login", {"username": self.username, "password": self.password})
        self._store_session(response)
        return response

    async def refresh(self) -> httpx.Response:
        response = await self.http.post("/auth/refresh")
        self._store_session(response)
        return response

    def _store_session(self, response: httpx.Response) -> None:
        if response.is_success:
            self.token = response.json()["access_token"]
            self.id = response.json()["user"]["id"]


class UserFactory:
    """Creates users and devices in a deployment."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._users: list[User] = []

    def new_browser(self, username: str = "", password: str = PASSWORD) -> User:
        """A client that is not signed in; its account need not exist."""
        user = User(self._deployment.url, username or f"client-{uuid4().hex[:10]}", password)
        self._users.append(user)
        return user

    async def create_client(self, username: str = "") -> User:
        """A client who is registered and signed in and has a profile."""
        user = self.new_browser(username)
        await user.register()
        assert (await user.sign_in()).status_code == 200

        async def has_profile() -> bool:
            return (await user.request("GET", f"/users/{user.id}")).status_code == 200

        await until(has_profile, what="the profile of the new account")
        return user

    async def sign_in_admin(self, username: str = ADMIN, password: str = ADMIN_PASSWORD) -> User:
        user = self.new_browser(username, password)
        response = await user.sign_in()
        assert response.status_code == 200, response.text
        return user

    async def create_device(self, admin: User, owner: User | None = None, *, limit: float = 1.0, **fields: Any) -> Json:
        """Create a device and wait until the monitoring service has it."""
        body = {"name": f"Meter {uuid4().hex[:8]}", "max_hourly_consumption_kwh": limit} | fields
        device: Json = await admin.send("POST", "/devices", body | {"owner_id": owner.id if owner else None})

        async def is_in_monitoring() -> bool:
            path = f"/monitoring/devices/{device['id']}/summary"
            return (await (owner or admin).request("GET", path)).status_code == 200

        await until(is_in_monitoring, what="the new device in monitoring")
        return device

    async def close(self) -> None:
        for user in self._users:
            await user.http.aclose()


@contextlib.asynccontextmanager
async def user_factory(deployment: Deployment) -> AsyncIterator[UserFactory]:
    users = UserFactory(deployment)
    try:
        yield users
    finally:
        await users.close()


def _body(response: httpx.Response) -> Any:
    assert response.is_success, (
        f"{response.request.method} {response.request.url}: {response.status_code} {response.text}"
    )
    return response.json() if response.content else None
