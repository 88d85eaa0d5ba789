"""Read marks, unread counts, typing, presence, finding users, and canned replies."""

from uuid import uuid4

from contor.contracts.chat import MessagesRead, PresenceChanged, PresenceReported, TypingReported
from tests.integration.services.chat.conftest import Chat
from tests.waiting import until


async def test_read_marks_move_forward_only_and_at_most_to_the_newest_message(chat: Chat) -> None:
    ana, bob = await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    for n in range(5):
        await ana.write(conversation, f"{n}")
    assert await bob.get("/unread") == {"total": 5, "conversations": 1, "support": 0}
    for seq, unread in ((3, 2), (1, 2), (0, 2), (99, 0), (2, 0)):
        await bob.act(conversation, "read", {"seq": seq})
        seen = await bob.get(f"/conversations/{conversation}")
        assert seen["unread"] == unread
    assert {p["id"]: p["last_read_seq"] for p in seen["participants"]} == {str(ana.id): 5, str(bob.id): 5}
    assert await bob.get("/unread") == {"total": 0, "conversations": 0, "support": 0}
    events = await until(lambda: found if len(found := chat.published(MessagesRead)) == 2 else None)
    assert sorted(mark.seq for mark in events) == [3, 5]
    for bad in ({"seq": -1}, {"seq": "3"}, {"seq": 1.5}, {}):
        assert (await bob.request("POST", f"/conversations/{conversation}/read", bad)).status_code == 422


async def test_the_read_mark_of_an_operator_who_is_no_member_is_not_announced(chat: Chat) -> None:
    ana, ion = await chat.user(), await chat.operator()
    conversation = await ana.support()
    await ana.write(conversation, "Hello")
    await ion.act(conversation, "read", {"seq": 2})
    assert (await ion.get("/conversations", view="waiting"))["items"][0]["unread"] == 0
    assert [p["id"] for p in (await ana.get(f"/conversations/{conversation}"))["participants"]] == [str(ana.id)]
    assert chat.published(MessagesRead) == []


async def test_typing_is_announced_to_the_other_members_only(chat: Chat) -> None:
    ana, bob = await chat.user("ana"), await chat.user()
    conversation = await ana.direct(bob)
    await ana.act(conversation, "typing")
    (event,) = chat.published(TypingReported)
    assert (event.user_id, event.name, event.audience, event.administrators) == (ana.id, "ana", [bob.id], False)


async def test_a_user_is_online_while_any_replica_reports_a_connection(chat: Chat) -> None:
    ana, bob, eve = await chat.user(), await chat.user(), await chat.user()
    conversation = await ana.direct(bob)
    one, two = uuid4(), uuid4()

    async def online() -> bool:
        (theirs,) = [
            p for p in (await bob.get(f"/conversations/{conversation}"))["participants"] if p["id"] == str(ana.id)
        ]
        return bool(theirs["online"])

    assert not await online()
    await chat.running.publish(PresenceReported(replica=one, connected=[ana.id], disconnected=[]))
    await chat.running.publish(PresenceReported(replica=two, connected=[ana.id], disconnected=[]))
    assert await online()
    await chat.running.publish(PresenceReported(replica=one, connected=[], disconnected=[ana.id]))
    assert await online(), "still connected elsewhere"
    await chat.running.publish(PresenceReported(replica=two, connected=[], disconnected=[ana.id]))
    assert not await online()
    events = await until(lambda: found if len(found := chat.published(PresenceChanged)) == 2 else None)
    assert sorted(change.online for change in events) == [False, True]
    assert all(change.audience == [bob.id] and eve.id not in change.audience for change in events)


async def test_administrators_can_be_listed_and_clients_only_found_by_exact_username(chat: Chat) -> None:
    ana = await chat.user("ana.pop")
    ion, bob = await chat.operator("ion"), await chat.user("bob", full_name="Bob Ionescu")
    disabled = await chat.operator("disabled")
    await chat.publish_user(disabled, 2, disabled=True)

    async def found(**query: str) -> list[str]:
        return [user["username"] for user in (await ana.get("/people", **query))["items"]]

    assert await found(role="admin") == ["ion"]
    assert await found(username="bob") == await found(username="BOB") == ["bob"]
    assert await found(username="bo") == await found(username="Ionescu") == await found(username="%") == []
    assert await found() == await found(role="client") == []
    assert await found(username="bob", role="admin") == []
    for unknown in ("unknown", "disabled", str(uuid4()), str(disabled.id)):
        body = {"kind": "direct", "participants": [unknown]}
        assert await ana.refused("POST", "/conversations", body) == (422, "unknown_person")
    body = {"kind": "direct", "participants": ["bob"]}
    first = await ana.send("POST", "/conversations", body)
    assert {p["name"] for p in first["participants"]} == {"ana.pop", "Bob Ionescu"}
    assert (await bob.send("POST", "/conversations", {"kind": "direct", "participants": [str(ana.id)]}))["id"] == first[
        "id"
    ]
    group = await ana.send("POST", "/conversations", {"kind": "direct", "participants": ["bob", str(ion.id)]})
    assert len(group["participants"]) == 3
    assert await ana.refused("POST", "/conversations", {"kind": "direct", "participants": [str(ana.id)]}) == (
        422,
        "validation_error",
    )


async def test_operators_manage_canned_replies_listed_by_title(chat: Chat) -> None:
    ana, ion = await chat.user(), await chat.operator()
    assert await ana.refused("GET", "/canned-replies") == (403, "forbidden")
    for title in ("Mulțumim", "bună ziua"):
        reply = await ion.send("POST", "/canned-replies", {"title": title, "text": "…"})
    assert [r["title"] for r in (await ion.get("/canned-replies"))["items"]] == ["bună ziua", "Mulțumim"]
    changed = await ion.send("PATCH", f"/canned-replies/{reply['id']}", {"text": "Bună ziua!"})
    assert (changed["title"], changed["text"]) == ("bună ziua", "Bună ziua!")
    for body in ({"title": None}, {"title": "Altfel", "text": None}):
        refused = await ion.refused("PATCH", f"/canned-replies/{reply['id']}", body)
        assert refused == (422, "validation_error")
    await ion.send("DELETE", f"/canned-replies/{reply['id']}")
    assert await ion.refused("DELETE", f"/canned-replies/{reply['id']}") == (404, "not_found")
