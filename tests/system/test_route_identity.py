"""Who may do what: every route, asked by nobody, by the client it is about, by another client, by an administrator."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.system.deployment import PREFIXES, Deployment
from tests.system.people import PASSWORD, Json, People, Person, people_of
from tests.system.routes import WHO, Route, rows

SECRET_NAME, SECRET_ADDRESS = "Wintergarden of the client", "Strada Secretă 17"
SECRET_TEXT = "The meter behind the oven"
"""Whatever another client is answered, these are not in it."""
IN_CONVERSATION = "/chat/conversations/{conversation_id}"
SPAN = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-08T00:00:00Z"}


@dataclass
class Stage:
    """The visitors, and the client's things."""

    people: People
    visitors: dict[str, Person]
    device: Json
    alert: Json
    message: Json

    @property
    def admin(self) -> Person:
        return self.visitors["admin"]

    @property
    def client(self) -> Person:
        return self.visitors["client"]

    async def path(self, route: Route) -> str:
        """The path filled in with a thing of the client; one made for the occasion if it might be changed."""
        match route.method, route.path:
            case ("DELETE", "/auth/sessions/{id}"):
                return f"/auth/sessions/{await self._another_session()}"
            case ("DELETE", "/users/{user_id}"):
                return f"/users/{(await self._new_account())['id']}"
            case ("PATCH", "/auth/accounts/{id}"):
                return f"/auth/accounts/{(await self._new_account())['id']}"
            case ("DELETE", "/devices/{device_id}"):
                return f"/devices/{(await self.people.device(self.admin, self.client))['id']}"
            case (_, "/chat/canned-replies/{reply_id}"):
                reply = {"title": "Hello", "text": "Good day."}
                return f"/chat/canned-replies/{(await self.admin.send('POST', '/chat/canned-replies', reply))['id']}"
        named = {"user_id": self.client.id, "device_id": self.device["id"], "alert_id": self.alert["id"]}
        if "{conversation_id}" in route.path:
            named["conversation_id"] = self.message["conversation_id"]
            await self._prepare(route.path.rsplit("/", 1)[1])
        if "{message_id}" in route.path:
            named["message_id"] = self.message["id"]
        return route.path.format(**named)

    async def _prepare(self, action: str) -> None:
        """Bring the client's conversation to where the action is possible."""
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
        again = self.people.somebody(self.client.username)
        await again.sign_in()
        (new,) = {session["id"] for session in await self.client.get("/auth/sessions")} - before
        return str(new)

    async def _new_account(self) -> Json:
        return dict(await self.admin.send("POST", "/users", new_person() | {"role": "client"}))

    def content(self, route: Route, visitor: Person) -> dict[str, Any]:
        """What the request carries besides its path, as httpx takes it."""
        device: Json = {"name": "Another", "max_hourly_consumption_kwh": 1}
        reading = {"device_id": self.device["id"], "timestamp": "2026-01-05T12:00:00Z", "measurement_value": 0.1}
        message = {"text": SECRET_TEXT, "client_id": str(uuid4())}
        signing_in = {"username": self.client.username, "password": PASSWORD}
        bodies: dict[str, object] = {
            "POST /auth/register": new_person(),
            "POST /auth/login": signing_in,
            "PUT /auth/password": {"current_password": visitor.password, "new_password": visitor.password},
            "POST /auth/accounts": new_person() | {"role": "client"},
            "PATCH /auth/accounts/{id}": {"disabled": True},
            "POST /users": new_person() | {"role": "client"},
            "PATCH /users/{user_id}": {"full_name": SECRET_NAME},
            "POST /devices": device,
            "PATCH /devices/{device_id}": {"address": SECRET_ADDRESS},
            "PUT /devices/{device_id}/owner": {"owner_id": self.client.id},
            "POST /monitoring/readings": reading,
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
            return {"data": signing_in}
        return {"json": bodies.get(str(route)), "params": SPAN if route.path.endswith("/heatmap") else {}}


def new_person() -> Json:
    return {"username": f"person-{uuid4().hex[:10]}", "password": PASSWORD}


@pytest.fixture(scope="module")
async def stage(contor: Deployment) -> AsyncIterator[Stage]:
    async with people_of(contor) as people:
        admin, client, other = await people.admin(), await people.client(), await people.client()
        device = await people.device(admin, client, limit=0.1, name=SECRET_NAME, address=SECRET_ADDRESS)
        over = {"device_id": device["id"], "timestamp": "2026-01-05T10:30:00Z", "measurement_value": 0.2}
        await client.send("POST", "/monitoring/readings", over)
        (alert,) = await client.all("/monitoring/alerts")
        conversation = await client.send("POST", "/chat/conversations", {"kind": "support"})
        written = {"text": SECRET_TEXT, "client_id": str(uuid4())}
        message = await client.send("POST", f"/chat/conversations/{conversation['id']}/messages", written)
        visitors = {"nobody": people.somebody(), "client": client, "other": other, "admin": admin}
        yield Stage(people, visitors, device, alert, message)


async def ask(stage: Stage, route: Route, who: str) -> httpx.Response:
    visitor = stage.visitors[who]
    if route.path.startswith("/auth"):
        # A browser of their own: signing in, out or on again must not touch the one the next routes use.
        visitor = stage.people.somebody(visitor.username, visitor.password)
        if who != "nobody":
            await visitor.sign_in()
    path = await stage.path(route)
    answer = await visitor.ask(route.method, path, **stage.content(route, visitor))
    if str(route) == "PUT /auth/password" and who != "nobody":
        await stage.visitors[who].sign_in()  # a new password ended their other sessions
    return answer


@pytest.mark.parametrize("route", rows(), ids=str)
async def test_everybody_is_answered_as_the_table_says(route: Route, stage: Stage) -> None:
    answers = {who: await ask(stage, route, who) for who in WHO}
    assert {who: answer.status_code for who, answer in answers.items()} == route.expected
    for who, answer in answers.items():
        if answer.is_error:
            assert answer.headers["content-type"] == "application/problem+json", who
    for who in ("nobody", "other"):
        for secret in (SECRET_NAME, SECRET_ADDRESS, SECRET_TEXT, stage.alert["id"], stage.client.username):
            given = secret in str(answers[who].request.url) or route.path in ("/auth/login", "/auth/token")
            assert given or secret not in answers[who].text, f"{who} reads {secret}"


async def test_the_table_has_exactly_the_routes_of_the_openapi_documents(contor: Deployment) -> None:
    async with people_of(contor) as people:
        documents = [await people.somebody().get(f"{prefix}/openapi.json") for prefix in PREFIXES.values()]
    documented = {
        f"{method.upper()} {path}"
        for document in documents
        for path, item in document["paths"].items()
        for method in item
    }
    assert {str(route) for route in rows()} == documented


async def test_another_client_finds_nothing_of_a_conversation(stage: Stage) -> None:
    other = stage.visitors["other"]
    assert await other.all("/chat/search", q="oven") == []
    assert [c["client"]["id"] for c in await other.all("/chat/conversations")] in ([], [other.id])
    assert await other.get("/chat/unread") == {"total": 0, "conversations": 0, "support": 0}


async def test_another_clients_readings_and_acknowledgements_change_nothing(stage: Stage) -> None:
    other, path = stage.visitors["other"], f"/monitoring/devices/{stage.device['id']}/readings"
    before = await stage.client.all(path)
    reading = {"device_id": stage.device["id"], "timestamp": "2026-01-06T12:00:00Z", "measurement_value": 9}
    receipt = await other.send("POST", "/monitoring/readings", reading)
    assert (receipt["accepted"], [r["code"] for r in receipt["rejected"]]) == (0, ["unknown_device"])
    assert await other.send("POST", "/monitoring/alerts/acknowledge", {"ids": [stage.alert["id"]]}) == {
        "acknowledged": 0
    }
    assert await stage.client.all(path) == before
    assert await other.all("/devices") == await other.all("/monitoring/alerts") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "admin"), ("disabled", False), ("password", PASSWORD), ("id", "01920000-0000-7000-8000-000000000001")],
)
async def test_a_client_gives_themselves_nothing_they_have_no_right_to(field: str, value: object, stage: Stage) -> None:
    refused = await stage.client.ask("PATCH", f"/users/{stage.client.id}", {field: value})
    assert refused.status_code in (403, 422)
    assert (await stage.client.get("/auth/me"))["role"] == "client"
    registered = await stage.visitors["nobody"].ask("POST", "/auth/register", new_person() | {field: value})
    assert registered.status_code == (201 if field == "password" else 422)
