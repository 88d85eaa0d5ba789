"""The auth service alone; its tokens are verified with its own keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from contor.contracts.accounts import AccountChanged, AccountOpened, SessionsRevoked
from contor.kernel.identity import IssuerState, Verifier
from contor.services.auth import SERVICE
from contor.services.auth.service.sessions import AuthServices
from tests.running import RunningService

PASSWORD = "correct horse battery"
ADMIN_PASSWORD = "an entirely made-up one"


@dataclass
class Browser:
    """A client with its own cookies and its latest access token."""

    client: httpx.AsyncClient
    token: str = ""
    account_id: UUID | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def cookie(self) -> str:
        return self.client.cookies["contor_refresh"]

    def _store_token(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success and answer.content:
            self.token = answer.json()["access_token"]
            self.account_id = UUID(answer.json()["user"]["id"])
        return answer

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        body = {"username": username, "password": password}
        return self._store_token(await self.client.post("/auth/login", json=body))

    async def refresh(self) -> httpx.Response:
        return self._store_token(await self.client.post("/auth/refresh"))

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.headers)

    async def send(self, method: str, path: str, json: object = None) -> httpx.Response:
        return await self.client.request(method, path, json=json, headers=self.headers)


@dataclass
class Auth:
    """The running service, and factories of its clients."""

    running: RunningService

    def browser(self, address: str = "203.0.113.9") -> Browser:
        transport = httpx.ASGITransport(self.running.app, client=(address, 4711))
        return Browser(httpx.AsyncClient(transport=transport, base_url="http://contor.test"))

    async def register(self, username: str, **fields: Any) -> httpx.Response:
        body = {"username": username, "password": PASSWORD} | fields
        return await self.running.client.post("/auth/register", json=body)

    async def client(self, username: str = "maria") -> Browser:
        """A registered client, signed in."""
        assert (await self.register(username)).status_code == 201
        browser = self.browser()
        assert (await browser.sign_in(username)).status_code == 200
        return browser

    async def admin(self) -> Browser:
        browser = self.browser()
        assert (await browser.sign_in("admin", ADMIN_PASSWORD)).status_code == 200
        return browser

    def set(self, **settings: Any) -> None:
        """Replace settings of the running service."""
        services = self.running.context.resource(AuthServices)
        self.running.context.register(replace(services, settings=services.settings.model_copy(update=settings)))

    def published(self, kind: type) -> list[Any]:
        return [message for message in self.running.published if isinstance(message, kind)]


@pytest.fixture
async def auth(
    run: Callable[..., AbstractAsyncContextManager[RunningService]], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Auth]:
    monkeypatch.setenv("CONTOR_ADMIN_PASSWORD", ADMIN_PASSWORD)

    async def issuer_state() -> IssuerState:
        keys = await running.client.get("/auth/.well-known/jwks.json")
        revoked = await running.client.get("/auth/.well-known/revoked.json")
        return IssuerState(keys.json(), [UUID(sid) for sid in revoked.json()["sessions"]])

    verifier = Verifier(issuer_state)

    async def when_sessions_revoked(message: SessionsRevoked) -> None:
        verifier.revoke(message.session_ids)

    kinds = (SessionsRevoked, AccountOpened, AccountChanged)
    async with run(SERVICE, collect=kinds, verifier=verifier) as running:
        running.bus.subscribe_broadcast(SessionsRevoked, when_sessions_revoked)
        yield Auth(running)
