"""The connection drops while a hundred messages are sent: every one is there once, in order, on all sides."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import pytest
from playwright.async_api import Response, expect

from tests.e2e.cable import Cable, cable
from tests.e2e.conftest import Opener
from tests.e2e.visit import Visit
from tests.system import faults
from tests.system.chats import direct, support
from tests.system.deployment import Deployment, Distributed, Embedded
from tests.system.people import Json, People, Person, people_of
from tests.system.talk import MESSAGES, Talk
from tests.waiting import until

TOKEN_SECONDS = 20
WRITTEN_WHILE_CUT = 6
UNANSWERED, NOTE = "its answer was lost", "a private note"
BEFORE_AND_AFTER = 4.0
"""Seconds of the talk that are before the cut and after it."""
SHOWN = """() => [...document.querySelectorAll('[role=log] [data-seq], [role=log] [data-unsent]')].map(
    row => [Number(row.dataset.seq ?? -1), row.querySelector('[class*=bubble] p')?.textContent ?? ''])"""


@pytest.fixture(scope="module")
async def hasty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """A Contor whose access tokens live for some seconds only."""
    lifetime = {"CONTOR_AUTH_TOKEN_LIFETIME": str(TOKEN_SECONDS)}
    async with Embedded(tmp_path_factory.mktemp("hasty") / "data").running(**lifetime) as deployment:
        yield deployment


@dataclass
class Side:
    """Somebody at a window that shows the conversation; `written` there, in this order."""

    person: Person
    window: Visit
    written: list[str]

    async def writes(self, text: str) -> None:
        field = self.window.page.get_by_role("textbox", name="Message", exact=True)
        await field.fill(text)
        await field.press("Enter")
        self.written.append(text)

    async def shown(self) -> list[tuple[int, str]]:
        """Number and text of every row of the thread; -1 where one waits to be sent."""
        return [(seq, text) for seq, text in await self.window.page.evaluate(SHOWN)]


async def stored(person: Person, talk: Talk) -> list[Json]:
    """The conversation as the service tells it to this person."""
    found: list[Json] = []
    while True:
        after = found[-1]["seq"] if found else 0
        answer = await person.ask("GET", talk.path, params={"after_seq": after, "limit": 200})
        if answer.status_code == 401:
            await person.refresh()
            continue
        page = answer.json()["items"]
        found += page
        if len(page) < 200:
            return found


async def is_stored(person: Person, talk: Talk, text: str) -> bool:
    return text in [message["text"] for message in await stored(person, talk)]


async def is_level(side: Side, talk: Talk) -> bool:
    """Whether the window shows what the service tells, number by number."""
    told = [(m["seq"], "" if m["author"]["kind"] == "system" else m["text"]) for m in await stored(side.person, talk)]
    return told == await side.shown()


async def check(talk: Talk, sides: Sequence[Side], *, notes: Sequence[str] = ()) -> None:
    """Each side shows what is stored, and what is stored is what was sent, once, each author's in their order."""
    for side in sides:
        await until(
            partial(is_level, side, talk), seconds=20, what=f"all of it on the screen of {side.person.username}"
        )
        assert await side.window.was_never_reloaded()
    everything = [m for m in await stored(sides[-1].person, talk) if m["author"]["kind"] == "person"]
    texts = [m["text"] for m in everything]
    written = [text for side in sides for text in side.written]
    assert sorted(texts) == sorted([*talk.said.values(), *written, *notes])
    for own in (*talk.written.values(), *(side.written for side in sides)):
        assert [text for text in texts if text in own] == own
    assert len({m["client_id"] for m in everything}) == len(everything)


async def cut_off(line: Cable, near: Side, talk: Talk, seconds: float, *, silently: bool = False) -> None:
    """For so long: a message of which the browser hears no answer, and then some that cannot be sent."""
    line.lose_answers_to(f"POST {talk.path} ")
    await near.writes(UNANSWERED)
    await until(partial(is_stored, near.person, talk, UNANSWERED), what="the message that is not answered")
    cut_at = time.monotonic()
    if silently:
        line.fall_silent()
    else:
        await line.cut()
    for n in range(WRITTEN_WHILE_CUT):
        await near.writes(f"written while cut {n}")
    await expect(near.window.connection).to_contain_text("Reconnecting", timeout=30_000)
    await asyncio.sleep(cut_at + seconds - time.monotonic())


async def five_seconds(visit: Opener, people: People, contor: Deployment) -> None:
    """On the messages page, three others writing."""
    async with cable(contor.url) as line:
        ana, *others = [await people.client() for _ in range(4)]
        talk = Talk(await direct(ana, *others))
        path = f"/messages?conversation={talk.conversation}"
        near = Side(ana, await open_at(await visit(base_url=line.url), ana, path), [])
        far = Side(others[0], await open_at(await visit(), others[0], path), [])
        async with asyncio.TaskGroup() as group:
            group.create_task(talk.hold(others, seconds=5 + BEFORE_AND_AFTER))
            await until(lambda: len(talk.confirmed) > 10, what="the first messages")
            await cut_off(line, near, talk, 5)
            await line.mend()
            await near.window.is_live()
        await check(talk, [near, far])


async def sixty_seconds(visit: Opener, people: People, contor: Deployment) -> None:
    """In the widget, an operator writing, and leaving a note that the client's numbers pass over."""
    async with cable(contor.url) as line:
        client, operator = await people.client(), await people.admin()
        talk = Talk(await support(client))
        await client.send("POST", f"/chat/conversations/{talk.conversation}/handoff")
        await operator.send("POST", f"/chat/conversations/{talk.conversation}/claim")
        near = Side(client, await open_at(await visit(base_url=line.url), client, "/"), [])
        await near.window.page.get_by_role("button", name="Help", exact=False).first.click()
        await expect(near.window.page.get_by_role("log")).to_be_visible()
        far = Side(operator, await open_at(await visit(), operator, f"/inbox?conversation={talk.conversation}"), [])
        async with asyncio.TaskGroup() as group:
            group.create_task(talk.hold([operator], seconds=60 + BEFORE_AND_AFTER))
            group.create_task(leave_note(operator, talk))
            await until(lambda: len(talk.confirmed) > 2, what="the first messages")
            await cut_off(line, near, talk, 60)
            await line.mend()
            await near.window.is_live()
        await check(talk, [near, far], notes=[NOTE])


async def leave_note(operator: Person, talk: Talk) -> None:
    await until(lambda: len(talk.confirmed) > 30, seconds=60, what="the middle of the talk")
    note = {"text": NOTE, "client_id": str(uuid4())}
    await operator.send("POST", f"/chat/conversations/{talk.conversation}/notes", note)


async def past_the_life_of_the_token(visit: Opener, hasty: Deployment) -> None:
    """On the messages page; the line does not even say that it is cut."""
    async with cable(hasty.url) as line, people_of(hasty) as people:
        ana, *others = [await people.client() for _ in range(4)]
        talk = Talk(await direct(ana, *others))
        path = f"/messages?conversation={talk.conversation}"
        near = Side(ana, await open_at(await visit(base_url=line.url), ana, path), [])
        tokens = Tokens(near.window)
        far = Side(others[0], await open_at(await visit(base_url=hasty.url), others[0], path), [])
        seconds = TOKEN_SECONDS + 10
        async with asyncio.TaskGroup() as group:
            # Just renewed: no renewal is under way while answers are lost. One that was would be taken for a theft.
            await until(lambda: tokens.held, seconds=20, what="a fresh token")
            group.create_task(talk.hold(others, seconds=seconds + BEFORE_AND_AFTER))
            await until(lambda: len(talk.confirmed) > 3, what="the first messages")
            await cut_off(line, near, talk, seconds, silently=True)
            had = len(tokens.held)
            assert await refusal(near.person, tokens.held[-1]) == "token_expired"
            await line.mend()
            await near.window.is_live()
        assert len(tokens.held) > had, "it goes on with a token that it asked for"
        assert await refusal(near.person, tokens.held[-1]) is None
        await check(talk, [near, far])


async def refusal(person: Person, token: str) -> str | None:
    """Why Contor takes this access token no more."""
    answer = await person.http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    return None if answer.is_success else str(answer.json()["code"])


class Tokens:
    """The access tokens that a page was given by renewing."""

    def __init__(self, window: Visit) -> None:
        self.held: list[str] = []
        self._reading: set[asyncio.Task[None]] = set()
        window.page.on("response", self._hear)

    def _hear(self, response: Response) -> None:
        if response.url.endswith("/auth/refresh") and response.ok:
            task = asyncio.create_task(self._read(response))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, response: Response) -> None:
        self.held.append((await response.json())["access_token"])


async def open_at(window: Visit, person: Person, path: str) -> Visit:
    await window.enter(person)
    await window.open(path)
    await window.is_live()
    await window.mark()
    return window


async def test_a_cut_of_5_s_of_60_s_and_past_the_life_of_the_token_costs_no_message(
    visit: Opener, contor: Deployment, hasty: Deployment, people: People
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(five_seconds(visit, people, contor))
        group.create_task(sixty_seconds(visit, people, contor))
        group.create_task(past_the_life_of_the_token(visit, hasty))


@pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
async def test_killed_replicas_of_communication_and_of_chat_cost_no_message(
    visit: Opener, contor: Distributed, people: People
) -> None:
    """The first of both, then the second: whatever either window and every message depends on is killed once."""
    ana, *others = [await people.client() for _ in range(6)]
    talk = Talk(await direct(ana, *others))
    path = f"/messages?conversation={talk.conversation}"
    near, far = [Side(one, await open_at(await visit(), one, path), []) for one in (ana, others[0])]
    for number in (1, 2):
        hub = contor.replicas("communication")[f"communication.{number}"]
        begun = len(talk.confirmed)
        async with asyncio.TaskGroup() as group:
            group.create_task(talk.hold(others, seconds=6, messages=MESSAGES // 2))
            await until(partial(has_confirmed, talk, begun + MESSAGES // 8), what="the first messages")
            os.kill(hub["pid"], signal.SIGKILL)
            group.create_task(near.writes(f"as the replicas {number} were killed"))
            await faults.chat_killed(contor, talk, 2, f"chat.{number}")
        await until(partial(is_replaced, contor, hub["pid"]), seconds=30, what="another process")
        await until(contor.is_ready, seconds=60, what="all replicas again")
    await near.window.is_live()
    await check(talk, [near, far])


def has_confirmed(talk: Talk, messages: int) -> bool:
    return len(talk.confirmed) >= messages


def is_replaced(contor: Distributed, pid: int) -> bool:
    return pid not in [replica["pid"] for replica in contor.state()["replicas"].values()]
