"""The assistant with a model, by pydantic-ai: Gemini, or another provider's model by setting.

Imported only when a model is configured: pydantic-ai and the provider's client take some 70 MB.
"""

from collections.abc import AsyncIterable, Awaitable, Sequence
from datetime import date
from typing import Any, TypeVar

from google.genai.types import HttpRetryOptions
from pydantic import BaseModel, Field
from pydantic_ai import Agent, AgentRunError, ModelRetry, ModelSettings, RunContext, ToolOutput, UserError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import Model, infer_model
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.usage import RunUsage, UsageLimits

from contor.kernel.errors import OperatorError
from contor.kernel.telemetry import log
from contor.services.chat.assistant.llm.grounding import Facts
from contor.services.chat.assistant.llm.prompt import instructions, mark_data, recent_turns
from contor.services.chat.assistant.llm.streaming import Draft
from contor.services.chat.assistant.periods import between
from contor.services.chat.assistant.protocol import Answer, Budget, HandOver, Question, ShowDraft, Turn
from contor.services.chat.assistant.results import Alerts, Consumption, CurrentHours, Guide
from contor.services.chat.assistant.tools import Tools, UnknownMeter
from contor.services.chat.settings import ChatSettings

LIMITS = UsageLimits(request_limit=6, tool_calls_limit=10)
"""For one question; more means that the model calls tools without end."""
COMPLETE = ("stop", "tool_call")
"""Finish reasons of a complete response; a truncated one has another or none."""

T = TypeVar("T")


class PersonNeeded(BaseModel):
    """Hand the conversation over to a person: the client asked for one, or the tools cannot answer the question."""

    reason: str = Field(max_length=200)


class UnusableModel(OperatorError):
    """The provider, library or key of the configured model is missing."""


def model_of(settings: ChatSettings) -> Model:
    """The configured model. Raises `UnusableModel`."""
    if settings.gemini_api_key is None or ":" in settings.assistant_model:
        try:
            return infer_model(settings.assistant_model)
        except (UserError, ImportError) as error:
            raise UnusableModel(f"CONTOR_CHAT_ASSISTANT_MODEL={settings.assistant_model}: {error}") from error
    provider = GoogleProvider(
        api_key=settings.gemini_api_key.get_secret_value(),
        base_url=settings.assistant_base_url,
        retry_options=HttpRetryOptions(attempts=1),  # no retry: the client gets an operator sooner
    )
    return GoogleModel(settings.assistant_model, provider=provider)


class ModelAssistant:
    """Answers with a model and the tools. An answer with a number that no tool returned is discarded."""

    def __init__(self, model: Model, settings: ChatSettings, budget: Budget) -> None:
        self.name = settings.assistant_model
        self._budget = budget
        self._history = settings.assistant_history
        self._agent = Agent(
            model,
            deps_type=Tools,
            output_type=[str, ToolOutput(PersonNeeded, name="hand_over")],
            tools=[meters, consumption, this_hour, alerts, guide],
            model_settings=ModelSettings(timeout=settings.assistant_timeout, temperature=0.2),
        )

    async def answer(self, question: Question, tools: Tools, show_draft: ShowDraft) -> Answer | HandOver:
        user, day = question.user.id, question.now.date()
        if not await self._budget.spend(user, day, 1, 0):
            return HandOver("limit")
        usage = RunUsage()
        try:
            async with self._agent:  # closes the provider's connections after the last open question
                return await self._ask(question, tools, show_draft, usage)
        except AgentRunError as error:  # refused, unreachable, truncated, unknown model, or usage limit exceeded
            log.warning("model_failed", model=self.name, error=repr(error)[:300])
            return HandOver("failed")
        finally:
            await self._budget.spend(user, day, max(usage.requests - 1, 0), usage.total_tokens)

    async def _ask(self, question: Question, tools: Tools, show_draft: ShowDraft, usage: RunUsage) -> Answer | HandOver:
        history = recent_turns(question.history, self._history)
        earlier_answers = [turn.text for turn in history if turn.author == "assistant"]
        now = await tools.local_now()

        def ungrounded(text: str) -> list[str]:
            return Facts.of(tools, question.language, earlier_answers).ungrounded(text)

        async def stream(_: RunContext[Tools], events: AsyncIterable[Any]) -> None:
            draft = Draft(show_draft, lambda text: not ungrounded(text))
            async for event in events:
                if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                    await draft.append(event.part.content)
                elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                    await draft.append(event.delta.content_delta)

        result = await self._agent.run(
            question.text,
            deps=tools,
            instructions=instructions(question.language, now),
            message_history=_messages(history),
            usage=usage,
            usage_limits=LIMITS,
            event_stream_handler=stream,
        )
        if isinstance(result.output, PersonNeeded):
            log.info("model_requested_operator", model=self.name, reason=result.output.reason)
            return HandOver("not_confident")
        text = result.output.strip()
        if not text or result.response.finish_reason not in COMPLETE:
            log.warning("model_answer_truncated", model=self.name, finish_reason=result.response.finish_reason)
            return HandOver("failed")
        if invented := ungrounded(text):
            log.warning("model_answer_ungrounded", model=self.name, numbers=invented[:10])
            return HandOver("unchecked_number")
        return Answer(text, tools.sources())


def _messages(history: Sequence[Turn]) -> list[ModelMessage]:
    return [
        ModelRequest(parts=[UserPromptPart(turn.text)])
        if turn.author == "client"
        else ModelResponse(parts=[TextPart(turn.text if turn.author == "assistant" else f"(operator) {turn.text}")])
        for turn in history
    ]


async def meters(ctx: RunContext[Tools]) -> list[dict[str, Any]]:
    """The client's meters: name, address, time zone and limit per clock hour."""
    found = await ctx.deps.meters()
    return [
        meter.model_dump(mode="json", exclude={"id", "description"}) | {"description": mark_data(meter.description)}
        for meter in found.meters
    ]


async def consumption(ctx: RunContext[Tools], first: date, last: date, meter: str | None = None) -> Consumption:
    """Energy used in a period, in total and by meter, with the highest hour and day and the previous period.

    Args:
        ctx: The question.
        first: First local day of the period.
        last: Last local day, included; today if the period is not over.
        meter: Name of one meter; omit for all.
    """
    today = await ctx.deps.today()
    if first > last or first > today:
        raise ModelRetry(f"first must be before last and not after today, {today}")
    return await _checked(ctx.deps.consumption(between(first, min(last, today), today), meter))


async def this_hour(ctx: RunContext[Tools], meter: str | None = None) -> CurrentHours:
    """The running clock hour against its limit, the current power, and whether each meter is sending readings.

    Args:
        ctx: The question.
        meter: Name of one meter; omit for all.
    """
    return await _checked(ctx.deps.this_hour(meter))


async def alerts(
    ctx: RunContext[Tools], first: date | None = None, last: date | None = None, meter: str | None = None
) -> Alerts:
    """Hours over a meter's limit, the newest first; by default of the last 30 days.

    Args:
        ctx: The question.
        first: First local day.
        last: Last local day, included.
        meter: Name of one meter; omit for all.
    """
    today = await ctx.deps.today()
    last = min(last or today, today)
    period = between(first, last, today) if first and first <= last else None
    return await _checked(ctx.deps.alerts(meter, period))


async def guide(ctx: RunContext[Tools], query: str) -> Guide:
    """Pages of Contor's user guide on a subject.

    Args:
        ctx: The question.
        query: What the client wants to know, in their words.
    """
    return ctx.deps.guide(query)


async def _checked(call: Awaitable[T]) -> T:
    """The result, or the model's chance to correct the name of the meter."""
    try:
        return await call
    except UnknownMeter as error:
        raise ModelRetry(str(error)) from error
