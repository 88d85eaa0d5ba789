"""Conversations: heard by those whom chat names; hints may be dropped, messages never."""

from uuid import UUID, uuid4

import pytest

from contor.contracts.chat import (
    ChatAuthor,
    ChatConversation,
    ChatEvent,
    ChatMessage,
    ConversationChanged,
    DraftGrew,
    MessagePosted,
    MessagesRead,
    PeopleConnected,
    PresenceChanged,
    SomebodyTypes,
)
from contor.contracts.frames import SERVER_FRAME
from contor.kernel.clock import now
from contor.services.communication.live.connection import Connection
from tests.integration.services.communication.serving import Served, hear, in_force
from tests.waiting import until

CONVERSATION = uuid4()


def message(text: str = "Hello", *, note: bool = False, event: ChatEvent | None = None) -> ChatMessage:
    return ChatMessage(
        id=uuid4(),
        conversation_id=CONVERSATION,
        seq=1,
        author=ChatAuthor(kind="system" if event else "person"),
        text=text,
        note=note,
        sources=[],
        event=event,
        created_at=now(),
    )


def typing(typist: UUID | None, *audience: UUID, administrators: bool = False) -> SomebodyTypes:
    return SomebodyTypes(
        conversation_id=CONVERSATION,
        user_id=typist,
        name="Ana",
        audience=list(audience),
        administrators=administrators,
    )


async def test_a_message_reaches_each_participant_once_and_administrators_only_in_support(served: Served) -> None:
    ana, bob = uuid4(), uuid4()
    direct = MessagePosted(message=message(), audience=[ana, bob], administrators=False)
    help_wanted = MessagePosted(message=message("Help"), audience=[ana], administrators=True)
    async with (
        served.signed_in(ana) as anas,
        served.signed_in(bob) as bobs,
        served.signed_in(ana, "admin") as anas_as_admin,
        served.signed_in(role="admin") as admin,
        served.signed_in() as other,
    ):
        await served.tell(direct)
        await served.tell(help_wanted)
        heard = [[frame["id"] for frame in await in_force(opened)] for opened in (anas, bobs, anas_as_admin, admin)]
        assert await in_force(other) == []
    one, two = str(direct.id), str(help_wanted.id)
    assert heard == [[one, two], [one], [one, two], [two]]


async def test_a_note_reaches_administrators_only(served: Served) -> None:
    client = uuid4()
    async with served.signed_in(client) as clients, served.signed_in(role="admin") as admin:
        await served.tell(MessagePosted(message=message(note=True), audience=[], administrators=True))
        assert (await hear(admin))["data"]["message"]["note"] is True
        assert await in_force(clients) == []


async def test_a_transition_is_told_with_its_line_as_two_frames(served: Served) -> None:
    client = uuid4()
    conversation = ChatConversation(
        id=CONVERSATION,
        kind="support",
        state="resolved",
        episode=1,
        participants=[],
        last_seq=1,
        created_at=now(),
        updated_at=now(),
    )
    line = message("Resolved.", event=ChatEvent(kind="resolved"))
    changed = ConversationChanged(conversation=conversation, line=line, audience=[client], administrators=True)
    async with served.signed_in(client) as clients, served.signed_in(role="admin") as admin:
        await served.tell(changed)
        heard = await in_force(clients)
        assert await in_force(admin) == heard
    assert [frame["type"] for frame in heard] == ["chat.conversation", "chat.message"]
    assert len({frame["id"] for frame in heard}) == 2
    for frame in heard:
        SERVER_FRAME.validate_python(frame)


async def test_typing_is_never_told_to_who_types_on_any_of_their_screens(served: Served) -> None:
    ana, operator = uuid4(), uuid4()
    async with (
        served.signed_in(ana) as anas,
        served.signed_in(operator, "admin") as desk,
        served.signed_in(operator, "admin") as phone,
        served.signed_in(role="admin") as colleague,
    ):
        await served.tell(typing(operator, ana, administrators=True))
        await served.tell(typing(None, ana))
        assert [f["data"]["user_id"] for f in await in_force(anas)] == [str(operator), "assistant"]
        assert len(await in_force(colleague)) == 1
        assert await in_force(desk) == await in_force(phone) == []


async def test_marks_and_presence_reach_those_named(served: Served) -> None:
    ana, bob = uuid4(), uuid4()
    read = MessagesRead(conversation_id=CONVERSATION, user_id=bob, seq=4, audience=[ana, bob], administrators=False)
    here = PresenceChanged(user_id=bob, online=True, audience=[ana], administrators=False)
    async with served.signed_in(ana) as anas, served.signed_in(role="admin") as admin:
        await served.tell(read)
        await served.tell(here)
        assert {frame["type"] for frame in await in_force(anas)} == {"chat.read", "presence"}
        assert await in_force(admin) == []


async def test_a_slow_reader_is_spared_drafts_and_never_messages(served: Served) -> None:
    ana = uuid4()
    async with served.signed_in(ana) as slow:
        slow.transport.pause_reading()
        sent = [MessagePosted(message=message("x" * 2000), audience=[ana], administrators=False) for _ in range(100)]
        for number, posted in enumerate(sent):
            await served.tell(posted)
            await served.tell(
                DraftGrew(
                    conversation_id=CONVERSATION, episode=1, text=f"{number}", audience=[ana], administrators=False
                )
            )
        slow.transport.resume_reading()
        heard = await in_force(slow)
    assert [f["id"] for f in heard if f["type"] == "chat.message"] == [str(posted.id) for posted in sent]
    drafts = [f["data"]["text"] for f in heard if f["type"] == "chat.draft"]
    assert len(drafts) < 100


async def test_hints_that_wait_are_bounded(served: Served) -> None:
    person = uuid4()
    async with served.signed_in(person) as opened:
        (connection,) = served.hub._people[person]
        assert isinstance(connection, Connection)
        opened.transport.pause_reading()
        for _ in range(2000):
            hint = PresenceChanged(user_id=uuid4(), online=True, audience=[person], administrators=False)
            await served.tell(hint)
        assert len(connection._live) <= served.hub.settings.waiting_frames
        assert connection.ending is None
        opened.transport.resume_reading()


async def test_who_comes_and_who_goes_is_said(served: Served) -> None:
    heard: list[PeopleConnected] = []

    async def collect(message: PeopleConnected) -> None:
        heard.append(message)

    served.running.bus.listen(PeopleConnected, collect)
    person = uuid4()
    async with served.signed_in(person), served.signed_in(person):
        await until(lambda: any(person in message.here for message in heard), what="said to be here")
        assert not any(person in message.gone for message in heard)
    await until(lambda: any(person in message.gone for message in heard), what="said to be gone")
    assert len({message.replica for message in heard}) == 1


@pytest.mark.parametrize("count", [1200])
async def test_many_people_are_said_in_parts(count: int, served: Served) -> None:
    heard: list[PeopleConnected] = []

    async def collect(message: PeopleConnected) -> None:
        heard.append(message)

    served.running.bus.listen(PeopleConnected, collect)
    everybody = {uuid4() for _ in range(count)}
    served.hub._came_or_went |= everybody
    await until(lambda: everybody <= {p for m in heard for p in m.gone}, what="all of them")
    assert max(len(message.gone) for message in heard) <= 500
