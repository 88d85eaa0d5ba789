"""Answers by a model, through pydantic-ai: Gemini, or another provider's by setting.

Imported only where a model is configured: pydantic-ai and the provider's client take some 70 MB.
"""

from collections.abc import AsyncIterable, Awaitable, Sequence
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

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
from contor.services.chat.assistant.llm.prompt import data, recent, task
from contor.services.chat.assistant.llm.streaming import Draft
from contor.services.chat.assistant.periods import between
from contor.services.chat.assistant.protocol import Answer, Budget, HandOver, Question, Tell, Turn
from contor.services.chat.assistant.results import Alerts, Consumption, Guide, Standing
from contor.services.chat.assistant.rules.templates import hand_over
from contor.services.chat.assistant.tools import FALLBACK_ZONE, NoSuchMeter, Tools
from contor.services.chat.settings import ChatSettings

LIMITS = UsageLimits(request_limit=6, tool_calls_limit=10)
"""Of one question: more means that the model goes round in circles."""
MOST_SOURCES = 5
WHOLE = ("stop", "tool_call")
"""How a complete response ends; one that was cut ends in no way at all."""

T = TypeVar("T")


class PersonNeeded(BaseModel):
    """Hand the conversation to a person: the client asked for one, or the tools cannot answer the question."""

    reason: str = Field(max_length=200)


class UnusableModel(OperatorError):
    """The settings name a model whose provider, library or key is not there."""


def model_of(settings: ChatSettings) -> Model:
    """The model that the settings name. Raises `UnusableModel`."""
    if settings.gemini_api_key is None or ":" in settings.assistant_model:
        try:
            return infer_model(settings.assistant_model)
        except (UserError, ImportError) as error:
            raise UnusableModel(f"CONTOR_CHAT_ASSISTANT_MODEL={settings.assistant_model}: {error}") from error
    provider = GoogleProvider(
        api_key=settings.gemini_api_key.get_secret_value(),
        base_url=settings.assistant_base_url,
        retry_options=HttpRetryOptions(attempts=1),  # whoever waits for an answer gets a person sooner
    )
    return GoogleModel(settings.assistant_model, provider=provider)


class ModelAssistant:
    """A model with the tools; its answer is shown only as far as every number in it was found."""

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

    async def answer(self, question: Question, tools: Tools, tell: Tell) -> Answer | HandOver:
        """Raises what the services behind the tools raise."""
        day = question.now.date()
        if not await self._budget.spend(question.asker.id, day, 1, 0):
            return hand_over("limit", question)
        used = RunUsage()
        try:
            async with self._agent:  # which closes the provider's connections with the last question under way
                return await self._ask(question, tools, tell, used)
        except AgentRunError as error:  # refused, away, cut off, unknown, or going round in circles
            log.warning("model_failed", model=self.name, error=repr(error)[:300])
            return hand_over("failed", question)
        finally:
            await self._budget.spend(question.asker.id, day, max(used.requests - 1, 0), used.total_tokens)

    async def _ask(self, question: Question, tools: Tools, tell: Tell, used: RunUsage) -> Answer | HandOver:
        history = recent(question.history, self._history)
        said = [turn.text for turn in history if turn.author == "assistant"]
        own = await tools.own_meters()
        zone = ZoneInfo(own[0].time_zone if own else FALLBACK_ZONE)

        async def follow(_: RunContext[Tools], events: AsyncIterable[Any]) -> None:
            draft = Draft(tell, lambda text: not Facts.of(tools, question.language, said).unfounded(text))
            async for event in events:
                if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                    await draft.grow(event.part.content)
                elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                    await draft.grow(event.delta.content_delta)

        result = await self._agent.run(
            question.text,
            deps=tools,
            instructions=task(question.language, question.now.astimezone(zone)),
            message_history=_messages(history),
            usage=used,
            usage_limits=LIMITS,
            event_stream_handler=follow,
        )
        if isinstance(result.output, PersonNeeded):
            log.info("model_hands_over", model=self.name, reason=result.output.reason)
            return hand_over("not_confident", question)
        text = result.output.strip()
        if not text or result.response.finish_reason not in WHOLE:
            log.warning("model_cut_off", model=self.name, finish_reason=result.response.finish_reason)
            return hand_over("failed", question)
        if unfounded := Facts.of(tools, question.language, said).unfounded(text):
            log.warning("model_invents", model=self.name, unfounded=unfounded[:10])
            return hand_over("unchecked_number", question)
        return Answer(text, tools.sources()[:MOST_SOURCES])


def _messages(history: Sequence[Turn]) -> list[ModelMessage]:
    return [
        ModelRequest(parts=[UserPromptPart(turn.text)])
        if turn.author == "client"
        else ModelResponse(parts=[TextPart(turn.text if turn.author == "assistant" else f"(operator) {turn.text}")])
        for turn in history
    ]


async def meters(ctx: RunContext[Tools]) -> list[dict[str, Any]]:
    """The client's meters: name, address, time zone and limit for one clock hour."""
    found = await ctx.deps.meters()
    return [
        meter.model_dump(mode="json", exclude={"id", "description"}) | {"description": data(meter.description)}
        for meter in found.meters
    ]


async def consumption(ctx: RunContext[Tools], first: date, last: date, meter: str | None = None) -> Consumption:
    """Energy used in a period, compared with the period before, with the highest hour and day, in all and by meter.

    Args:
        ctx: The question.
        first: First local day of the period.
        last: Last local day, included; for a period that still runs, today.
        meter: Name of one meter; leave out for all.
    """
    today = await ctx.deps.today()
    if first > last or first > today:
        raise ModelRetry(f"first must be before last and not after today, {today}")
    return await _named(ctx.deps.consumption(between(first, min(last, today), today), meter))


async def this_hour(ctx: RunContext[Tools], meter: str | None = None) -> Standing:
    """The running clock hour against its limit, the power now, and whether each meter still sends readings.

    Args:
        ctx: The question.
        meter: Name of one meter; leave out for all.
    """
    return await _named(ctx.deps.this_hour(meter))


async def alerts(
    ctx: RunContext[Tools], first: date | None = None, last: date | None = None, meter: str | None = None
) -> Alerts:
    """Hours that went over a meter's limit, the newest first; without days, of the last 30.

    Args:
        ctx: The question.
        first: First local day.
        last: Last local day, included.
        meter: Name of one meter; leave out for all.
    """
    today = await ctx.deps.today()
    period = between(first, min(last or today, today), today) if first and first <= min(last or today, today) else None
    return await _named(ctx.deps.alerts(meter, period))


async def guide(ctx: RunContext[Tools], query: str) -> Guide:
    """Pages of Contor's user guide about a subject.

    Args:
        ctx: The question.
        query: What the client wants to know, in their words.
    """
    return ctx.deps.guide(query)


async def _named(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except NoSuchMeter as error:
        raise ModelRetry(str(error)) from error
