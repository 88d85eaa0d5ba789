"""The built-in answers: no model, the same tools. What it does not understand it does not guess."""

from collections.abc import Awaitable, Callable

from contor.services.chat.assistant.guide import pages
from contor.services.chat.assistant.periods import Period, day_of, last_days, month_of
from contor.services.chat.assistant.protocol import Answer, HandOver, Question, Tell
from contor.services.chat.assistant.rules.intents.normalize import tokenize
from contor.services.chat.assistant.rules.replies import Voice
from contor.services.chat.assistant.rules.templates import PHRASES, hand_over, say
from contor.services.chat.assistant.rules.understand import Understanding, understand
from contor.services.chat.assistant.tools import Tools

YES = frozenset(
    ["yes", "yeah", "yep", "sure", "please", "ok", "okay", "da", "sigur", "desigur", "te", "rog", "bine", "vreau"]
)
MOST_SOURCES = 5
SMALL_TALK = frozenset({"hello", "thanks", "goodbye", "who", "help"})


class Fallback:
    """Rules in both languages. Not understood once: a person is offered; twice in a row: a person is asked."""

    name = "fallback"

    async def answer(self, question: Question, tools: Tools, tell: Tell) -> Answer | HandOver:
        offered = _offered(question)
        if offered and set(tokenize(question.text)) <= YES:
            return hand_over("asked", question)
        today = await tools.today()
        names = [meter.name for meter in await tools.own_meters()]
        understood = understand(question.text, names, today)
        if understood.intent is None:
            if offered:
                return hand_over("not_confident", question)
            return Answer(say(question.language, "offer"), offers_person=True)
        if understood.intent == "person":
            return hand_over("asked", question)
        text = await Reply(understood, tools, Voice(question.language, today)).text()
        return Answer(text, tools.sources()[:MOST_SOURCES])


class Reply:
    """The text that an understood question gets."""

    def __init__(self, understood: Understanding, tools: Tools, voice: Voice) -> None:
        self._understood = understood
        self._meters: tuple[str | None, ...] = understood.meters or (None,)
        self._tools = tools
        self._voice = voice

    async def text(self) -> str:
        intent = str(self._understood.intent)
        language = self._voice.language
        if intent in SMALL_TALK:
            return say(language, intent)
        if intent.startswith("guide "):
            page = pages(language)[intent.removeprefix("guide ")]
            self._tools.show(page)
            return f"**{page.title}**\n\n{page.text}"
        if not await self._tools.own_meters():
            return say(language, "no_meters")
        if intent == "forecast" or self._understood.ahead:
            return say(language, "ahead")
        about: dict[str, Callable[[str | None], Awaitable[str]]] = {
            "meters": self._own_meters,
            "limits": self._limits,
            "limit_now": self._limit_now,
            "power_now": self._power_now,
            "meter_state": self._meter_state,
            "why_alert": self._why_alert,
            "alerts": self._alerts,
            "alert_count": self._alerts,
        }
        if intent in ("meters", "limits"):
            return await about[intent](None)
        if intent == "top_meter":
            return await self._consumption(None)
        tell = about.get(intent, self._consumption)
        return "\n\n".join([await tell(meter) for meter in self._meters])

    async def _consumption(self, meter: str | None) -> str:
        periods = self._understood.periods or (self._usual(),)
        return "\n\n".join([await self._used(meter, period) for period in periods])

    async def _used(self, meter: str | None, period: Period) -> str:
        intent = self._understood.intent
        found = await self._tools.consumption(period, meter)
        voice = self._voice
        if not found.measured:
            return voice.used(found, period, meter)
        if intent == "top_meter":
            return voice.top(found, period)
        if intent == "peak_hour" and any(use.highest_hour for use in found.meters):
            return voice.peak(found, period)
        if intent in ("peak_hour", "highest_day"):
            return voice.extreme_day(found, period, "highest_day")
        if intent == "lowest_day":
            return voice.extreme_day(found, period, "lowest_day")
        if intent == "average":
            return voice.average(found, period)
        text = voice.used(found, period, meter)
        return f"{text}\n{say(voice.language, 'hours_in_chart')}" if self._understood.part_of_day else text

    def _usual(self) -> Period:
        """The period that is meant when none is named."""
        today, intent = self._voice.today, self._understood.intent
        if intent == "consumption":
            return day_of(today)
        return month_of(today) if intent in ("compare", "top_meter") else last_days(30, today)

    async def _own_meters(self, _: str | None) -> str:
        return self._voice.meters(await self._tools.meters())

    async def _limits(self, _: str | None) -> str:
        return self._voice.limits(await self._tools.meters())

    async def _limit_now(self, meter: str | None) -> str:
        return self._voice.limits_now(await self._tools.this_hour(meter))

    async def _power_now(self, meter: str | None) -> str:
        return self._voice.powers(await self._tools.this_hour(meter))

    async def _meter_state(self, meter: str | None) -> str:
        return self._voice.states(await self._tools.this_hour(meter))

    async def _why_alert(self, meter: str | None) -> str:
        found = await self._tools.alerts(meter, self._period)
        return self._voice.alert_reason(found, meter)

    async def _alerts(self, meter: str | None) -> str:
        found = await self._tools.alerts(meter, self._period)
        return self._voice.alerts(found, meter)

    @property
    def _period(self) -> Period | None:
        return self._understood.periods[0] if self._understood.periods else None


def _offered(question: Question) -> bool:
    """Whether the last thing said was the offer of a person."""
    last = question.history[-1] if question.history else None
    offers = {phrases["offer"] for phrases in PHRASES.values()}
    return last is not None and last.author == "assistant" and last.text in offers
