"""The built-in answers: no model, the same tools. What it does not understand it does not guess."""

from collections.abc import Awaitable, Callable

from contor.services.chat.assistant.answers import Voice
from contor.services.chat.assistant.guide import pages
from contor.services.chat.assistant.periods import Period, day_of, last_days, month_of
from contor.services.chat.assistant.phrases import PHRASES, hand_over, say
from contor.services.chat.assistant.protocol import Answer, HandOver, Question, Tell
from contor.services.chat.assistant.tools import Tools
from contor.services.chat.assistant.understanding import Understood, understand
from contor.services.chat.assistant.wording import words

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
        if offered and set(words(question.text)) <= YES:
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

    def __init__(self, understood: Understood, tools: Tools, voice: Voice) -> None:
        self._understood = understood
        self._meter = understood.meter
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
        if intent == "forecast" or (self._understood.mention and self._understood.mention.ahead):
            return say(language, "ahead")
        about: dict[str, Callable[[], Awaitable[str]]] = {
            "meters": self._meters,
            "limits": self._limits,
            "limit_now": self._limit_now,
            "power_now": self._power_now,
            "meter_state": self._meter_state,
            "why_alert": self._why_alert,
            "alerts": self._alerts,
            "alert_count": self._alerts,
        }
        return await about.get(intent, self._consumption)()

    async def _consumption(self) -> str:
        intent = str(self._understood.intent)
        period = self._understood.period or self._usual(intent)
        found = await self._tools.consumption(period, None if intent == "top_meter" else self._meter)
        voice = self._voice
        if not found.measured:
            return voice.used(found, period, self._meter)
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
        text = voice.used(found, period, self._meter)
        partly = self._understood.mention and self._understood.mention.part_of_day
        return f"{text}\n{say(voice.language, 'hours_in_chart')}" if partly else text

    def _usual(self, intent: str) -> Period:
        """The period that is meant when none is named."""
        today = self._voice.today
        if intent == "consumption":
            return day_of(today)
        return month_of(today) if intent in ("compare", "top_meter") else last_days(30, today)

    async def _meters(self) -> str:
        return self._voice.meters(await self._tools.meters())

    async def _limits(self) -> str:
        return self._voice.limits(await self._tools.meters())

    async def _limit_now(self) -> str:
        return self._voice.limits_now(await self._tools.this_hour(self._meter))

    async def _power_now(self) -> str:
        return self._voice.powers(await self._tools.this_hour(self._meter))

    async def _meter_state(self) -> str:
        return self._voice.states(await self._tools.this_hour(self._meter))

    async def _why_alert(self) -> str:
        found = await self._tools.alerts(self._meter, self._understood.period)
        return self._voice.alert_reason(found, self._meter)

    async def _alerts(self) -> str:
        found = await self._tools.alerts(self._meter, self._understood.period)
        return self._voice.alerts(found, self._meter)


def _offered(question: Question) -> bool:
    """Whether the last thing said was the offer of a person."""
    last = question.history[-1] if question.history else None
    offers = {phrases["offer"] for phrases in PHRASES.values()}
    return last is not None and last.author == "assistant" and last.text in offers
