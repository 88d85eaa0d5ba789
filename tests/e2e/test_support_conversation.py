"""A support conversation in three browsers: a client and two operators, without a reload."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Route, expect

from tests.e2e.browser_window import BrowserWindow
from tests.e2e.chat_pages import ClientPage, OperatorPage
from tests.e2e.conftest import WindowOpener
from tests.system.deployment import MODES
from tests.system.users import PASSWORD, Json, User, UserFactory
from tests.waiting import until

pytestmark = [
    pytest.mark.usefixtures("stable_hour"),
    pytest.mark.parametrize("contor", MODES, indirect=True, scope="session"),
]

ZONE = ZoneInfo("Europe/Bucharest")
QUESTION = "How much did I use yesterday?"
BUILT_IN = "Assistant · built-in answers, no AI"


@dataclass(frozen=True, slots=True)
class Participants:
    """A client on the home page, and two operators at an empty queue of the support inbox."""

    elena: ClientPage
    ioana: OperatorPage
    radu: OperatorPage


@pytest.fixture
async def participants(open_window: WindowOpener, users: UserFactory, admin: User) -> AsyncIterator[Participants]:
    await clear_queue(admin)
    suffix = uuid4().hex[:4]  # other tests create users with the same names in this Contor
    elena = ClientPage(*await create_client_page(await open_window(), users, admin, f"Elena Dobre {suffix}"))
    ioana, radu = [
        OperatorPage(*await create_operator_page(await open_window(), users, admin, f"{name} {suffix}"))
        for name in ("Ioana Marin", "Radu Stan")
    ]
    yield Participants(elena, ioana, radu)
    for page in (elena, ioana, radu):
        assert await page.window.was_not_reloaded()


async def clear_queue(admin: User) -> None:
    for conversation in await admin.get_all("/chat/conversations", view="waiting"):
        await admin.send("POST", f"/chat/conversations/{conversation['id']}/resolve")


async def create_client_page(
    window: BrowserWindow, users: UserFactory, admin: User, name: str
) -> tuple[User, str, BrowserWindow]:
    client = await users.create_client(f"elena-{uuid4().hex[:6]}")
    await admin.send("PATCH", f"/users/{client.id}", {"full_name": name})
    await wait_for_chat_name(admin, name, username=client.username)
    return client, name, await open_page(window, client, "/", "Home")


async def create_operator_page(
    window: BrowserWindow, users: UserFactory, admin: User, name: str
) -> tuple[User, str, BrowserWindow]:
    username = f"{name.split()[0].lower()}-{uuid4().hex[:6]}"
    body = {"username": username, "password": PASSWORD, "role": "admin", "full_name": name}
    await admin.send("POST", "/users", body)
    await wait_for_chat_name(admin, name, role="admin")
    user = await users.sign_in_admin(username, PASSWORD)
    return user, name, await open_page(window, user, "/inbox", "Support inbox")


async def wait_for_chat_name(admin: User, name: str, **query: str) -> None:
    async def has_name() -> bool:
        return name in [user["name"] for user in (await admin.get("/chat/people", **query))["items"]]

    await until(has_name, what=f"{name} in chat")


async def open_page(window: BrowserWindow, user: User, path: str, heading: str) -> BrowserWindow:
    await window.restore_session(user)
    await window.open(path)
    await expect(window.heading(heading)).to_be_visible()
    await window.wait_until_live()
    await window.mark_page()
    return window


async def assign_meter(users: UserFactory, admin: User, client: ClientPage) -> None:
    """Give the client a meter with readings around local midnight: 1.25 kWh yesterday, 2 kWh today."""
    meter = await users.create_device(admin, client.user, limit=9, time_zone=ZONE.key)
    midnight = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    day, around = timedelta(days=1), timedelta(minutes=10)
    used = {
        midnight - day - around: 4.0,
        midnight - day + around: 0.75,
        midnight - around: 0.5,
        midnight: 2.0,
    }
    readings: list[Json] = [{"timestamp": at.isoformat(), "measurement_value": kwh} for at, kwh in used.items()]
    await admin.send("POST", "/monitoring/readings", {"device_id": meter["id"], "readings": readings})


async def test_from_the_assistant_to_an_operator_and_back(
    participants: Participants, users: UserFactory, admin: User
) -> None:
    elena, ioana, radu = participants.elena, participants.ioana, participants.radu
    await assign_meter(users, admin, elena)
    answer = "you used 1.25 kWh"

    await elena.open_help()
    await elena.send_message(QUESTION)
    await elena.expect_message(answer, author="Assistant")
    await elena.expect_state(BUILT_IN)

    await elena.request_hand_over()
    await elena.expect_state("Waiting for a person, you are next")
    for operator in (ioana, radu):
        await operator.expect_waiting(elena)
        await operator.expect_tab_count(2)
        await operator.open_conversation(elena)
        await operator.expect_message(answer, author="Assistant")
        await operator.expect_tab_count(0)

    await ioana.take_over(elena)
    await radu.expect_taken_by(ioana)
    await elena.expect_state(f"Talking to {ioana.name}")

    await ioana.type_text("Good day,")
    await elena.expect_typing(ioana)
    await ioana.send_message("Good day, how can I help?")
    await elena.expect_message("Good day, how can I help?", author=ioana.name)
    await ioana.expect_seen()
    await elena.type_text("Is that")
    await ioana.expect_typing(elena)
    await elena.send_message("Is that much?")
    await ioana.expect_message("Is that much?", author=elena.name)
    await elena.expect_seen()

    await ioana.resolve()
    await elena.expect_state("Resolved")
    await elena.rate(5)
    for operator in (ioana, radu):
        await operator.expect_state("resolved, rated 5 of 5")

    await elena.send_message("How much did I use today?")
    await elena.expect_event("The conversation was reopened. The assistant answers first.")
    await elena.expect_message("you used 2 kWh", author="Assistant")
    await elena.expect_state(BUILT_IN)
    for operator in (ioana, radu):
        await operator.expect_state("with the assistant")
        await operator.expect_message("you used 2 kWh", author="Assistant")
    for page in (elena, ioana, radu):  # every row once and in order
        assert await page.sequence_numbers() == list(range(1, 11))


async def test_of_two_operators_who_take_over_at_once_one_succeeds_and_the_other_sees_who(
    participants: Participants,
) -> None:
    elena, operators = participants.elena, (participants.ioana, participants.radu)
    await elena.open_help()
    await elena.request_hand_over()
    for operator in operators:
        await operator.open_conversation(elena)
    await hold_requests_until_all_sent(operators, "**/claim")
    await asyncio.gather(*(operator.take_over_button.click() for operator in operators))

    winner, loser = await winner_and_loser(operators, elena)
    await winner.expect_own(elena)
    await expect(loser.window.toast(f"{winner.name} has already taken over this conversation.")).to_be_visible()
    await loser.expect_taken_by(winner)
    await elena.expect_state(f"Talking to {winner.name}")


async def test_of_two_operators_who_reply_at_once_one_is_shown_and_the_other_gets_an_error(
    participants: Participants,
) -> None:
    elena, operators = participants.elena, (participants.ioana, participants.radu)
    await elena.open_help()
    await elena.request_hand_over()
    for operator in operators:
        await operator.open_conversation(elena)
        await operator.type_text(f"{operator.name} here")
    await hold_requests_until_all_sent(operators, "**/messages")
    await asyncio.gather(*(operator.message_input.press("Enter") for operator in operators))

    winner, loser = await winner_and_loser(operators, elena)
    await elena.expect_message(f"{winner.name} here", author=winner.name)
    await winner.expect_seen()
    await winner.expect_own(elena)
    await expect(loser.window.toast("Not sent: Another operator has this conversation.")).to_be_visible()
    await loser.expect_taken_by(winner)
    await expect(elena.log.get_by_text(f"{loser.name} here")).to_have_count(0)


async def hold_requests_until_all_sent(operators: Sequence[OperatorPage], path: str) -> None:
    """Hold POST requests to this path until every operator has sent one."""
    barrier = asyncio.Barrier(len(operators))

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            await barrier.wait()
        await route.continue_()

    for operator in operators:
        await operator.page.route(path, hold)


async def winner_and_loser(operators: Sequence[OperatorPage], client: ClientPage) -> tuple[OperatorPage, OperatorPage]:
    """The operator who has the client's conversation, and the other one."""

    async def operator_id() -> str | None:
        (conversation,) = await client.user.get_all("/chat/conversations", kind="support")
        return str(conversation["operator"]["id"]) if conversation["operator"] else None

    winner_id = await until(operator_id, what="an operator")
    winner, loser = sorted(operators, key=lambda operator: operator.user.id != winner_id)
    return winner, loser


async def test_an_unsure_answer_offers_a_hand_over_and_the_client_sees_the_place_in_the_queue(
    participants: Participants, open_window: WindowOpener, users: UserFactory, admin: User
) -> None:
    elena, ioana = participants.elena, participants.ioana
    vlad = ClientPage(*await create_client_page(await open_window(), users, admin, f"Vlad Ilie {uuid4().hex[:4]}"))
    await vlad.open_help()
    await vlad.request_hand_over()
    await vlad.expect_state("Waiting for a person, you are next")

    await elena.open_help()
    await elena.send_message("Do you like music?")
    await elena.expect_message("I am not sure I understood.", author="Assistant")
    await elena.accept_offer()
    await elena.expect_state("Waiting for a person, number 2 in line")
    await ioana.expect_waiting(elena)
    await ioana.open_conversation(vlad)
    await ioana.take_over(vlad)
    await elena.expect_state(
        "Waiting for a person, you are next", seconds=30
    )  # no frame reports other conversations: the page polls


async def test_a_toast_on_another_page_leads_to_the_new_message(participants: Participants) -> None:
    elena, ioana, radu = participants.elena, participants.ioana, participants.radu
    await elena.open_help()
    await elena.send_message(QUESTION)
    await ioana.go_to("People")
    await elena.request_hand_over()
    await ioana.open_from_toast(f"{elena.name} is waiting for a person")
    await ioana.expect_message(QUESTION, author=elena.name)

    await elena.close_help()
    await ioana.send_message("Good day, how can I help?")
    await elena.expect_help_count(1)
    await elena.expect_tab_count(1)
    await elena.open_from_toast("Good day, how can I help?")
    await expect(elena.window.heading("Messages")).to_be_visible()
    await elena.expect_highlighted("Good day, how can I help?")
    await elena.expect_tab_count(0)
    await ioana.expect_seen()
    await expect(radu.window.toast("Good day")).to_have_count(0)  # the conversation is another operator's

    await ioana.go_to("Overview")
    await elena.send_message("It is about my bill.")
    await ioana.expect_tab_count(1)
    await ioana.open_from_toast("It is about my bill.")
    await ioana.expect_highlighted("It is about my bill.")
    await ioana.expect_tab_count(0)
    await elena.expect_seen()
