"""The assistant without a model: rules understand the question, templates answer it. It never guesses."""

from contor.services.chat.assistant.periods import Period, day_of, last_days, month_of
from contor.services.chat.assistant.protocol import Answer, HandOver, Question, ShowDraft
from contor.services.chat.assistant.rules.replies import ReplyWriter
from contor.services.chat.assistant.rules.templates import TEMPLATES, render
from contor.services.chat.assistant.rules.understand import Understanding, is_consent, understand
from contor.services.chat.assistant.tools import Tools

SMALL_TALK = frozenset({"hello", "thanks", "goodbye", "who", "help"})


class RuleAssistant:
    """A question that is not understood gets the offer of a person; the second in a row is handed over."""

    name = "fallback"

    async def answer(self, question: Question, tools: Tools, show_draft: ShowDraft) -> Answer | HandOver:
        person_offered = _is_person_offered(question)
        if person_offered and is_consent(question.text):
            return HandOver("asked")
        today = await tools.today()
        names = [meter.name for meter in await tools.own_meters()]
        understood = understand(question.text, names, today)
        if understood.intent is None:
            if person_offered:
                return HandOver("not_confident")
            return Answer(render(question.language, "offer"), offers_person=True)
        if understood.intent == "person":
            return HandOver("asked")
        text = await _Reply(understood.intent, understood, tools, ReplyWriter(question.language, today)).text()
        return Answer(text, tools.sources())


class _Reply:
    """The reply to an understood question."""

    def __init__(self, intent: str, understood: Understanding, tools: Tools, writer: ReplyWriter) -> None:
        self._intent = intent
        self._understood = understood
        self._tools = tools
        self._writer = writer

    async def text(self) -> str:
        language = self._writer.language
        if self._intent in SMALL_TALK:
            return render(language, self._intent)
        if self._intent.startswith("guide "):
            page = self._tools.guide_page(self._intent.removeprefix("guide "))
            return f"**{page.title}**\n\n{page.text}"
        if not await self._tools.own_meters():
            return render(language, "no_meters")
        if self._intent == "forecast" or self._understood.ahead:
            return render(language, "ahead")
        if self._intent == "meters":
            return self._writer.meters(await self._tools.meters())
        if self._intent == "limits":
            return self._writer.limits(await self._tools.meters())
        if self._intent == "top_meter":
            return await self._consumption(None)
        return "\n\n".join([await self._by_meter(meter) for meter in self._understood.meters or (None,)])

    async def _by_meter(self, meter: str | None) -> str:
        if self._intent in ("limit_now", "power_now", "meter_state"):
            now = await self._tools.this_hour(meter)
            if self._intent == "limit_now":
                return self._writer.limits_now(now)
            return self._writer.powers(now) if self._intent == "power_now" else self._writer.states(now)
        if self._intent in ("why_alert", "alerts", "alert_count"):
            alerts = await self._tools.alerts(meter, next(iter(self._understood.periods), None))
            write = self._writer.alert_reason if self._intent == "why_alert" else self._writer.alerts
            return write(alerts, meter)
        return await self._consumption(meter)

    async def _consumption(self, meter: str | None) -> str:
        periods = self._understood.periods or (self._default_period(),)
        return "\n\n".join([await self._period_consumption(meter, period) for period in periods])

    async def _period_consumption(self, meter: str | None, period: Period) -> str:
        found = await self._tools.consumption(period, meter)
        writer = self._writer
        if not found.measured:
            return writer.used(found, period, meter)
        if self._intent == "top_meter":
            return writer.top(found, period)
        if self._intent == "peak_hour" and any(use.highest_hour for use in found.meters):
            return writer.peak(found, period)
        if self._intent in ("peak_hour", "highest_day"):
            return writer.extreme_day(found, period, "highest_day")
        if self._intent == "lowest_day":
            return writer.extreme_day(found, period, "lowest_day")
        if self._intent == "average":
            return writer.average(found, period)
        text = writer.used(found, period, meter)
        return f"{text}\n{render(writer.language, 'hours_in_chart')}" if self._understood.part_of_day else text

    def _default_period(self) -> Period:
        today = self._writer.today
        if self._intent == "consumption":
            return day_of(today)
        return month_of(today) if self._intent in ("compare", "top_meter") else last_days(30, today)


def _is_person_offered(question: Question) -> bool:
    """Whether the last message of the conversation is the assistant's offer of a person."""
    last = question.history[-1] if question.history else None
    offers = {templates["offer"] for templates in TEMPLATES.values()}
    return last is not None and last.author == "assistant" and last.text in offers
