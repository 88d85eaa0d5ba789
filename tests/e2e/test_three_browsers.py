"""Help on the screen: a client and two administrators, three browsers open at once, and nobody reloads."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Route, expect

from tests.e2e.conftest import Opener
from tests.e2e.seats import Client, Operator
from tests.e2e.visit import Visit
from tests.system.deployment import MODES
from tests.system.people import PASSWORD, Json, People, Person
from tests.waiting import until

pytestmark = [
    pytest.mark.usefixtures("steady_hour"),
    pytest.mark.parametrize("contor", MODES, indirect=True, scope="session"),
]

ZONE = ZoneInfo("Europe/Bucharest")
YESTERDAY = "How much did I use yesterday?"
BUILT_IN = "Assistant · built-in answers, no AI"


@dataclass(frozen=True, slots=True)
class House:
    """A client on their first page, and two administrators at the inbox, where nobody waits yet."""

    elena: Client
    ioana: Operator
    radu: Operator


@pytest.fixture
async def house(visit: Opener, people: People, admin: Person) -> AsyncIterator[House]:
    await clear_queue(admin)
    mark = uuid4().hex[:4]  # they live in one Contor with the people of every other story
    elena = Client(*await seat_client(await visit(), people, admin, f"Elena Dobre {mark}"))
    ioana, radu = [
        Operator(*await seat_operator(await visit(), people, admin, f"{name} {mark}"))
        for name in ("Ioana Marin", "Radu Stan")
    ]
    yield House(elena, ioana, radu)
    for seat in (elena, ioana, radu):
        assert await seat.window.was_never_reloaded()


async def clear_queue(admin: Person) -> None:
    for conversation in await admin.all("/chat/conversations", view="waiting"):
        await admin.send("POST", f"/chat/conversations/{conversation['id']}/resolve")


async def seat_client(window: Visit, people: People, admin: Person, name: str) -> tuple[Person, str, Visit]:
    client = await people.client(f"elena-{uuid4().hex[:6]}")
    await admin.send("PATCH", f"/users/{client.id}", {"full_name": name})
    await known_to_chat(admin, name, username=client.username)
    return client, name, await seated(window, client, "/", "Home")


async def seat_operator(window: Visit, people: People, admin: Person, name: str) -> tuple[Person, str, Visit]:
    username = f"{name.split()[0].lower()}-{uuid4().hex[:6]}"
    body = {"username": username, "password": PASSWORD, "role": "admin", "full_name": name}
    await admin.send("POST", "/users", body)
    await known_to_chat(admin, name, role="admin")
    person = await people.admin(username, PASSWORD)
    return person, name, await seated(window, person, "/inbox", "Support inbox")


async def known_to_chat(admin: Person, name: str, **query: str) -> None:
    async def known() -> bool:
        return name in [person["name"] for person in (await admin.get("/chat/people", **query))["items"]]

    await until(known, what=f"{name} in chat")


async def seated(window: Visit, person: Person, path: str, heading: str) -> Visit:
    await window.enter(person)
    await window.open(path)
    await expect(window.heading(heading)).to_be_visible()
    await window.is_live()
    await window.mark()
    return window


async def assign_meter(people: People, admin: Person, client: Client) -> None:
    """Its readings lie on both sides of each midnight where it stands: 1.25 kWh yesterday, 2 kWh today."""
    meter = await people.device(admin, client.person, limit=9, time_zone=ZONE.key)
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


async def test_from_a_question_to_a_person_and_back(house: House, people: People, admin: Person) -> None:
    elena, ioana, radu = house.elena, house.ioana, house.radu
    await assign_meter(people, admin, elena)
    answer = "you used 1.25 kWh"

    await elena.opens_help()
    await elena.writes(YESTERDAY)
    await elena.reads(answer, by="Assistant")
    await elena.is_told(BUILT_IN)

    await elena.asks_for_person()
    await elena.is_told("Waiting for a person, you are next")
    for operator in (ioana, radu):
        await operator.sees_waiting(elena)
        await operator.tab_counts(2)
        await operator.opens(elena)
        await operator.reads(answer, by="Assistant")
        await operator.tab_counts(0)

    await ioana.takes_over(elena)
    await radu.is_told_of(ioana)
    await elena.is_told(f"Talking to {ioana.name}")

    await ioana.begins("Good day,")
    await elena.sees_typing(ioana)
    await ioana.writes("Good day, how can I help?")
    await elena.reads("Good day, how can I help?", by=ioana.name)
    await ioana.sees_seen()
    await elena.begins("Is that")
    await ioana.sees_typing(elena)
    await elena.writes("Is that much?")
    await ioana.reads("Is that much?", by=elena.name)
    await elena.sees_seen()

    await ioana.resolves()
    await elena.is_told("Resolved")
    await elena.rates(5)
    for operator in (ioana, radu):
        await operator.reads_state("resolved, rated 5 of 5")

    await elena.writes("How much did I use today?")
    await elena.reads_line("The conversation was reopened. The assistant answers first.")
    await elena.reads("you used 2 kWh", by="Assistant")
    await elena.is_told(BUILT_IN)
    for operator in (ioana, radu):
        await operator.reads_state("with the assistant")
        await operator.reads("you used 2 kWh", by="Assistant")
    for seat in (elena, ioana, radu):  # nothing twice, nothing in another order, nothing missing
        assert await seat.numbers() == list(range(1, 11))


async def test_of_two_who_take_over_at_the_same_moment_one_does_and_the_other_reads_who(house: House) -> None:
    elena, operators = house.elena, (house.ioana, house.radu)
    await elena.opens_help()
    await elena.asks_for_person()
    for operator in operators:
        await operator.opens(elena)
    await hold_until_all(operators, "**/claim")
    await asyncio.gather(*(operator.take_over.click() for operator in operators))

    winner, loser = await by_luck(operators, elena)
    await winner.has(elena)
    await expect(loser.window.notice(f"{winner.name} has already taken over this conversation.")).to_be_visible()
    await loser.is_told_of(winner)
    await elena.is_told(f"Talking to {winner.name}")


async def test_of_two_who_answer_at_the_same_moment_one_is_read_and_the_other_knows_that_theirs_is_not(
    house: House,
) -> None:
    elena, operators = house.elena, (house.ioana, house.radu)
    await elena.opens_help()
    await elena.asks_for_person()
    for operator in operators:
        await operator.opens(elena)
        await operator.begins(f"{operator.name} here")
    await hold_until_all(operators, "**/messages")
    await asyncio.gather(*(operator.field.press("Enter") for operator in operators))

    winner, loser = await by_luck(operators, elena)
    await elena.reads(f"{winner.name} here", by=winner.name)
    await winner.sees_seen()
    await winner.has(elena)
    await expect(loser.window.notice("Not sent: Another operator has this conversation.")).to_be_visible()
    await loser.is_told_of(winner)
    await expect(elena.log.get_by_text(f"{loser.name} here")).to_have_count(0)


async def hold_until_all(operators: Sequence[Operator], path: str) -> None:
    """The service hears of what they send there when each of them has pressed, and not before."""
    pressed = asyncio.Barrier(len(operators))

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            await pressed.wait()
        await route.continue_()

    for operator in operators:
        await operator.page.route(path, hold)


async def by_luck(operators: Sequence[Operator], client: Client) -> tuple[Operator, Operator]:
    """Who got the client's conversation, and who did not."""

    async def answering() -> str | None:
        (conversation,) = await client.person.all("/chat/conversations", kind="support")
        return str(conversation["operator"]["id"]) if conversation["operator"] else None

    has_it = await until(answering, what="an operator")
    winner, loser = sorted(operators, key=lambda operator: operator.person.id != has_it)
    return winner, loser


async def test_an_unsure_answer_has_a_person_at_hand_and_the_place_in_the_line_is_told(
    house: House, visit: Opener, people: People, admin: Person
) -> None:
    elena, ioana = house.elena, house.ioana
    vlad = Client(*await seat_client(await visit(), people, admin, f"Vlad Ilie {uuid4().hex[:4]}"))
    await vlad.opens_help()
    await vlad.asks_for_person()
    await vlad.is_told("Waiting for a person, you are next")

    await elena.opens_help()
    await elena.writes("Do you like music?")
    await elena.reads("I am not sure I understood.", by="Assistant")
    await elena.takes_offer()
    await elena.is_told("Waiting for a person, number 2 in line")
    await ioana.sees_waiting(elena)
    await ioana.opens(vlad)
    await ioana.takes_over(vlad)
    await elena.is_told("Waiting for a person, you are next", seconds=30)  # nobody tells a client of the others


async def test_who_is_elsewhere_in_the_application_is_told_and_jumps_to_the_message(house: House) -> None:
    elena, ioana, radu = house.elena, house.ioana, house.radu
    await elena.opens_help()
    await elena.writes(YESTERDAY)
    await ioana.goes_to("People")
    await elena.asks_for_person()
    await ioana.jumps_by(f"{elena.name} is waiting for a person")
    await ioana.reads(YESTERDAY, by=elena.name)

    await elena.closes_help()
    await ioana.writes("Good day, how can I help?")
    await elena.help_counts(1)
    await elena.tab_counts(1)
    await elena.jumps_by("Good day, how can I help?")
    await expect(elena.window.heading("Messages")).to_be_visible()
    await elena.lands_on("Good day, how can I help?")
    await elena.tab_counts(0)
    await ioana.sees_seen()
    await expect(radu.window.notice("Good day")).to_have_count(0)  # it is a colleague's

    await ioana.goes_to("Overview")
    await elena.writes("It is about my bill.")
    await ioana.tab_counts(1)
    await ioana.jumps_by("It is about my bill.")
    await ioana.lands_on("It is about my bill.")
    await ioana.tab_counts(0)
    await elena.sees_seen()
