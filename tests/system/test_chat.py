"""Direct and support conversations: live delivery, disconnections, hand-over and presence."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.system.chat_load import ChatLoad, check_chat_load
from tests.system.conversations import create_direct, create_support, find_user, list_messages, post_message
from tests.system.deployment import Deployment
from tests.system.live_socket import LiveSocket, open_socket
from tests.system.reconnecting_clients import ChatClient, chat_client
from tests.system.users import Json, User, UserFactory
from tests.waiting import until


async def test_only_participants_receive_the_frames_of_a_conversation(users: UserFactory, admin: User) -> None:
    ana, bob, eve = await users.create_client(), await users.create_client(), await users.create_client()
    recipient = await find_user(ana, bob.username)
    body = {"kind": "direct", "participants": [recipient["id"]]}
    async with (
        open_socket(ana) as anas,
        open_socket(bob) as bobs,
        open_socket(eve) as eves,
        open_socket(admin) as admins,
    ):
        conversation = (await ana.send("POST", "/chat/conversations", body))["id"]
        await bobs.wait_for("chat.conversation")
        sent = await post_message(ana, conversation, "Hello")
        assert (await bobs.wait_for("chat.message"))["data"]["message"] == sent
        await bob.request("POST", f"/chat/conversations/{conversation}/typing")
        await anas.wait_for("chat.typing", conversation_id=conversation, user_id=bob.id)
        await bob.request("POST", f"/chat/conversations/{conversation}/read", {"seq": 1})
        await anas.wait_for("chat.read", conversation_id=conversation, user_id=bob.id, seq=1)
        path = f"/chat/conversations/{conversation}/messages/{sent['id']}"
        edited = await ana.send("PATCH", path, {"text": "Hello, Bob"})
        assert (await bobs.wait_for("chat.message_changed"))["data"]["message"] == edited
        for socket in (anas, bobs, eves, admins):
            await socket.sync()
        assert not bobs.frames_of("chat.typing"), "no typing frame is sent back to its sender"
        for socket in (eves, admins):
            assert conversation not in str(socket.frames)
            assert sent["id"] not in str(socket.frames)


def has_received(socket: LiveSocket, messages: int) -> bool:
    return len(socket.frames_of("chat.message")) >= messages


async def test_concurrent_messages_arrive_once_and_in_the_same_order(users: UserFactory) -> None:
    ana, bob = await users.create_client(), await users.create_client()
    conversation = await create_direct(ana, bob)
    async with open_socket(ana) as anas, open_socket(bob) as bobs:
        both = (post_message(user, conversation, f"{n}") for n in range(15) for user in (ana, bob))
        await asyncio.gather(*both)
        for socket in (anas, bobs):
            await until(partial(has_received, socket, 30), what="30 messages")
            numbers = sorted(frame["data"]["message"]["seq"] for frame in socket.frames_of("chat.message"))
            assert numbers == list(range(1, 31))
    assert await list_messages(ana, conversation) == await list_messages(bob, conversation)


async def test_messages_missed_while_disconnected_can_be_fetched(users: UserFactory) -> None:
    ana, bob = await users.create_client(), await users.create_client()
    conversation = await create_direct(ana, bob)
    async with open_socket(bob) as before:
        await post_message(ana, conversation, "received")
        last = (await before.wait_for("chat.message"))["data"]["message"]["seq"]
    client_id = str(uuid4())
    for _ in range(3):  # a browser without a response repeats the request
        await post_message(ana, conversation, "missed", client_id)
    assert [m["text"] for m in await list_messages(bob, conversation, after_seq=last)] == ["missed"]
    assert await bob.get("/chat/unread") == {"total": 2, "conversations": 1, "support": 0}


def has_confirmed(chat: ChatLoad, messages: int) -> bool:
    return len(chat.confirmed) >= messages


def have_connected(clients: list[ChatClient], sockets: int) -> bool:
    return all(len(client.sockets) >= sockets for client in clients)


async def test_a_hundred_messages_arrive_although_every_connection_drops_three_times(
    contor: Deployment, users: UserFactory
) -> None:
    group = [await users.create_client() for _ in range(5)]
    chat = ChatLoad(await create_direct(*group))
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(chat_client(user, chat.conversation)) for user in group]
        sending = asyncio.create_task(chat.run(group, seconds=3))
        for drop in (1, 2, 3):
            await until(partial(has_confirmed, chat, 25 * drop), what=f"{25 * drop} messages")
            for client in clients:
                client.sockets[-1].drop()
            await until(partial(have_connected, clients, drop + 1), what="all clients reconnected")
        await sending
        fault = f"every connection dropped three times ({type(contor).__name__.lower()})"
        await check_chat_load(fault, contor, chat, clients)


async def test_from_the_assistant_to_an_operator_and_back(users: UserFactory, admin: User) -> None:
    client = await users.create_client()
    device = await users.create_device(admin, client)
    yesterday = datetime.now(ZoneInfo(device["time_zone"])).replace(
        hour=10, minute=0, second=0, microsecond=0
    ) - timedelta(days=1)
    reading = {"device_id": device["id"], "timestamp": yesterday.isoformat(), "measurement_value": 1.25}
    await client.send("POST", "/monitoring/readings", reading)
    conversation = await create_support(client)
    async with open_socket(client) as clients, open_socket(admin) as admins:
        await post_message(client, conversation, "How much did I use yesterday?")

        def answer() -> Json | None:
            received = [frame["data"]["message"] for frame in clients.frames_of("chat.message")]
            return next((m for m in received if m["author"]["kind"] == "assistant"), None)

        answered = await until(answer, what="the assistant's answer")
        assert "1.25" in answered["text"]
        await client.send("POST", f"/chat/conversations/{conversation}/handoff")

        def waiting() -> bool:
            conversations = [frame["data"]["conversation"] for frame in admins.frames_of("chat.conversation")]
            return any(c["id"] == conversation and c["state"] == "waiting_human" for c in conversations)

        await until(waiting, what="the conversation in the operators' queue")
        assert conversation in [c["id"] for c in await admin.get_all("/chat/conversations", view="waiting")]
        await admin.send("POST", f"/chat/conversations/{conversation}/claim")
        await post_message(admin, conversation, "Good day")
        note = {"text": "a private note", "client_id": str(uuid4())}
        await admin.send("POST", f"/chat/conversations/{conversation}/notes", note)
        await admin.send("POST", f"/chat/conversations/{conversation}/resolve")
        await until(lambda: "Resolved." in str(clients.frames_of("chat.message")), what="the event line")
        await admins.sync()
        assert "a private note" in str(admins.frames)
        assert "a private note" not in str(clients.frames)
    await client.send("POST", f"/chat/conversations/{conversation}/rating", {"score": 5})
    await post_message(client, conversation, "How much did I use yesterday?")

    async def assistant_answered() -> bool:
        return bool((await list_messages(client, conversation))[-1]["author"]["kind"] == "assistant")

    await until(assistant_answered, what="the assistant's answer in the next episode")
    assert (await client.get(f"/chat/conversations/{conversation}"))["episode"] == 2


async def test_participants_see_who_is_online(users: UserFactory) -> None:
    ana, bob = await users.create_client(), await users.create_client()
    conversation = await create_direct(ana, bob)

    async def is_online() -> bool:
        found = await ana.get(f"/chat/conversations/{conversation}")
        return any(p["id"] == bob.id and p["online"] for p in found["participants"])

    async with open_socket(ana) as anas:
        async with open_socket(bob):
            await anas.wait_for("presence", user_id=bob.id, online=True)
            assert await is_online()
        await anas.wait_for("presence", user_id=bob.id, online=False)
        assert not await is_online()


async def test_messages_of_a_deleted_user_lose_the_name(users: UserFactory, admin: User) -> None:
    ana, bob = await users.create_client(), await users.create_client()
    conversation = await create_direct(ana, bob)
    await post_message(bob, conversation, "I was here")
    await admin.send("DELETE", f"/users/{bob.id}")

    async def is_anonymous() -> bool:
        (message,) = await list_messages(ana, conversation)
        return message["text"] == "I was here" and message["author"]["name"] is None

    await until(is_anonymous, what="the removal of the name")
