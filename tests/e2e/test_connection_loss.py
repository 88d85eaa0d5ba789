"""Connection loss while a hundred messages are sent: every page shows every message once and in order."""

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

from tests.e2e.browser_window import BrowserWindow
from tests.e2e.conftest import WindowOpener
from tests.e2e.tcp_proxy import TcpProxy, tcp_proxy
from tests.system import faults
from tests.system.chat_load import MESSAGES, ChatLoad
from tests.system.conversations import create_direct, create_support
from tests.system.deployment import Deployment, Distributed, Embedded
from tests.system.users import Json, User, UserFactory, user_factory
from tests.waiting import until

TOKEN_SECONDS = 20
WRITTEN_WHILE_CUT = 6
UNANSWERED, NOTE = "its response was lost", "a private note"
SECONDS_AROUND_CUT = 4.0
"""Seconds of sending before and after the cut, together."""
SHOWN = """() => [...document.querySelectorAll('[role=log] [data-seq], [role=log] [data-unsent]')].map(
    row => [Number(row.dataset.seq ?? -1), row.querySelector('[class*=bubble] p')?.textContent ?? ''])"""


@pytest.fixture(scope="module")
async def short_tokens(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    """A Contor whose access tokens expire after `TOKEN_SECONDS`."""
    lifetime = {"CONTOR_AUTH_TOKEN_LIFETIME": str(TOKEN_SECONDS)}
    async with Embedded(tmp_path_factory.mktemp("short_tokens") / "data").running(**lifetime) as deployment:
        yield deployment


@dataclass
class Page:
    """A window that shows the conversation. `sent`: texts sent from it, in order."""

    user: User
    window: BrowserWindow
    sent: list[str]

    async def send_message(self, text: str) -> None:
        message_input = self.window.page.get_by_role("textbox", name="Message", exact=True)
        await message_input.fill(text)
        await message_input.press("Enter")
        self.sent.append(text)

    async def shown(self) -> list[tuple[int, str]]:
        """Sequence number and text of every row; -1 for messages that are not sent yet."""
        return [(seq, text) for seq, text in await self.window.page.evaluate(SHOWN)]


async def stored(user: User, chat: ChatLoad) -> list[Json]:
    """All messages of the conversation that this user may read."""
    found: list[Json] = []
    while True:
        after = found[-1]["seq"] if found else 0
        response = await user.request("GET", chat.path, params={"after_seq": after, "limit": 200})
        if response.status_code == 401:
            await user.refresh()
            continue
        page = response.json()["items"]
        found += page
        if len(page) < 200:
            return found


async def is_stored(user: User, chat: ChatLoad, text: str) -> bool:
    return text in [message["text"] for message in await stored(user, chat)]


async def is_in_sync(page: Page, chat: ChatLoad) -> bool:
    """Whether the page shows exactly the stored messages."""
    expected = [(m["seq"], "" if m["author"]["kind"] == "system" else m["text"]) for m in await stored(page.user, chat)]
    return expected == await page.shown()


async def check(chat: ChatLoad, pages: Sequence[Page], *, notes: Sequence[str] = ()) -> None:
    """Every page shows the stored messages; every sent message is stored once, in the order of its author."""
    for page in pages:
        await until(
            partial(is_in_sync, page, chat), seconds=20, what=f"all messages on the page of {page.user.username}"
        )
        assert await page.window.was_not_reloaded()
    everything = [m for m in await stored(pages[-1].user, chat) if m["author"]["kind"] == "person"]
    texts = [m["text"] for m in everything]
    written = [text for page in pages for text in page.sent]
    assert sorted(texts) == sorted([*chat.sent.values(), *written, *notes])
    for own in (*chat.sent_by_user.values(), *(page.sent for page in pages)):
        assert [text for text in texts if text in own] == own
    assert len({m["client_id"] for m in everything}) == len(everything)


async def cut_off(proxy: TcpProxy, near: Page, chat: ChatLoad, seconds: float, *, stalled: bool = False) -> None:
    """Send a message whose response is lost, cut the connection for `seconds`, and write more messages meanwhile."""
    proxy.drop_responses_to(f"POST {chat.path} ")
    await near.send_message(UNANSWERED)
    await until(partial(is_stored, near.user, chat, UNANSWERED), what="the unanswered message")
    cut_at = time.monotonic()
    if stalled:
        proxy.stall()
    else:
        await proxy.cut()
    for n in range(WRITTEN_WHILE_CUT):
        await near.send_message(f"written while cut {n}")
    await expect(near.window.connection).to_contain_text("Reconnecting", timeout=30_000)
    await asyncio.sleep(cut_at + seconds - time.monotonic())


async def five_seconds(open_window: WindowOpener, users: UserFactory, contor: Deployment) -> None:
    """On the messages page, while three other users write."""
    async with tcp_proxy(contor.url) as proxy:
        ana, *others = [await users.create_client() for _ in range(4)]
        chat = ChatLoad(await create_direct(ana, *others))
        path = f"/messages?conversation={chat.conversation}"
        near = Page(ana, await open_at(await open_window(base_url=proxy.url), ana, path), [])
        far = Page(others[0], await open_at(await open_window(), others[0], path), [])
        async with asyncio.TaskGroup() as group:
            group.create_task(chat.run(others, seconds=5 + SECONDS_AROUND_CUT))
            await until(lambda: len(chat.confirmed) > 10, what="the first messages")
            await cut_off(proxy, near, chat, 5)
            await proxy.restore()
            await near.window.wait_until_live()
        await check(chat, [near, far])


async def sixty_seconds(open_window: WindowOpener, users: UserFactory, contor: Deployment) -> None:
    """In the help widget, while an operator writes and adds a note, which leaves a gap in the client's numbers."""
    async with tcp_proxy(contor.url) as proxy:
        client, operator = await users.create_client(), await users.sign_in_admin()
        chat = ChatLoad(await create_support(client))
        await client.send("POST", f"/chat/conversations/{chat.conversation}/handoff")
        await operator.send("POST", f"/chat/conversations/{chat.conversation}/claim")
        near = Page(client, await open_at(await open_window(base_url=proxy.url), client, "/"), [])
        await near.window.page.get_by_role("button", name="Help", exact=False).first.click()
        await expect(near.window.page.get_by_role("log")).to_be_visible()
        far = Page(
            operator, await open_at(await open_window(), operator, f"/inbox?conversation={chat.conversation}"), []
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(chat.run([operator], seconds=60 + SECONDS_AROUND_CUT))
            group.create_task(leave_note(operator, chat))
            await until(lambda: len(chat.confirmed) > 2, what="the first messages")
            await cut_off(proxy, near, chat, 60)
            await proxy.restore()
            await near.window.wait_until_live()
        await check(chat, [near, far], notes=[NOTE])


async def leave_note(operator: User, chat: ChatLoad) -> None:
    await until(lambda: len(chat.confirmed) > 30, seconds=60, what="a third of the messages")
    note = {"text": NOTE, "client_id": str(uuid4())}
    await operator.send("POST", f"/chat/conversations/{chat.conversation}/notes", note)


async def beyond_token_expiry(open_window: WindowOpener, short_tokens: Deployment) -> None:
    """On the messages page, with a stalled connection instead of a closed one."""
    async with tcp_proxy(short_tokens.url) as proxy, user_factory(short_tokens) as users:
        ana, *others = [await users.create_client() for _ in range(4)]
        chat = ChatLoad(await create_direct(ana, *others))
        path = f"/messages?conversation={chat.conversation}"
        near = Page(ana, await open_at(await open_window(base_url=proxy.url), ana, path), [])
        tokens = Tokens(near.window)
        far = Page(others[0], await open_at(await open_window(base_url=short_tokens.url), others[0], path), [])
        seconds = TOKEN_SECONDS + 10
        async with asyncio.TaskGroup() as group:
            # Start after a refresh, so that no response to one is lost: its repetition would count as a theft.
            await until(lambda: tokens.received, seconds=20, what="a fresh token")
            group.create_task(chat.run(others, seconds=seconds + SECONDS_AROUND_CUT))
            await until(lambda: len(chat.confirmed) > 3, what="the first messages")
            await cut_off(proxy, near, chat, seconds, stalled=True)
            before = len(tokens.received)
            assert await token_error(near.user, tokens.received[-1]) == "token_expired"
            await proxy.restore()
            await near.window.wait_until_live()
        assert len(tokens.received) > before, "the page refreshed its token"
        assert await token_error(near.user, tokens.received[-1]) is None
        await check(chat, [near, far])


async def token_error(user: User, token: str) -> str | None:
    """The error code that this access token gets; None if it is valid."""
    response = await user.http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    return None if response.is_success else str(response.json()["code"])


class Tokens:
    """Collects the access tokens that a window receives by refreshing."""

    def __init__(self, window: BrowserWindow) -> None:
        self.received: list[str] = []
        self._reading: set[asyncio.Task[None]] = set()
        window.page.on("response", self._on_response)

    def _on_response(self, response: Response) -> None:
        if response.url.endswith("/auth/refresh") and response.ok:
            task = asyncio.create_task(self._read(response))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, response: Response) -> None:
        self.received.append((await response.json())["access_token"])


async def open_at(window: BrowserWindow, user: User, path: str) -> BrowserWindow:
    await window.restore_session(user)
    await window.open(path)
    await window.wait_until_live()
    await window.mark_page()
    return window


async def test_no_message_is_lost_by_a_cut_of_5_s_of_60_s_or_beyond_token_expiry(
    open_window: WindowOpener, contor: Deployment, short_tokens: Deployment, users: UserFactory
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(five_seconds(open_window, users, contor))
        group.create_task(sixty_seconds(open_window, users, contor))
        group.create_task(beyond_token_expiry(open_window, short_tokens))


@pytest.mark.parametrize("contor", ["distributed"], indirect=True, scope="session")
async def test_no_message_is_lost_when_replicas_of_communication_and_chat_are_killed(
    open_window: WindowOpener, contor: Distributed, users: UserFactory
) -> None:
    """Kill the first replica of both, then the second: every connection and every request is affected once."""
    ana, *others = [await users.create_client() for _ in range(6)]
    chat = ChatLoad(await create_direct(ana, *others))
    path = f"/messages?conversation={chat.conversation}"
    near, far = [Page(user, await open_at(await open_window(), user, path), []) for user in (ana, others[0])]
    for number in (1, 2):
        replica = contor.replicas("communication")[f"communication.{number}"]
        before = len(chat.confirmed)
        async with asyncio.TaskGroup() as group:
            group.create_task(chat.run(others, seconds=6, messages=MESSAGES // 2))
            await until(partial(has_confirmed, chat, before + MESSAGES // 8), what="the first messages")
            os.kill(replica["pid"], signal.SIGKILL)
            group.create_task(near.send_message(f"as the replicas {number} were killed"))
            await faults.kill_chat(contor, chat, 2, f"chat.{number}")
        await until(partial(is_replaced, contor, replica["pid"]), seconds=30, what="the restarted process")
        await until(contor.is_ready, seconds=60, what="all replicas ready")
    await near.window.wait_until_live()
    await check(chat, [near, far])


def has_confirmed(chat: ChatLoad, messages: int) -> bool:
    return len(chat.confirmed) >= messages


def is_replaced(contor: Distributed, pid: int) -> bool:
    return pid not in [replica["pid"] for replica in contor.state()["replicas"].values()]
