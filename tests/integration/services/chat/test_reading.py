"""Read marks, unread counts, typing, presence, and whom one may write to."""

from uuid import uuid4

from contor.contracts.chat import MessagesRead, PresenceChanged, PresenceReported, TypingReported
from tests.integration.services.chat.conftest import Chat
from tests.waiting import until


async def test_marks_only_go_forward_and_never_past_what_there_is(chat: Chat) -> None:
    ana, bob = await chat.person(), await chat.person()
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
    told = await until(lambda: found if len(found := chat.said(MessagesRead)) == 2 else None)
    assert sorted(mark.seq for mark in told) == [3, 5]
    for bad in ({"seq": -1}, {"seq": "3"}, {"seq": 1.5}, {}):
        assert (await bob.ask("POST", f"/conversations/{conversation}/read", bad)).status_code == 422


async def test_an_operator_who_only_looks_on_is_not_seen_doing_so(chat: Chat) -> None:
    ana, ion = await chat.person(), await chat.operator()
    conversation = await ana.support()
    await ana.write(conversation, "Hello")
    await ion.act(conversation, "read", {"seq": 2})
    assert (await ion.get("/conversations", view="waiting"))["items"][0]["unread"] == 0
    assert [p["id"] for p in (await ana.get(f"/conversations/{conversation}"))["participants"]] == [str(ana.id)]
    assert chat.said(MessagesRead) == []


async def test_who_types_is_told_to_the_others_only(chat: Chat) -> None:
    ana, bob = await chat.person("ana"), await chat.person()
    conversation = await ana.direct(bob)
    await ana.act(conversation, "typing")
    (told,) = chat.said(TypingReported)
    assert (told.user_id, told.name, told.audience, told.administrators) == (ana.id, "ana", [bob.id], False)


async def test_presence_follows_what_every_replica_says(chat: Chat) -> None:
    ana, bob, eve = await chat.person(), await chat.person(), await chat.person()
    conversation = await ana.direct(bob)
    one, two = uuid4(), uuid4()

    async def online() -> bool:
        (theirs,) = [
            p for p in (await bob.get(f"/conversations/{conversation}"))["participants"] if p["id"] == str(ana.id)
        ]
        return bool(theirs["online"])

    assert not await online()
    await chat.running.tell(PresenceReported(replica=one, connected=[ana.id], disconnected=[]))
    await chat.running.tell(PresenceReported(replica=two, connected=[ana.id], disconnected=[]))
    assert await online()
    await chat.running.tell(PresenceReported(replica=one, connected=[], disconnected=[ana.id]))
    assert await online(), "still connected elsewhere"
    await chat.running.tell(PresenceReported(replica=two, connected=[], disconnected=[ana.id]))
    assert not await online()
    told = await until(lambda: found if len(found := chat.said(PresenceChanged)) == 2 else None)
    assert sorted(change.online for change in told) == [False, True]
    assert all(change.audience == [bob.id] and eve.id not in change.audience for change in told)


async def test_administrators_are_found_always_and_clients_by_their_exact_username(chat: Chat) -> None:
    ana = await chat.person("ana.pop")
    ion, bob = await chat.operator("ion"), await chat.person("bob", full_name="Bob Ionescu")
    gone = await chat.operator("gone")
    await chat.changed(gone, 2, disabled=True)

    async def found(**query: str) -> list[str]:
        return [person["username"] for person in (await ana.get("/people", **query))["items"]]

    assert await found(role="admin") == ["ion"]
    assert await found(username="bob") == await found(username="BOB") == ["bob"]
    assert await found(username="bo") == await found(username="Ionescu") == await found(username="%") == []
    assert await found() == await found(role="client") == []
    assert await found(username="bob", role="admin") == []
    for nobody in ("nobody", "gone", str(uuid4()), str(gone.id)):
        body = {"kind": "direct", "participants": [nobody]}
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


async def test_canned_replies_are_kept_by_title_for_operators(chat: Chat) -> None:
    ana, ion = await chat.person(), await chat.operator()
    assert await ana.refused("GET", "/canned-replies") == (403, "forbidden")
    for title in ("Mulțumim", "bună ziua"):
        reply = await ion.send("POST", "/canned-replies", {"title": title, "text": "…"})
    assert [r["title"] for r in (await ion.get("/canned-replies"))["items"]] == ["bună ziua", "Mulțumim"]
    changed = await ion.send("PATCH", f"/canned-replies/{reply['id']}", {"text": "Bună ziua!"})
    assert (changed["title"], changed["text"]) == ("bună ziua", "Bună ziua!")
    await ion.send("DELETE", f"/canned-replies/{reply['id']}")
    assert await ion.refused("DELETE", f"/canned-replies/{reply['id']}") == (404, "not_found")
