"""People write to each other and to support, live, and find by asking whatever a cut kept from them."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.system.chats import direct, found, messages, support, write
from tests.system.deployment import Deployment
from tests.system.people import Json, People, Person
from tests.system.sockets import LiveSocket, live
from tests.system.talk import Talk, check_followed
from tests.system.watcher import Follower, following
from tests.waiting import until


async def test_two_people_write_to_each_other_live_and_nobody_else_hears(people: People, admin: Person) -> None:
    ana, bob, eve = await people.client(), await people.client(), await people.client()
    other = await found(ana, bob.username)
    body = {"kind": "direct", "participants": [other["id"]]}
    async with live(ana) as anas, live(bob) as bobs, live(eve) as eves, live(admin) as admins:
        conversation = (await ana.send("POST", "/chat/conversations", body))["id"]
        await bobs.hears("chat.conversation")
        sent = await write(ana, conversation, "Hello")
        assert (await bobs.hears("chat.message"))["data"]["message"] == sent
        await bob.ask("POST", f"/chat/conversations/{conversation}/typing")
        await anas.hears("chat.typing", conversation_id=conversation, user_id=bob.id)
        await bob.ask("POST", f"/chat/conversations/{conversation}/read", {"seq": 1})
        await anas.hears("chat.read", conversation_id=conversation, user_id=bob.id, seq=1)
        path = f"/chat/conversations/{conversation}/messages/{sent['id']}"
        edited = await ana.send("PATCH", path, {"text": "Hello, Bob"})
        assert (await bobs.hears("chat.message_changed"))["data"]["message"] == edited
        for socket in (anas, bobs, eves, admins):
            await socket.is_level()
        assert not bobs.of("chat.typing"), "who types does not hear of it"
        for socket in (eves, admins):
            assert conversation not in str(socket.frames)
            assert sent["id"] not in str(socket.frames)


def has_heard(socket: LiveSocket, messages: int) -> bool:
    return len(socket.of("chat.message")) >= messages


async def test_messages_that_two_people_write_at_once_arrive_once_and_in_one_order(people: People) -> None:
    ana, bob = await people.client(), await people.client()
    conversation = await direct(ana, bob)
    async with live(ana) as anas, live(bob) as bobs:
        both = (write(person, conversation, f"{n}") for n in range(15) for person in (ana, bob))
        await asyncio.gather(*both)
        for socket in (anas, bobs):
            await until(partial(has_heard, socket, 30), what="30 messages")
            heard = sorted(frame["data"]["message"]["seq"] for frame in socket.of("chat.message"))
            assert heard == list(range(1, 31))
    assert await messages(ana, conversation) == await messages(bob, conversation)


async def test_what_a_cut_kept_from_somebody_is_asked_for(people: People) -> None:
    ana, bob = await people.client(), await people.client()
    conversation = await direct(ana, bob)
    async with live(bob) as before:
        await write(ana, conversation, "heard")
        last = (await before.hears("chat.message"))["data"]["message"]["seq"]
    again = str(uuid4())
    for _ in range(3):  # as a browser does that does not know whether it was taken
        await write(ana, conversation, "missed", again)
    assert [m["text"] for m in await messages(bob, conversation, after_seq=last)] == ["missed"]
    assert await bob.get("/chat/unread") == {"total": 2, "conversations": 1, "support": 0}


def has_confirmed(talk: Talk, messages: int) -> bool:
    return len(talk.confirmed) >= messages


def have_had(followers: list[Follower], sockets: int) -> bool:
    return all(len(follower.sockets) >= sockets for follower in followers)


async def test_a_hundred_messages_while_everybodys_connection_drops_again_and_again(
    contor: Deployment, people: People
) -> None:
    group = [await people.client() for _ in range(5)]
    talk = Talk(await direct(*group))
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(following(one, talk.conversation)) for one in group]
        talking = asyncio.create_task(talk.hold(group, seconds=3))
        for cut in (1, 2, 3):
            await until(partial(has_confirmed, talk, 25 * cut), what=f"{25 * cut} messages")
            for follower in followers:
                follower.sockets[-1].drop()
            await until(partial(have_had, followers, cut + 1), what="everybody back")
        await talking
        fault = f"every connection dropped three times ({type(contor).__name__.lower()})"
        await check_followed(fault, contor, talk, followers)


async def test_from_the_assistant_to_a_person_and_back(people: People, admin: Person) -> None:
    client = await people.client()
    device = await people.device(admin, client)
    yesterday = datetime.now(ZoneInfo(device["time_zone"])).replace(
        hour=10, minute=0, second=0, microsecond=0
    ) - timedelta(days=1)
    reading = {"device_id": device["id"], "timestamp": yesterday.isoformat(), "measurement_value": 1.25}
    await client.send("POST", "/monitoring/readings", reading)
    conversation = await support(client)
    async with live(client) as clients, live(admin) as admins:
        await write(client, conversation, "How much did I use yesterday?")

        def answer() -> Json | None:
            heard = [frame["data"]["message"] for frame in clients.of("chat.message")]
            return next((m for m in heard if m["author"]["kind"] == "assistant"), None)

        answered = await until(answer, what="the assistant's answer")
        assert "1.25" in answered["text"]
        await client.send("POST", f"/chat/conversations/{conversation}/handoff")

        def waiting() -> bool:
            told = [frame["data"]["conversation"] for frame in admins.of("chat.conversation")]
            return any(c["id"] == conversation and c["state"] == "waiting_human" for c in told)

        await until(waiting, what="the queue at the operator's")
        assert conversation in [c["id"] for c in await admin.all("/chat/conversations", view="waiting")]
        await admin.send("POST", f"/chat/conversations/{conversation}/claim")
        await write(admin, conversation, "Good day")
        note = {"text": "a private note", "client_id": str(uuid4())}
        await admin.send("POST", f"/chat/conversations/{conversation}/notes", note)
        await admin.send("POST", f"/chat/conversations/{conversation}/resolve")
        await until(lambda: "Resolved." in str(clients.of("chat.message")), what="the last line")
        await admins.is_level()
        assert "a private note" in str(admins.frames)
        assert "a private note" not in str(clients.frames)
    await client.send("POST", f"/chat/conversations/{conversation}/rating", {"score": 5})
    await write(client, conversation, "How much did I use yesterday?")

    async def again() -> bool:
        return bool((await messages(client, conversation))[-1]["author"]["kind"] == "assistant")

    await until(again, what="the assistant in the next episode")
    assert (await client.get(f"/chat/conversations/{conversation}"))["episode"] == 2


async def test_who_is_connected_is_known_to_those_they_write_with(people: People) -> None:
    ana, bob = await people.client(), await people.client()
    conversation = await direct(ana, bob)

    async def online() -> bool:
        seen = await ana.get(f"/chat/conversations/{conversation}")
        return any(p["id"] == bob.id and p["online"] for p in seen["participants"])

    async with live(ana) as anas:
        async with live(bob):
            await anas.hears("presence", user_id=bob.id, online=True)
            assert await online()
        await anas.hears("presence", user_id=bob.id, online=False)
        assert not await online()


async def test_a_deleted_persons_name_is_gone_from_what_they_wrote(people: People, admin: Person) -> None:
    ana, bob = await people.client(), await people.client()
    conversation = await direct(ana, bob)
    await write(bob, conversation, "I was here")
    await admin.send("DELETE", f"/users/{bob.id}")

    async def nameless() -> bool:
        (message,) = await messages(ana, conversation)
        return message["text"] == "I was here" and message["author"]["name"] is None

    await until(nameless, what="the name gone")
