"""Whether every number in an answer is one that a tool found: an invented one is never shown.

Dates and clock times are checked as such, energies, powers and percentages by their unit; a number is right when a
fact of its kind rounds to it. What stands in the guide's pages and in earlier answers, checked then, counts as found.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from contor.services.chat.assistant.formats import MONTHS
from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.results import Alerts, Consumption, Guide, Meter
from contor.services.chat.assistant.rules.intents.normalize import fold
from contor.services.chat.assistant.tools import Tools

Kind = Literal["kwh", "w", "percent", "money", "duration", "plain"]

_NUMBER = r"(?<![\w.,])[-+−]?\d(?:[\d.,\u00a0\u202f]*\d)?"  # noqa: RUF001  # a minus sign is one
_UNITS: Sequence[tuple[Kind, Decimal, str]] = (
    ("kwh", Decimal(1000), r"MWh|megawatt[- ]?(?:hours?|or[aăe])"),
    ("kwh", Decimal(1), r"kWh|kilowatt[- ]?(?:hours?|or[aăe])|kilowați[- ]or[aăe]"),
    ("kwh", Decimal("0.001"), r"Wh|watt[- ]?(?:hours?|or[aăe])"),
    ("w", Decimal(1000), r"kW|kilowatts?|kilowați"),
    ("w", Decimal(1), r"W|watts?|wați"),
    ("percent", Decimal(1), r"%|percent|per cent|procente?|la sută"),
    ("money", Decimal(1), r"lei|leu|RON|EUR|euros?|€|\$|USD|bani|pounds?|£"),
    ("duration", Decimal(1), r"hours?|h|or[aăe]|minutes?|minute|min|seconds?|secunde?"),
)
_UNIT = "|".join(f"(?P<u{n}>{pattern})" for n, (_, _, pattern) in enumerate(_UNITS))
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "zero un doi trei patru cinci sase sapte opt noua zece unsprezece doisprezece treisprezece paisprezece "
    "cincisprezece saisprezece saptesprezece optsprezece nouasprezece douazeci",
)
SPELLED = {word: n for words in _WORDS for n, word in enumerate(words.split())} | {"o": 1, "una": 1, "doua": 2}
DURATIONS = frozenset({Decimal(1), Decimal(24), Decimal(60)})
"""An hour, a day and an hour's minutes: nobody has to look these up."""
_AMOUNT = re.compile(rf"(?P<sign>[€$£]\s?)?({_NUMBER})(?:[\s\u00a0]?(?:{_UNIT})(?!\w))?", re.IGNORECASE)
_SPELLED = re.compile(rf"\b([^\W\d_]+)\s(?:{_UNIT})(?!\w)", re.IGNORECASE)
_MONTH = "|".join(sorted({name for names in MONTHS.values() for name in names}, key=len, reverse=True))
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.])(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})(?!\d)"),
    re.compile(rf"(?<![\d.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<n>{_MONTH})(?:,? (?P<y>\d{{4}}))?\b", re.I),
    re.compile(rf"\b(?P<n>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y>\d{{4}}))?", re.I),
    re.compile(rf"\b(?P<n>{_MONTH}) (?P<y>\d{{4}})\b", re.I),
)
_TIME = re.compile(r"(?<![\d.,])(\d{1,2})(?::(\d{2}))(?:\s?(am|pm))?\b|(?<![\d.,:])(\d{1,2})\s?(am|pm)\b", re.I)
_LINK_OR_LIST = re.compile(r"(?<=\])\([^)]*\)|^\s*\d+[.)]\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is written; `value` in kWh or W, `step` what its last digit counts."""

    text: str
    kind: Kind
    value: Decimal
    step: Decimal

    def is_about(self, fact: Decimal) -> bool:
        return abs(abs(self.value) - abs(fact)) * 2 <= self.step


def amounts(text: str, language: Language) -> list[Amount]:
    """The numbers of a text, those spelled out before a unit too. Dates and times are none."""
    text, _, _ = _without_dates_and_times(text)
    found = [_amount(match, parse(match[2], language)) for match in _AMOUNT.finditer(text)]
    for match in _SPELLED.finditer(text):
        if (value := SPELLED.get(fold(match[1]))) is not None:
            found.append(_amount(match, Decimal(value)))
    return found


def parse(written: str, language: Language) -> Decimal:
    """`1,234.5` and `1.234,5` alike; where only the language can tell (`1.234`), it does."""
    digits = re.sub(r"[-+−\u00a0\u202f]", "", written)  # noqa: RUF001
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    mark = digits[last]
    alone = digits.count(mark) == 1
    mixed = {".", ","} <= set(digits)
    thousands = not mixed and len(digits) - last == 4 and 0 < last <= 3 and not digits.startswith("0")
    grouping = not alone or (thousands and mark == ("," if language == "en" else "."))
    plain = re.sub("[.,]", "", digits) if grouping else re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    return Decimal(plain)


@dataclass
class Facts:
    """What may be said."""

    language: Language
    values: dict[Kind, set[Decimal]] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    times: set[tuple[int, int]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tools: Tools, language: Language, said: Iterable[str] = ()) -> "Facts":
        """What the tools found, and what earlier answers, `said`, already told."""
        facts = cls(language)
        for zone in tools.zones:
            facts._moment(tools.now.astimezone(ZoneInfo(zone)))
        for use in tools.used:
            facts._found(use.result)
        for text in said:
            facts._told(text)
        return facts

    def unfounded(self, text: str) -> list[str]:
        """The numbers, dates and times in `text` that nothing stands behind."""
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, " ")
        bare, days, times = _without_dates_and_times(_LINK_OR_LIST.sub(" ", text))
        wrong = [said for said, day in days if not self._is_known(day)]
        wrong += [said for said, time in times if time not in self.times]
        return wrong + [amount.text for amount in amounts(bare, self.language) if not self._stands(amount)]

    def _stands(self, amount: Amount) -> bool:
        if amount.kind == "duration" and amount.value in DURATIONS:
            return True
        if amount.kind in ("plain", "duration") and amount.step >= 1:
            return amount.value in self.values.get("plain", ())  # a count is not rounded
        kinds = (amount.kind,) if amount.kind in ("kwh", "w", "percent", "money") else tuple(self.values)
        return any(amount.is_about(fact) for kind in kinds for fact in self.values.get(kind, ()))

    def _is_known(self, day: "Said") -> bool:
        return any(
            (day.day is None or known.day == day.day)
            and known.month == day.month
            and (day.year is None or known.year == day.year)
            for known in self.days
        )

    def _found(self, result: BaseModel) -> None:
        if isinstance(result, Meter):
            self.names |= {result.name, result.address or ""} - {""}
        if isinstance(result, Guide):
            for page in result.pages:
                self._told(f"{page.title} {page.text}")
            return
        if isinstance(result, Consumption):
            self._count((result.last - result.first).days + 1)
        if isinstance(result, Alerts):
            self._count((result.last - result.first).days + 1)
        for name, value in result:
            self._field(name, value)

    def _field(self, name: str, value: object) -> None:
        if isinstance(value, BaseModel):
            self._found(value)
        elif isinstance(value, tuple):
            self._count(len(value))
            for item in value:
                self._field(name, item)
        elif isinstance(value, datetime):
            self._moment(value)
        elif isinstance(value, date):
            self._day(value)
        elif isinstance(value, Decimal):
            self._add("w" if name.endswith("_w") else "percent" if name.endswith("_percent") else "kwh", value)
        elif isinstance(value, int) and not isinstance(value, bool):
            self._count(value)
        elif name == "meter":
            self.names.add(str(value))

    def _told(self, text: str) -> None:
        bare, days, times = _without_dates_and_times(text)
        self.days |= {date(day.year or 2000, day.month, day.day or 1) for _, day in days if day.is_possible}
        self.times |= {time for _, time in times}
        for amount in amounts(bare, self.language):
            self._add(amount.kind, amount.value)

    def _moment(self, moment: datetime) -> None:
        self._day(moment.date())
        self.times.add((moment.hour, moment.minute))

    def _day(self, day: date) -> None:
        self.days.add(day)
        self._add("plain", Decimal(day.year))

    def _count(self, count: int) -> None:
        self._add("plain", Decimal(count))

    def _add(self, kind: Kind, value: Decimal) -> None:
        self.values.setdefault(kind, set()).add(value)


@dataclass(frozen=True, slots=True)
class Said:
    """A date as far as it is written."""

    year: int | None
    month: int
    day: int | None

    @property
    def is_possible(self) -> bool:
        try:
            date(self.year or 2000, self.month, self.day or 1)
        except ValueError:
            return False
        return True


def _without_dates_and_times(text: str) -> tuple[str, list[tuple[str, Said]], list[tuple[str, tuple[int, int]]]]:
    days: list[tuple[str, Said]] = []
    times: list[tuple[str, tuple[int, int]]] = []

    def take_date(match: re.Match[str]) -> str:
        given = match.groupdict()
        month = int(given["m"]) if given.get("m") else _month(given["n"])
        year, day = (int(given[part]) if given.get(part) else None for part in ("y", "d"))
        days.append((match[0], Said(year, month, day)))
        return " "

    def take_time(match: re.Match[str]) -> str:
        hour = int(match[1] or match[4])
        half = (match[3] or match[5] or "").lower()
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        times.append((match[0], (hour, int(match[2] or 0))))
        return " "

    for pattern in _DATES:
        text = pattern.sub(take_date, text)
    return _TIME.sub(take_time, text), days, times


def _month(name: str) -> int:
    return next(n for names in MONTHS.values() for n, each in enumerate(names, 1) if each.lower() == name.lower())


def _amount(match: re.Match[str], value: Decimal) -> Amount:
    unit = next((n for n in range(len(_UNITS)) if match[f"u{n}"]), None)
    kind: Kind = "plain" if unit is None else _UNITS[unit][0]
    if match.groupdict().get("sign"):
        kind = "money"
    factor = Decimal(1) if unit is None else _UNITS[unit][1]
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return Amount(match[0].strip(), kind, value * factor, step * factor)
