"""Frames of conversations: sent to the audience of each event; hints may be dropped, messages never."""

from uuid import UUID, uuid4

import pytest

from contor.contracts.chat import (
    ChatAuthor,
    ChatConversation,
    ChatEvent,
    ChatMessage,
    ConversationChanged,
    DraftUpdated,
    MessagePosted,
    MessagesRead,
    PresenceChanged,
    PresenceReported,
    TypingReported,
)
from contor.contracts.frames import SERVER_FRAME
from contor.kernel.clock import now
from contor.services.communication.live.connection import Connection
from tests.integration.services.communication.serving import Served, receive, receive_all
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


def typing(author: UUID | None, *audience: UUID, administrators: bool = False) -> TypingReported:
    return TypingReported(
        conversation_id=CONVERSATION,
        user_id=author,
        name="Ana",
        audience=list(audience),
        administrators=administrators,
    )


async def test_a_message_reaches_each_participant_once_and_administrators_only_in_support(served: Served) -> None:
    ana, bob = uuid4(), uuid4()
    direct = MessagePosted(message=message(), audience=[ana, bob], administrators=False)
    support = MessagePosted(message=message("Help"), audience=[ana], administrators=True)
    async with (
        served.authenticated(ana) as anas,
        served.authenticated(bob) as bobs,
        served.authenticated(ana, "admin") as anas_as_admin,
        served.authenticated(role="admin") as admin,
        served.authenticated() as other,
    ):
        await served.publish(direct)
        await served.publish(support)
        received = [
            [frame["id"] for frame in await receive_all(opened)] for opened in (anas, bobs, anas_as_admin, admin)
        ]
        assert await receive_all(other) == []
    one, two = str(direct.id), str(support.id)
    assert received == [[one, two], [one], [one, two], [two]]


async def test_a_note_reaches_administrators_only(served: Served) -> None:
    client = uuid4()
    async with served.authenticated(client) as clients, served.authenticated(role="admin") as admin:
        await served.publish(MessagePosted(message=message(note=True), audience=[], administrators=True))
        assert (await receive(admin))["data"]["message"]["note"] is True
        assert await receive_all(clients) == []


async def test_a_change_of_state_and_its_system_message_are_two_frames(served: Served) -> None:
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
    async with served.authenticated(client) as clients, served.authenticated(role="admin") as admin:
        await served.publish(changed)
        received = await receive_all(clients)
        assert await receive_all(admin) == received
    assert [frame["type"] for frame in received] == ["chat.conversation", "chat.message"]
    assert len({frame["id"] for frame in received}) == 2
    for frame in received:
        SERVER_FRAME.validate_python(frame)


async def test_typing_is_not_sent_to_any_socket_of_the_user_who_types(served: Served) -> None:
    ana, operator = uuid4(), uuid4()
    async with (
        served.authenticated(ana) as anas,
        served.authenticated(operator, "admin") as desk,
        served.authenticated(operator, "admin") as phone,
        served.authenticated(role="admin") as colleague,
    ):
        await served.publish(typing(operator, ana, administrators=True))
        await served.publish(typing(None, ana))
        assert [f["data"]["user_id"] for f in await receive_all(anas)] == [str(operator), "assistant"]
        assert len(await receive_all(colleague)) == 1
        assert await receive_all(desk) == await receive_all(phone) == []


async def test_read_marks_and_presence_reach_their_audience_only(served: Served) -> None:
    ana, bob = uuid4(), uuid4()
    read = MessagesRead(conversation_id=CONVERSATION, user_id=bob, seq=4, audience=[ana, bob], administrators=False)
    here = PresenceChanged(user_id=bob, online=True, audience=[ana], administrators=False)
    async with served.authenticated(ana) as anas, served.authenticated(role="admin") as admin:
        await served.publish(read)
        await served.publish(here)
        assert {frame["type"] for frame in await receive_all(anas)} == {"chat.read", "presence"}
        assert await receive_all(admin) == []


async def test_a_slow_client_misses_drafts_but_no_messages(served: Served) -> None:
    ana = uuid4()
    async with served.authenticated(ana) as slow:
        slow.transport.pause_reading()
        sent = [MessagePosted(message=message("x" * 2000), audience=[ana], administrators=False) for _ in range(100)]
        for number, posted in enumerate(sent):
            await served.publish(posted)
            await served.publish(
                DraftUpdated(
                    conversation_id=CONVERSATION, episode=1, text=f"{number}", audience=[ana], administrators=False
                )
            )
        slow.transport.resume_reading()
        received = await receive_all(slow)
    assert [f["id"] for f in received if f["type"] == "chat.message"] == [str(posted.id) for posted in sent]
    drafts = [f["data"]["text"] for f in received if f["type"] == "chat.draft"]
    assert len(drafts) < 100


async def test_the_number_of_waiting_hints_is_bounded(served: Served) -> None:
    user_id = uuid4()
    async with served.authenticated(user_id) as opened:
        (connection,) = served.hub._users[user_id]
        assert isinstance(connection, Connection)
        opened.transport.pause_reading()
        for _ in range(2000):
            hint = PresenceChanged(user_id=uuid4(), online=True, audience=[user_id], administrators=False)
            await served.publish(hint)
        assert len(connection._latest) <= served.hub.settings.send_queue_size
        assert connection.closing is None
        opened.transport.resume_reading()


async def test_connected_and_disconnected_users_are_reported(served: Served) -> None:
    received: list[PresenceReported] = []

    async def collect(message: PresenceReported) -> None:
        received.append(message)

    served.running.bus.subscribe_broadcast(PresenceReported, collect)
    user_id = uuid4()
    async with served.authenticated(user_id), served.authenticated(user_id):
        await until(lambda: any(user_id in message.connected for message in received), what="reported as connected")
        assert not any(user_id in message.disconnected for message in received)
    await until(lambda: any(user_id in message.disconnected for message in received), what="reported as disconnected")
    assert len({message.replica for message in received}) == 1


@pytest.mark.parametrize("count", [1200])
async def test_a_report_of_many_users_is_split(count: int, served: Served) -> None:
    received: list[PresenceReported] = []

    async def collect(message: PresenceReported) -> None:
        received.append(message)

    served.running.bus.subscribe_broadcast(PresenceReported, collect)
    users = {uuid4() for _ in range(count)}
    served.hub._presence_changes |= users
    await until(lambda: users <= {p for m in received for p in m.disconnected}, what="all users reported")
    assert max(len(message.disconnected) for message in received) <= 500
