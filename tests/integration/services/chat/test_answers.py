"""Answers of the assistant in the background, and the hand-over to operators when there is none."""

from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from contor.contracts.chat import DraftUpdated, MessagePosted, TypingReported
from contor.services.chat.assistant.protocol import Answer, HandOver, Source
from tests.integration.services.chat.assistants import ScriptedAssistant, UncancellableAssistant, use_assistant
from tests.integration.services.chat.conftest import Chat, ChatUser
from tests.waiting import until


async def texts(reader: ChatUser, conversation: str) -> list[str]:
    return [m["text"] for m in await reader.messages(conversation)]


async def outbox(chat: Chat) -> str:
    async with chat.running.context.database.transaction() as session:
        rows = await session.scalars(text("SELECT convert_from(body, 'UTF8') FROM outbox"))
        return "\n".join(rows)


async def due(chat: Chat) -> int:
    async with chat.running.context.database.transaction() as session:
        return int(await session.scalar(text("SELECT count(*) FROM answers_due")) or 0)


async def test_an_answer_has_sources_follows_drafts_and_never_exposes_the_token(chat: Chat) -> None:
    assistant = ScriptedAssistant(("You", "You used"))
    use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    assert (await ana.get(f"/conversations/{conversation}"))["answered_by"] == "scripted"
    await ana.write(conversation, "How much?")
    await until(lambda: assistant.is_busy)
    assert await due(chat) == 1
    assistant.respond(Answer("You used **3 kWh**.", [Source("device", "Kitchen", "/devices/1")]))
    await until(lambda: [m for m in chat.published(MessagePosted) if m.message.author.kind == "assistant"])
    _, answer = await ana.messages(conversation)
    assert answer["author"] == {"kind": "assistant", "id": None, "name": "scripted", "role": None}
    assert answer["sources"] == [{"kind": "device", "label": "Kitchen", "href": "/devices/1"}]
    assert (await ana.get(f"/conversations/{conversation}"))["unread"] == 1
    assert await due(chat) == 0
    (question,) = assistant.questions
    assert (question.text, question.language, list(question.history)) == ("How much?", "en", [])
    assert chat.published(DraftUpdated)[0].audience == [ana.id]
    assert [hint.user_id for hint in chat.published(TypingReported)][:1] == [None]
    everything = await outbox(chat) + str(chat.running.published)
    assert question.user.id == ana.id
    assert question.user.token not in everything


async def test_offers_person_is_set_in_lists_and_live_frames(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    await ana.write(conversation, "Whatsoever")
    await until(lambda: assistant.is_busy)
    assistant.respond(Answer("Not sure. A person?", offers_person=True))
    await until(lambda: [m for m in chat.published(MessagePosted) if m.message.offers_person])
    assert [m["offers_person"] for m in await ana.messages(conversation)] == [False, True]
    assert (await ana.get(f"/conversations/{conversation}"))["last_message"]["offers_person"]


async def test_the_history_has_no_notes_and_no_deleted_messages(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant)
    ana, ion = await chat.user(), await chat.operator()
    conversation = await ana.support()
    await ion.write(conversation, "I am here")
    await ion.act(conversation, "notes", {"text": "difficult", "client_id": str(uuid4())})
    taken_back = await ion.write(conversation, "typo")
    await ion.send("DELETE", f"/conversations/{conversation}/messages/{taken_back['id']}")
    await ion.act(conversation, "release")
    await ana.write(conversation, "Thanks")
    await until(lambda: assistant.is_busy)
    assert [(turn.author, turn.text) for turn in assistant.questions[0].history] == [("operator", "I am here")]


@pytest.mark.parametrize(
    ("text", "language", "wished"),
    [
        ("ok", "ro-RO,ro;q=0.9,en;q=0.8", "ro"),
        ("ok", "de, en", "en"),
        ("ok", "", "en"),
        ("Cât am consumat ieri?", "en", "ro"),
        ("How much did I use?", "ro", "en"),
    ],
)
async def test_the_language_is_detected_from_the_question_else_taken_from_accept_language(
    text: str, language: str, wished: str, chat: Chat
) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    headers = chat.running.auth(ana.id) | {"Accept-Language": language}
    body = {"text": text, "client_id": str(uuid4())}
    await chat.running.client.post(f"/chat/conversations/{conversation}/messages", headers=headers, json=body)
    await until(lambda: assistant.is_busy)
    assert assistant.questions[0].language == wished


def was_asked(assistant: ScriptedAssistant, times: int) -> bool:
    return len(assistant.questions) == times


async def test_questions_of_a_conversation_are_answered_in_order(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    for question in ("one", "two"):
        await ana.write(conversation, question)
    for number, question in enumerate(("one", "two"), start=1):
        await until(partial(was_asked, assistant, number))
        assistant.respond(Answer(f"to {question}"))
    await until(lambda: len([m for m in chat.published(MessagePosted) if m.message.author.kind == "assistant"]) == 2)
    assert await texts(ana, conversation) == ["one", "two", "to one", "to two"]


@pytest.mark.parametrize(
    ("outcome", "reason", "texts_sent"),
    [
        (HandOver("not_confident", "I'd rather ask a colleague."), "not_confident", ["I'd rather ask a colleague."]),
        (HandOver("failed", None), "failed", []),
        (RuntimeError("a bug"), "failed", []),
    ],
    ids=["unsure", "failed", "raised"],
)
async def test_a_failed_or_unsure_answer_hands_the_conversation_over(
    outcome: HandOver | Exception, reason: str, texts_sent: list[str], chat: Chat
) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    await ana.write(conversation, "Hm?")
    await until(lambda: assistant.is_busy)
    assistant.respond(outcome)
    await ana.until_state(conversation, "waiting_human")
    messages = await ana.messages(conversation)
    assert [m["text"] for m in messages if m["author"]["kind"] == "assistant"] == texts_sent
    assert (messages[-1]["event"]["kind"], messages[-1]["event"]["reason"]) == ("handed_over", reason)


async def test_an_answer_that_takes_too_long_hands_the_conversation_over(chat: Chat) -> None:
    use_assistant(chat, ScriptedAssistant(), answer_seconds=0.2)
    ana = await chat.user()
    conversation = await ana.support()
    await ana.write(conversation, "Hm?")
    await ana.until_state(conversation, "waiting_human")
    assert (await ana.messages(conversation))[-1]["event"]["reason"] == "timeout"


async def test_an_answer_is_cancelled_and_a_late_one_discarded_once_an_operator_claims(chat: Chat) -> None:
    assistant = UncancellableAssistant()
    use_assistant(chat, assistant)
    ana, ion = await chat.user(), await chat.operator()
    conversation = await ana.support()
    await ana.write(conversation, "Hm?")
    await ion.act(conversation, "claim")
    await until(assistant.cancelled.is_set)
    await ion.write(conversation, "Hello")
    assert await texts(ana, conversation) == ["Hm?", "An operator joined the conversation.", "Hello"]
    assert (await ana.get(f"/conversations/{conversation}"))["state"] == "human_active"


async def test_an_answer_from_before_a_claim_is_discarded_even_after_the_release(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant)
    ana, ion = await chat.user(), await chat.operator()
    conversation = await ana.support()
    await ana.write(conversation, "old")
    await until(lambda: assistant.is_busy)
    await ion.act(conversation, "claim")
    await ion.act(conversation, "release")
    await ana.write(conversation, "new")
    await until(lambda: len(assistant.questions) == 2)
    assistant.respond(Answer("to the new one"))
    await until(lambda: [m for m in chat.published(MessagePosted) if m.message.author.kind == "assistant"])
    assert (await texts(ana, conversation))[-2:] == ["new", "to the new one"]


async def test_an_overdue_answer_of_a_dead_process_is_handed_over_by_another_one(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    answers = use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    await ana.write(conversation, "Hm?")
    await until(lambda: assistant.is_busy)
    await answers.hand_over_overdue()
    assert await ana.state(conversation) == "ai_active", "it is not overdue"
    async with chat.running.context.database.transaction() as session:
        await session.execute(text("UPDATE answers_due SET due_at = now() - interval '1 second'"))
    await answers.hand_over_overdue()
    assert await ana.state(conversation) == "waiting_human"
    assert (await ana.messages(conversation))[-1]["event"]["reason"] == "timeout"
    assert await due(chat) == 0
    await answers.hand_over_overdue()
    assert len(await ana.messages(conversation)) == 2


async def test_a_stopping_process_hands_over_the_questions_it_was_answering(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    answers = use_assistant(chat, assistant)
    ana = await chat.user()
    conversation = await ana.support()
    await ana.write(conversation, "Hm?")
    await until(lambda: assistant.is_busy)
    await answers.stop()
    assert await ana.state(conversation) == "waiting_human"


async def test_questions_beyond_the_queue_limit_are_handed_over_at_once(chat: Chat) -> None:
    assistant = ScriptedAssistant()
    use_assistant(chat, assistant, max_concurrent_answers=1, max_queued_answers=0)
    ana, bob = await chat.user(), await chat.user()
    first, second = await ana.support(), await bob.support()
    await ana.write(first, "one")
    await until(lambda: assistant.is_busy)
    await bob.write(second, "two")
    await bob.until_state(second, "waiting_human")
    assert await ana.state(first) == "ai_active"


async def test_the_built_in_assistant_hands_over_while_other_services_are_unavailable(assisted: Chat) -> None:
    ana = await assisted.user()
    conversation = await ana.support()
    await ana.write(conversation, "How much did I use yesterday?")
    await ana.until_state(conversation, "waiting_human")
    _, reply, line = await ana.messages(conversation)
    assert (reply["author"]["name"], line["event"]["kind"]) == ("fallback", "handed_over")
