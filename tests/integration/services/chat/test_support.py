"""Support conversations: changes of state, operators, notes, access and deleted users."""

import asyncio
from uuid import uuid4

import pytest

from contor.contracts.accounts import UserDeleted
from contor.contracts.chat import ConversationChanged, MessagePosted
from tests.integration.services.chat.conftest import Chat, ChatUser
from tests.waiting import until


async def claimed(client: ChatUser, operator: ChatUser) -> str:
    conversation = await client.support()
    await client.act(conversation, "handoff")
    await operator.act(conversation, "claim")
    return conversation


async def test_concurrent_requests_start_one_support_conversation_for_a_client(chat: Chat) -> None:
    ana = await chat.user()
    answers = await asyncio.gather(*(ana.request("POST", "/conversations", {"kind": "support"}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    operator = await chat.operator()
    assert await operator.refused("POST", "/conversations", {"kind": "support"}) == (403, "forbidden")


async def test_a_user_whose_profile_has_not_arrived_yet_can_start_a_conversation(chat: Chat) -> None:
    unknown = ChatUser(chat.running, "client", "just-registered")
    conversation = await unknown.support()
    await unknown.write(conversation, "Hello?")
    assert (await unknown.get(f"/conversations/{conversation}"))["client"] == {"id": str(unknown.id), "name": None}
    await chat.publish_user(unknown, 1, full_name="Ana Pop")
    assert (await unknown.get(f"/conversations/{conversation}"))["client"]["name"] == "Ana Pop"


async def test_each_change_of_state_from_question_to_rating_has_one_system_message_and_one_event(chat: Chat) -> None:
    ana, ion, maria = await chat.user("ana"), await chat.operator("ion"), await chat.operator("maria")
    conversation = await ana.support()
    waiting = await ana.act(conversation, "handoff", {"reason": "a bill"})
    assert (waiting["state"], waiting["queue_position"], waiting["operator"]) == ("waiting_human", 1, None)
    assert waiting == await ana.act(conversation, "handoff"), "repeating it changes nothing"
    assert [c["id"] for c in (await ion.get("/conversations", view="waiting"))["items"]] == [conversation]
    held = await ion.act(conversation, "claim")
    assert (held["state"], held["operator"]) == ("human_active", {"id": str(ion.id), "name": "ion"})
    assert held == await ion.act(conversation, "claim"), "repeating it changes nothing"
    assert (await ana.refused("POST", f"/conversations/{conversation}/handoff")) == (409, "invalid_state")
    assert (await maria.refused("POST", f"/conversations/{conversation}/claim")) == (409, "already_claimed")
    assigned = await ion.act(conversation, "assign", {"operator_id": str(maria.id)})
    assert assigned["operator"]["name"] == "maria"
    await maria.write(conversation, "Good day")
    resolved = await maria.act(conversation, "resolve")
    assert (resolved["state"], resolved["rated"]) == ("resolved", None)
    assert (await maria.refused("POST", f"/conversations/{conversation}/resolve")) == (409, "invalid_state")
    assert (await ana.act(conversation, "rating", {"score": 5, "comment": "Thanks"}))["rated"] == 5
    await ana.write(conversation, "One more thing")
    again = await ana.get(f"/conversations/{conversation}")
    assert (again["episode"], again["state"], again["rated"]) == (2, "waiting_human", None), "no assistant here"
    lines = [m["event"]["kind"] for m in await ana.messages(conversation) if m["event"]]
    assert lines == ["handed_over", "claimed", "assigned", "resolved", "reopened", "handed_over"]
    assert [m["seq"] for m in await ana.messages(conversation)] == list(range(1, 9))

    def all_events() -> list[str] | None:
        events = [m.line.event.kind for m in chat.published(ConversationChanged) if m.line is not None]
        return events if len(events) == len(lines) else None

    assert sorted(await until(all_events)) == sorted(lines), "one event each"


async def test_of_concurrent_claims_one_succeeds_and_the_others_get_409(chat: Chat) -> None:
    ana = await chat.user()
    operators = [await chat.operator() for _ in range(6)]
    conversation = await ana.support()
    await ana.act(conversation, "handoff")
    path = f"/conversations/{conversation}/claim"
    answers = await asyncio.gather(*(operator.request("POST", path) for operator in operators))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    assert {answer.json()["code"] for answer in answers if answer.is_error} == {"already_claimed"}
    winner = next(o for o, answer in zip(operators, answers, strict=True) if answer.is_success)
    assert (await ana.get(f"/conversations/{conversation}"))["operator"]["id"] == str(winner.id)
    assert [m["event"]["kind"] for m in await ana.messages(conversation)] == ["handed_over", "claimed"]


async def test_an_operator_who_writes_claims_the_conversation_and_other_operators_cannot_write(chat: Chat) -> None:
    ana, ion, maria = await chat.user(), await chat.operator(), await chat.operator()
    conversation = await ana.support()
    await ion.write(conversation, "How can I help?")
    assert (await ana.get(f"/conversations/{conversation}"))["operator"]["id"] == str(ion.id)
    body = {"text": "Me too", "client_id": str(uuid4())}
    path = f"/conversations/{conversation}/messages"
    assert await maria.refused("POST", path, body) == (409, "already_claimed")
    await ion.act(conversation, "resolve")
    assert await ion.refused("POST", path, body) == (409, "invalid_state")
    assert len(await ana.messages(conversation)) == 3


@pytest.mark.parametrize(
    ("action", "body"),
    [("release", None), ("resolve", None), ("claim", None), ("assign", {"operator_id": str(uuid4())}), ("notes", None)],
)
async def test_actions_of_operators_are_forbidden_to_clients(action: str, body: object, chat: Chat) -> None:
    ana, eve = await chat.user(), await chat.user()
    conversation = await ana.support()
    body = {"text": "x", "client_id": str(uuid4())} if action == "notes" else body
    for client in (ana, eve):
        assert await client.refused("POST", f"/conversations/{conversation}/{action}", body) == (403, "forbidden")


async def test_only_the_claiming_operator_can_resolve_and_release_only_to_an_active_assistant(chat: Chat) -> None:
    ana, ion, maria = await chat.user(), await chat.operator(), await chat.operator()
    conversation = await claimed(ana, ion)
    for action in ("release", "resolve"):
        assert await maria.refused("POST", f"/conversations/{conversation}/{action}") == (409, "already_claimed")
    assert await ion.refused("POST", f"/conversations/{conversation}/release") == (409, "invalid_state")
    for no_operator in (ana.id, uuid4()):
        refused = await ion.refused("POST", f"/conversations/{conversation}/assign", {"operator_id": str(no_operator)})
        assert refused == (422, "unknown_operator")
    assert await ana.state(conversation) == "human_active"


async def test_a_note_reaches_operators_only(chat: Chat) -> None:
    ana, ion, maria = await chat.user(), await chat.operator(), await chat.operator()
    conversation = await claimed(ana, ion)
    note = await ion.act(conversation, "notes", {"text": "She has three meters", "client_id": str(uuid4())})
    assert note["note"] is True
    assert note in await maria.messages(conversation)
    seen = await ana.get(f"/conversations/{conversation}")
    assert [m["text"] for m in await ana.messages(conversation)] == [
        "Waiting for an operator.",
        "An operator joined the conversation.",
    ]
    assert (seen["last_seq"], seen["unread"], seen["last_message"]["note"]) == (2, 0, False)
    assert (await ana.get("/search", q="three meters"))["items"] == []
    assert (await ion.get("/search", q="three meters"))["items"] == [note]
    events = await until(lambda: [m for m in chat.published(MessagePosted) if m.message.note])
    assert (events[0].audience, events[0].administrators) == ([], True)


async def test_the_last_message_of_a_waiting_conversation_is_the_question_not_the_system_message(chat: Chat) -> None:
    ana, ion = await chat.user(), await chat.operator()
    conversation = await ana.support()
    asked = await ana.write(conversation, "Is my meter broken?")
    listed = await ion.until_state(conversation, "waiting_human")
    assert listed["last_message"] == asked
    assert listed["last_seq"] > asked["seq"]


async def test_a_conversation_is_invisible_to_users_without_access(chat: Chat) -> None:
    ana, eve, bob = await chat.user(), await chat.user(), await chat.user()
    conversation = await ana.support()
    direct = await ana.direct(bob)
    await ana.write(conversation, "secret")
    operator = await chat.operator()
    body = {"text": "x", "client_id": str(uuid4())}
    for method, path, sent in (
        ("GET", "", None),
        ("GET", "/messages", None),
        ("POST", "/messages", body),
        ("POST", "/read", {"seq": 1}),
        ("POST", "/typing", None),
        ("POST", "/handoff", None),
        ("POST", "/rating", {"score": 1}),
    ):
        assert await eve.refused(method, f"/conversations/{conversation}{path}", sent) == (404, "not_found")
        if path not in ("/handoff", "/rating"):
            assert await operator.refused(method, f"/conversations/{direct}{path}", sent) == (404, "not_found")
    assert (await eve.get("/conversations"))["items"] == []
    assert (await eve.get("/conversations", view="all"))["items"] == []
    assert (await eve.get("/conversations", view="waiting"))["items"] == []


async def test_the_queue_is_listed_longest_waiting_first_with_positions(chat: Chat) -> None:
    clients = [await chat.user() for _ in range(3)]
    operator = await chat.operator()
    conversations = [await client.support() for client in clients]
    for client, conversation in zip(clients, conversations, strict=True):
        await client.write(conversation, "Hello")
    first = await operator.get("/conversations", view="waiting", limit=2)
    second = await operator.get("/conversations", view="waiting", limit=2, cursor=first["next_cursor"])
    assert [c["id"] for c in first["items"] + second["items"]] == conversations
    assert [c["queue_position"] for c in first["items"] + second["items"]] == [1, 2, 3]
    assert [c["unread"] for c in first["items"]] == [1, 1]
    assert await operator.get("/unread") == {"total": 3, "conversations": 3, "support": 3}
    await operator.act(conversations[0], "claim")
    assert (await clients[2].get(f"/conversations/{conversations[2]}"))["queue_position"] == 2
    assert [c["id"] for c in (await operator.get("/conversations"))["items"]] == conversations[:1]
    await operator.act(conversations[0], "resolve")
    assert [c["id"] for c in (await operator.get("/conversations", view="resolved"))["items"]] == conversations[:1]
    assert len((await operator.get("/conversations", view="all"))["items"]) == 3


@pytest.mark.parametrize("how", ["disabled", "demoted", "deleted"])
async def test_conversations_of_a_removed_operator_go_back_to_the_queue(how: str, chat: Chat) -> None:
    ana, ion = await chat.user(), await chat.operator()
    conversation = await claimed(ana, ion)
    if how == "deleted":
        await chat.running.publish(UserDeleted(user_id=ion.id))
    else:
        ion.role = "client" if how == "demoted" else "admin"
        await chat.publish_user(ion, 2, disabled=how == "disabled")
    waiting = await ana.get(f"/conversations/{conversation}")
    assert (waiting["state"], waiting["operator"], waiting["queue_position"]) == ("waiting_human", None, 1)
    if how == "demoted":
        assert await ion.refused("GET", f"/conversations/{conversation}") == (404, "not_found")


async def test_messages_of_a_deleted_client_stay_without_the_name(chat: Chat) -> None:
    ana, ion, bob = await chat.user("ana"), await chat.operator(), await chat.user()
    conversation, direct = await claimed(ana, ion), await ana.direct(bob)
    await ana.write(conversation, "Help")
    await ana.write(direct, "Hi")
    await chat.running.publish(UserDeleted(user_id=ana.id))
    await chat.publish_user(ana, 9)  # a late message does not restore a deleted user
    seen = await ion.get(f"/conversations/{conversation}")
    assert (seen["state"], seen["client"]) == ("resolved", {"id": None, "name": None})
    for reader, where in ((ion, conversation), (bob, direct)):
        messages = await reader.messages(where)
        assert {"Help", "Hi"} & {m["text"] for m in messages}
        assert str(ana.id) not in str(messages)
        assert "'ana'" not in str(messages)
    assert (await bob.get("/people", username="ana"))["items"] == []
