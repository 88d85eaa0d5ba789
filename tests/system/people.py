"""People and their programs, who know Contor by its public interface alone."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx

from tests.system.deployment import ADMIN, ADMIN_PASSWORD, Deployment
from tests.waiting import until

PASSWORD = "correct horse battery"
Json = dict[str, Any]


class Person:
    """Somebody with a browser of their own: cookies and, once signed in, an access token."""

    def __init__(self, url: str, username: str = "", password: str = PASSWORD) -> None:
        self.url = url
        self.username = username
        self.password = password
        self.id = ""
        self.token = ""
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=30)

    async def ask(self, method: str, path: str, json: object = None, **more: Any) -> httpx.Response:
        """Any request, with the access token if there is one; whatever the answer is."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return await self.http.request(method, path, json=json, headers=headers, **more)

    async def get(self, path: str, **params: Any) -> Any:
        """The body of a GET that succeeds."""
        return _body(await self.ask("GET", path, params=params))

    async def send(self, method: str, path: str, json: object = None) -> Any:
        """The body of a request that succeeds."""
        return _body(await self.ask(method, path, json))

    async def all(self, path: str, **params: Any) -> list[Json]:
        """Every item of a paged list."""
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
        answer = await self.ask("POST", "/auth/login", {"username": self.username, "password": self.password})
        self._remember(answer)
        return answer

    async def refresh(self) -> httpx.Response:
        answer = await self.http.post("/auth/refresh")
        self._remember(answer)
        return answer

    def _remember(self, answer: httpx.Response) -> None:
        if answer.is_success:
            self.token = answer.json()["access_token"]
            self.id = answer.json()["user"]["id"]


class People:
    """Makes people, and what an administrator makes for them."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._met: list[Person] = []

    def somebody(self, username: str = "", password: str = PASSWORD) -> Person:
        """A new browser, not signed in."""
        person = Person(self._deployment.url, username or f"client-{uuid4().hex[:10]}", password)
        self._met.append(person)
        return person

    async def client(self, username: str = "") -> Person:
        """Registered and signed in, with a profile."""
        person = self.somebody(username)
        await person.register()
        assert (await person.sign_in()).status_code == 200

        async def profile() -> bool:
            return (await person.ask("GET", f"/users/{person.id}")).status_code == 200

        await until(profile, what="the profile of a new account")
        return person

    async def admin(self, username: str = ADMIN, password: str = ADMIN_PASSWORD) -> Person:
        person = self.somebody(username, password)
        answer = await person.sign_in()
        assert answer.status_code == 200, answer.text
        return person

    async def device(self, admin: Person, owner: Person | None = None, *, limit: float = 1.0, **fields: Any) -> Json:
        """A device of the owner, known to monitoring too."""
        body = {"name": f"Meter {uuid4().hex[:8]}", "max_hourly_consumption_kwh": limit} | fields
        device: Json = await admin.send("POST", "/devices", body | {"owner_id": owner.id if owner else None})

        async def known() -> bool:
            path = f"/monitoring/devices/{device['id']}/summary"
            return (await (owner or admin).ask("GET", path)).status_code == 200

        await until(known, what="the new device in monitoring")
        return device

    async def close(self) -> None:
        for person in self._met:
            await person.http.aclose()


@contextlib.asynccontextmanager
async def people_of(deployment: Deployment) -> AsyncIterator[People]:
    people = People(deployment)
    try:
        yield people
    finally:
        await people.close()


def _body(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None
