"""Messages: numbers without gaps, stored once for each client id, editable by the author for a limited time."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from contor.contracts.chat import MessageChanged, MessagePosted
from tests.integration.services.chat.conftest import Chat
from tests.waiting import until


async def test_both_members_of_a_direct_conversation_see_the_same_messages(chat: Chat) -> None:
    ana, bob = await chat.user("ana", full_name="Ana Pop"), await chat.user("bob")
    conversation = await ana.direct(bob)
    first = await ana.write(conversation, " Hello \n")
    second = await bob.write(conversation, "Hello back")
    assert [m["text"] for m in await ana.messages(conversation)] == ["Hello", "Hello back"]
    assert await ana.messages(conversation) == await bob.messages(conversation) == [first, second]
    assert first["author"] == {"kind": "person", "id": str(ana.id), "name": "Ana Pop", "role": "client"}
    (listed,) = (await bob.get("/conversations"))["items"]
    assert (listed["last_message"], listed["last_seq"], listed["unread"]) == (second, 2, 0)
    (listed,) = (await ana.get("/conversations"))["items"]
    assert listed["unread"] == 1
    events = await until(lambda: [m for m in chat.published(MessagePosted) if str(m.message.id) == first["id"]])
    assert set(events[0].audience) == {ana.id, bob.id}
    assert events[0].administrators is False


async def test_concurrent_messages_are_numbered_without_gaps(chat: Chat) -> None:
    users = [await chat.user() for _ in range(3)]
    conversation = await users[0].direct(*users[1:])
    await asyncio.gather(*(user.write(conversation, f"{n}") for n in range(10) for user in users))
    messages = await users[0].messages(conversation, limit=200)
    assert [m["seq"] for m in messages] == list(range(1, 31))
    assert len({m["id"] for m in messages}) == 30


async def test_concurrent_requests_with_one_client_id_store_one_message(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation, path = await ana.direct(bob), ""
    path = f"/conversations/{conversation}/messages"
    body = {"text": "once", "client_id": str(uuid4())}
    answers = await asyncio.gather(*(ana.request("POST", path, body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await ana.refused("POST", path, body | {"text": "other"}) == (409, "client_id_reused")
    assert (await bob.request("POST", path, body)).status_code == 201, "client ids are unique for each sender only"
    assert [m["seq"] for m in await ana.messages(conversation)] == [1, 2]


async def test_pages_by_before_seq_and_after_seq_contain_every_message_once(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    for n in range(1, 26):
        await ana.write(conversation, f"message {n}")
    assert [m["seq"] for m in await ana.messages(conversation, limit=10)] == list(range(16, 26))
    assert [m["seq"] for m in await ana.messages(conversation, limit=10, before_seq=16)] == list(range(6, 16))
    assert [m["seq"] for m in await ana.messages(conversation, limit=10, before_seq=6)] == list(range(1, 6))
    assert [m["seq"] for m in await ana.messages(conversation, limit=10, after_seq=0)] == list(range(1, 11))
    assert [m["seq"] for m in await ana.messages(conversation, limit=10, after_seq=20)] == list(range(21, 26))
    assert await ana.messages(conversation, after_seq=25) == []
    path = f"/conversations/{conversation}/messages"
    assert await ana.refused("GET", path, after_seq=1, before_seq=5) == (422, "validation_error")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "string_too_short"),
        ({"text": " \n\t "}, "string_too_short"),
        ({"text": "x" * 4001}, "string_too_long"),
        ({"text": "a\x00b"}, "string_pattern_mismatch"),
        ({"text": 5}, "string_type"),
        ({"text": "x", "attachment": "aGVsbG8="}, "attachments_refused"),
        ({"text": "x", "author_id": str(uuid4())}, "extra_forbidden"),
        ({"text": "x", "client_id": "not-an-id"}, "uuid_parsing"),
    ],
)
async def test_an_invalid_message_is_refused_and_not_stored(body: dict[str, object], code: str, chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    answer = await ana.request("POST", f"/conversations/{conversation}/messages", {"client_id": str(uuid4())} | body)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert await ana.messages(conversation) == []


async def test_texts_are_stored_unchanged_up_to_the_longest(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    for written in ("x" * 4000, "<script>alert(1)</script> [a](javascript:alert(1))", "Țară 🏠\nline", "a\u202eb"):
        assert (await ana.write(conversation, written))["text"] == written


async def test_too_many_messages_are_refused_with_retry_after_but_repeats_are_answered(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    again = uuid4()
    await ana.write(conversation, "first", again)
    path = f"/conversations/{conversation}/messages"
    for _ in range(60):
        answer = await ana.request("POST", path, {"text": "more", "client_id": str(uuid4())})
        if answer.is_error:
            break
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_messages")
    assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert (await ana.request("POST", path, {"text": "first", "client_id": str(again)})).status_code == 200
    assert (await bob.write(conversation, "slow down"))["text"] == "slow down"


async def test_only_the_author_can_edit_and_delete_a_message(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    message = await ana.write(conversation, "helo")
    path = f"/conversations/{conversation}/messages/{message['id']}"
    edited = await ana.send("PATCH", path, {"text": "hello"})
    assert (edited["text"], edited["seq"], edited["edited_at"] is not None) == ("hello", 1, True)
    assert await bob.messages(conversation) == [edited]
    assert await bob.refused("PATCH", path, {"text": "mine"}) == (403, "forbidden")
    assert await bob.refused("DELETE", path) == (403, "forbidden")
    deleted = await ana.send("DELETE", path)
    assert (deleted["text"], deleted["deleted_at"] is not None) == ("", True)
    assert await ana.send("DELETE", path) == deleted
    assert await ana.refused("PATCH", path, {"text": "again"}) == (409, "already_deleted")
    assert await bob.messages(conversation) == [deleted]
    assert (await bob.get("/conversations"))["items"][0]["unread"] == 0
    changes = await until(lambda: found if len(found := chat.published(MessageChanged)) == 2 else None)
    assert [change.message.text for change in changes] == ["hello", ""]
    assert await ana.get("/search", q="hello") == {"items": [], "next_cursor": None}


async def test_a_message_cannot_be_changed_after_the_time_limit(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    message = await ana.write(conversation, "for good")
    async with chat.running.context.database.transaction() as session:
        await session.execute(text("UPDATE messages SET created_at = created_at - interval '16 minutes'"))
    path = f"/conversations/{conversation}/messages/{message['id']}"
    assert await ana.refused("PATCH", path, {"text": "other"}) == (409, "too_late_to_change")
    assert await ana.refused("DELETE", path) == (409, "too_late_to_change")


async def test_search_is_limited_to_visible_conversations_and_ignores_case_and_diacritics(chat: Chat) -> None:
    ana, bob, eve = await chat.user(), await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    found = await ana.write(conversation, "Contorul din Bucătărie")
    await ana.write(conversation, "another thing")
    for user in (ana, bob):
        assert (await user.get("/search", q="BUCATARIE"))["items"] == [found]
    assert (await eve.get("/search", q="bucatarie"))["items"] == []
    assert (await ana.get("/search", q="%%"))["items"] == []
    assert await ana.refused("GET", "/search", q="a") == (422, "validation_error")
    first = await ana.get("/search", q="th", limit=1)
    assert [m["text"] for m in first["items"]] == ["another thing"]
