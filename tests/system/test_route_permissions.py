"""Permissions: every route, requested anonymously, by the owner, by another client and by an administrator."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.system.deployment import PREFIXES, Deployment
from tests.system.routes import CALLERS, Route, all_routes
from tests.system.users import PASSWORD, Json, User, UserFactory, user_factory

SECRET_NAME, SECRET_ADDRESS = "Wintergarden of the client", "Strada Secretă 17"
SECRET_TEXT = "The meter behind the oven"
"""No response to another client may contain these."""
IN_CONVERSATION = "/chat/conversations/{conversation_id}"
CORRECTION = {"timestamp": "2026-01-05T13:00:00Z", "replacement": 0.1, "reason": "Read by hand"}
SPAN = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-08T00:00:00Z"}
BEFORE = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-08T00:00:00Z"}


@dataclass
class Scenario:
    """A user for each kind of caller, and the resources of `client`."""

    users: UserFactory
    callers: dict[str, User]
    device: Json
    alert: Json
    message: Json

    @property
    def admin(self) -> User:
        return self.callers["admin"]

    @property
    def client(self) -> User:
        return self.callers["client"]

    async def path(self, route: Route) -> str:
        """The path with ids of the client's resources; a new resource if the route changes or deletes it."""
        match route.method, route.path:
            case ("DELETE", "/auth/sessions/{id}"):
                return f"/auth/sessions/{await self._another_session()}"
            case ("DELETE", "/users/{user_id}"):
                return f"/users/{(await self._new_account())['id']}"
            case ("PATCH", "/auth/accounts/{id}"):
                return f"/auth/accounts/{(await self._new_account())['id']}"
            case ("DELETE", "/devices/{device_id}"):
                return f"/devices/{(await self.users.create_device(self.admin, self.client))['id']}"
            case ("DELETE", "/monitoring/devices/{device_id}/corrections/{correction_id}"):
                path = f"/monitoring/devices/{self.device['id']}/corrections"
                return f"{path}/{(await self.admin.send('POST', path, CORRECTION))['id']}"
            case (_, "/chat/canned-replies/{reply_id}"):
                reply = {"title": "Hello", "text": "Good day."}
                return f"/chat/canned-replies/{(await self.admin.send('POST', '/chat/canned-replies', reply))['id']}"
        ids = {"user_id": self.client.id, "device_id": self.device["id"], "alert_id": self.alert["id"]}
        if "{conversation_id}" in route.path:
            ids["conversation_id"] = self.message["conversation_id"]
            await self._prepare(route.path.rsplit("/", 1)[1])
        if "{message_id}" in route.path:
            ids["message_id"] = self.message["id"]
        return route.path.format(**ids)

    async def _prepare(self, action: str) -> None:
        """Bring the client's conversation into a state that allows the action."""
        path = IN_CONVERSATION.format(conversation_id=self.message["conversation_id"])
        state = (await self.admin.get(path))["state"]
        if state == "resolved" and action in ("messages", "claim", "assign", "release", "resolve"):
            state = (await self.client.send("POST", f"{path}/handoff"))["state"]
        if state != "human_active" and action in ("release", "resolve", "rating") and state != "resolved":
            state = (await self.admin.send("POST", f"{path}/claim"))["state"]
        if state == "human_active" and action in ("handoff", "rating"):
            await self.admin.send("POST", f"{path}/resolve")

    async def _another_session(self) -> str:
        before = {session["id"] for session in await self.client.get("/auth/sessions")}
        browser = self.users.new_browser(self.client.username)
        await browser.sign_in()
        (new,) = {session["id"] for session in await self.client.get("/auth/sessions")} - before
        return str(new)

    async def _new_account(self) -> Json:
        return dict(await self.admin.send("POST", "/users", new_credentials() | {"role": "client"}))

    def content(self, route: Route, caller: User) -> dict[str, Any]:
        """Body and query of the request, as arguments of httpx."""
        device: Json = {"name": "Another", "max_hourly_consumption_kwh": 1}
        reading = {"device_id": self.device["id"], "timestamp": "2026-01-05T12:00:00Z", "measurement_value": 0.1}
        message = {"text": SECRET_TEXT, "client_id": str(uuid4())}
        credentials = {"username": self.client.username, "password": PASSWORD}
        bodies: dict[str, object] = {
            "POST /auth/register": new_credentials(),
            "POST /auth/login": credentials,
            "PUT /auth/password": {"current_password": caller.password, "new_password": caller.password},
            "POST /auth/accounts": new_credentials() | {"role": "client"},
            "PATCH /auth/accounts/{id}": {"disabled": True},
            "POST /users": new_credentials() | {"role": "client"},
            "PATCH /users/{user_id}": {"full_name": SECRET_NAME},
            "POST /devices": device,
            "PATCH /devices/{device_id}": {"address": SECRET_ADDRESS},
            "PUT /devices/{device_id}/owner": {"owner_id": self.client.id},
            "POST /monitoring/readings": reading,
            "POST /monitoring/devices/{device_id}/corrections": CORRECTION,
            "POST /monitoring/alerts/acknowledge": {"ids": [self.alert["id"]]},
            "POST /monitoring/rejected/replay": {"code": "unknown_device"},
            "POST /monitoring/rejected/dismiss": {"code": "unknown_device"},
            "POST /chat/conversations": {"kind": "support"},
            "POST /chat/canned-replies": {"title": "Hello", "text": "Good day."},
            "PATCH /chat/canned-replies/{reply_id}": {"title": "Good evening"},
            f"POST {IN_CONVERSATION}/messages": message,
            f"POST {IN_CONVERSATION}/notes": message,
            f"PATCH {IN_CONVERSATION}/messages/{{message_id}}": {"text": f"{SECRET_TEXT}!"},
            f"POST {IN_CONVERSATION}/read": {"seq": 1},
            f"POST {IN_CONVERSATION}/assign": {"operator_id": self.admin.id},
            f"POST {IN_CONVERSATION}/rating": {"score": 5},
        }
        if route.path == "/chat/search":
            return {"params": {"q": SECRET_TEXT}}
        if str(route) == "POST /auth/token":
            return {"data": credentials}
        queries: dict[str, dict[str, str]] = {
            "GET /monitoring/devices/{device_id}/heatmap": SPAN,
            "DELETE /monitoring/devices/{device_id}/readings": BEFORE | {"reason": "Test data"},
        }
        return {"json": bodies.get(str(route)), "params": queries.get(str(route), {})}


def new_credentials() -> Json:
    return {"username": f"person-{uuid4().hex[:10]}", "password": PASSWORD}


@pytest.fixture(scope="module")
async def scenario(contor: Deployment) -> AsyncIterator[Scenario]:
    async with user_factory(contor) as users:
        admin, client, other = await users.sign_in_admin(), await users.create_client(), await users.create_client()
        device = await users.create_device(admin, client, limit=0.1, name=SECRET_NAME, address=SECRET_ADDRESS)
        over = {"device_id": device["id"], "timestamp": "2026-01-05T10:30:00Z", "measurement_value": 0.2}
        await client.send("POST", "/monitoring/readings", over)
        (alert,) = await client.get_all("/monitoring/alerts")
        conversation = await client.send("POST", "/chat/conversations", {"kind": "support"})
        written = {"text": SECRET_TEXT, "client_id": str(uuid4())}
        message = await client.send("POST", f"/chat/conversations/{conversation['id']}/messages", written)
        callers = {"anonymous": users.new_browser(), "client": client, "other": other, "admin": admin}
        yield Scenario(users, callers, device, alert, message)


async def request_as(scenario: Scenario, route: Route, caller: str) -> httpx.Response:
    user = scenario.callers[caller]
    if route.path.startswith("/auth"):
        # Use a separate browser: signing in or out must not change the session that other routes use.
        user = scenario.users.new_browser(user.username, user.password)
        if caller != "anonymous":
            await user.sign_in()
    path = await scenario.path(route)
    response = await user.request(route.method, path, **scenario.content(route, user))
    if str(route) == "PUT /auth/password" and caller != "anonymous":
        await scenario.callers[caller].sign_in()  # the new password ended the other sessions
    return response


@pytest.mark.parametrize("route", all_routes(), ids=str)
async def test_each_caller_receives_the_status_in_the_table(route: Route, scenario: Scenario) -> None:
    responses = {caller: await request_as(scenario, route, caller) for caller in CALLERS}
    assert {caller: response.status_code for caller, response in responses.items()} == route.expected
    for caller, response in responses.items():
        if response.is_error:
            assert response.headers["content-type"] == "application/problem+json", caller
    for caller in ("anonymous", "other"):
        for secret in (SECRET_NAME, SECRET_ADDRESS, SECRET_TEXT, scenario.alert["id"], scenario.client.username):
            given = secret in str(responses[caller].request.url) or route.path in ("/auth/login", "/auth/token")
            assert given or secret not in responses[caller].text, f"{caller} reads {secret}"


async def test_the_table_lists_exactly_the_routes_in_the_openapi_documents(contor: Deployment) -> None:
    async with user_factory(contor) as users:
        documents = [await users.new_browser().get(f"{prefix}/openapi.json") for prefix in PREFIXES.values()]
    documented = {
        f"{method.upper()} {path}"
        for document in documents
        for path, item in document["paths"].items()
        for method in item
    }
    assert {str(route) for route in all_routes()} == documented


async def test_another_client_cannot_find_a_conversation(scenario: Scenario) -> None:
    other = scenario.callers["other"]
    assert await other.get_all("/chat/search", q="oven") == []
    assert [c["client"]["id"] for c in await other.get_all("/chat/conversations")] in ([], [other.id])
    assert await other.get("/chat/unread") == {"total": 0, "conversations": 0, "support": 0}


async def test_another_client_cannot_add_readings_or_acknowledge_alerts(scenario: Scenario) -> None:
    other, path = scenario.callers["other"], f"/monitoring/devices/{scenario.device['id']}/readings"
    before = await scenario.client.get_all(path)
    reading = {"device_id": scenario.device["id"], "timestamp": "2026-01-06T12:00:00Z", "measurement_value": 9}
    receipt = await other.send("POST", "/monitoring/readings", reading)
    assert (receipt["accepted"], [r["code"] for r in receipt["rejected"]]) == (0, ["unknown_device"])
    assert await other.send("POST", "/monitoring/alerts/acknowledge", {"ids": [scenario.alert["id"]]}) == {
        "acknowledged": 0
    }
    assert await scenario.client.get_all(path) == before
    assert await other.get_all("/devices") == await other.get_all("/monitoring/alerts") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "admin"), ("disabled", False), ("password", PASSWORD), ("id", "01920000-0000-7000-8000-000000000001")],
)
async def test_a_client_cannot_change_protected_fields_of_their_own_account(
    field: str, value: object, scenario: Scenario
) -> None:
    rejected = await scenario.client.request("PATCH", f"/users/{scenario.client.id}", {field: value})
    assert rejected.status_code in (403, 422)
    assert (await scenario.client.get("/auth/me"))["role"] == "client"
    registered = await scenario.callers["anonymous"].request(
        "POST", "/auth/register", new_credentials() | {field: value}
    )
    assert registered.status_code == (201 if field == "password" else 422)
