"""Any sequence of actions leaves a conversation with exactly one owner and announces each change of state once."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from contor.services.chat import SERVICE
from contor.services.chat.assistant.protocol import Answer, HandOver
from contor.services.chat.service.answers import Answers
from tests.integration.services.chat.assistants import Outcome, ScriptedAssistant, use_assistant
from tests.integration.services.chat.conftest import Chat, ChatUser
from tests.running import Databases, run_service

OUTCOMES: list[Outcome] = [Answer("So much."), HandOver("not_confident", "Rather not."), RuntimeError("a bug")]
SNAPSHOT = """
    SELECT state, episode, operator_id, waiting_since, counter, last_seq,
        (SELECT count(*) FROM answers_due d WHERE d.conversation_id = c.id) AS due,
        (SELECT array_agg(seq ORDER BY seq) FROM messages m WHERE m.conversation_id = c.id) AS numbers,
        (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.event IS NOT NULL) AS lines,
        (SELECT count(*) FROM outbox o
         WHERE o.key = 'chat.conversation_changed'
           AND convert_from(o.body, 'UTF8')::jsonb -> 'conversation' ->> 'id' = c.id::text
           AND convert_from(o.body, 'UTF8')::jsonb -> 'line' ->> 'id' IS NOT NULL) AS announced
    FROM conversations c WHERE c.id = :id
"""
POSSIBLE = {
    "ai_active": {"ai_active", "waiting_human", "human_active"},
    "waiting_human": {"waiting_human", "human_active", "resolved"},
    "human_active": {"human_active", "ai_active", "resolved", "waiting_human"},
    "resolved": {"resolved", "ai_active", "waiting_human"},
}


class World:
    """One running chat service for all examples, on its own event loop."""

    def __init__(self, runner: asyncio.Runner, chat: Chat) -> None:
        self.runner = runner
        self.chat = chat
        self.operators: list[ChatUser] = [self.do(chat.operator()) for _ in range(3)]

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)


class Support(RuleBasedStateMachine):
    """Random actions of a client, three operators and an assistant that may fail."""

    world: ClassVar[World]
    client: ChatUser
    conversation: str

    @initialize()
    def begin(self) -> None:
        world = self.world
        self.assistant = ScriptedAssistant()
        self.answers: Answers = use_assistant(world.chat, self.assistant)
        self.client = world.do(world.chat.user())
        self.conversation = world.do(self.client.support())
        self.seen = ("ai_active", 1)

    def ask(self, user: ChatUser, action: str, body: object = None) -> Coroutine[Any, Any, int]:
        async def asked() -> int:
            answer = await user.request("POST", f"/conversations/{self.conversation}/{action}", body)
            assert answer.status_code in (200, 201, 409), answer.text
            return answer.status_code

        return asked()

    def concurrently(self, *asked: Coroutine[Any, Any, int]) -> list[int]:
        async def gather() -> list[int]:
            return await asyncio.gather(*asked)

        return list(self.world.do(gather()))

    operators = st.integers(0, 2)

    @rule()
    def the_client_writes(self) -> None:
        assert self.concurrently(self.ask(self.client, "messages", written())) == [201]

    @rule()
    def the_client_requests_an_operator(self) -> None:
        self.concurrently(self.ask(self.client, "handoff"))

    @rule(operator=operators)
    def an_operator_writes(self, operator: int) -> None:
        self.concurrently(self.ask(self.world.operators[operator], "messages", written()))

    @rule(operator=operators)
    def an_operator_posts_a_note(self, operator: int) -> None:
        assert self.concurrently(self.ask(self.world.operators[operator], "notes", written())) == [201]

    @rule(action=st.sampled_from(["claim", "release", "resolve"]), operator=operators)
    def an_operator_acts(self, action: str, operator: int) -> None:
        self.concurrently(self.ask(self.world.operators[operator], action))

    @rule(one=operators, other=operators)
    def an_operator_assigns_it(self, one: int, other: int) -> None:
        colleague = {"operator_id": str(self.world.operators[other].id)}
        self.concurrently(self.ask(self.world.operators[one], "assign", colleague))

    @rule()
    def all_operators_claim_concurrently(self) -> None:
        before = self.seen[0]
        statuses = self.concurrently(*(self.ask(operator, "claim") for operator in self.world.operators))
        if before in ("ai_active", "waiting_human"):
            assert sorted(statuses) == [200, 409, 409]

    @rule(outcome=st.sampled_from(OUTCOMES))
    def everything_happens_concurrently(self, outcome: Outcome) -> None:
        if self.assistant.is_busy:
            self.assistant.respond(outcome)
        one, two, three = self.world.operators
        self.concurrently(
            self.ask(self.client, "messages", written()),
            self.ask(one, "claim"),
            self.ask(two, "messages", written()),
            self.ask(self.client, "handoff"),
            self.ask(one, "release"),
            self.ask(three, "resolve"),
        )
        self.seen = (self.snapshot()["state"], self.snapshot()["episode"])

    @rule(outcome=st.sampled_from(OUTCOMES))
    def the_assistant_finishes(self, outcome: Outcome) -> None:
        # Not a precondition: it depends on the event loop, and Hypothesis needs the same choices in each run.
        if self.assistant.is_busy:
            self.assistant.respond(outcome)

    @rule()
    def the_answering_process_dies(self) -> None:
        self.world.do(self._die())

    async def _die(self) -> None:
        for task in list(self.answers._tasks):
            task.cancel()
        async with self.world.chat.running.context.database.transaction() as session:
            await session.execute(text("UPDATE answers_due SET due_at = now() - interval '1 second'"))
        await self.answers.hand_over_overdue()

    def snapshot(self) -> Any:
        async def read() -> Any:
            await asyncio.sleep(0)
            async with self.world.chat.running.context.database.transaction() as session:
                return (await session.execute(text(SNAPSHOT), {"id": self.conversation})).one()._mapping

        return self.world.do(read())

    @invariant()
    def it_has_exactly_one_owner(self) -> None:
        now = self.snapshot()
        owners = {
            "assistant": now["state"] == "ai_active",
            "queue": now["waiting_since"] is not None,
            "operator": now["state"] == "human_active" and now["operator_id"] is not None,
            "none needed": now["state"] == "resolved",
        }
        assert sum(owners.values()) == 1, owners
        assert now["due"] == 0 or now["state"] == "ai_active", "an answer is pending only while the assistant has it"
        assert now["state"] in POSSIBLE[self.seen[0]]
        assert now["episode"] in (self.seen[1], self.seen[1] + 1)
        assert (now["numbers"] or []) == list(range(1, now["counter"] + 1))
        assert now["lines"] == now["announced"]
        self.seen = (now["state"], now["episode"])


def written() -> dict[str, str]:
    return {"text": "A line", "client_id": str(uuid4())}


@pytest.fixture
def world(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CONTOR_CHAT_MESSAGES_BURST", "100000")
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        running = runner.run(stack.enter_async_context(run_service(SERVICE, databases, tmp_path)))
        yield World(runner, Chat(running))
        runner.run(stack.aclose())


def test_a_conversation_always_has_exactly_one_owner(world: World) -> None:
    machine = type("SupportInWorld", (Support,), {"world": world})
    few = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(machine, settings=few)
