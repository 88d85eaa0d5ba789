"""Checks that every number, date and time in an answer comes from a tool's result.

A number is compared by its unit (energy, power, percentage) and is grounded if a fact of that kind rounds to it. Guide
pages and earlier answers, which were checked in their turn, are facts too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from contor.services.chat.assistant.formats import MONTHS
from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.results import Alerts, Consumption, Guide, Meter
from contor.services.chat.assistant.rules.dates.days import valid_date
from contor.services.chat.assistant.rules.intents.normalize import fold
from contor.services.chat.assistant.tools import Tools

Kind = Literal["kwh", "w", "percent", "money", "duration", "plain"]

_NUMBER = r"(?<![\w.,])[-+−]?\d(?:[\d.,\u00a0\u202f]*\d)?"  # noqa: RUF001  # U+2212, the minus sign
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
NUMBER_WORDS = {word: n for words in _WORDS for n, word in enumerate(words.split())} | {"o": 1, "una": 1, "doua": 2}
DURATIONS = frozenset({Decimal(1), Decimal(24), Decimal(60)})
"""An hour, the hours of a day, the minutes of an hour: common knowledge."""
_AMOUNT = re.compile(rf"(?P<sign>[€$£]\s?)?({_NUMBER})(?:[\s\u00a0]?(?:{_UNIT})(?!\w))?", re.IGNORECASE)
_SPELLED_AMOUNT = re.compile(rf"\b([^\W\d_]+)\s(?:{_UNIT})(?!\w)", re.IGNORECASE)
_MONTH_NUMBERS = {name.lower(): n for names in MONTHS.values() for n, name in enumerate(names, 1)}
_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
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
    """A number in a text; `value` in kWh or W, `step`: one unit of its last digit."""

    text: str
    kind: Kind
    value: Decimal
    step: Decimal

    def is_rounded(self, fact: Decimal) -> bool:
        return abs(abs(self.value) - abs(fact)) * 2 <= self.step


def amounts(text: str, language: Language) -> list[Amount]:
    """The numbers in a text, also those in words before a unit, without dates and times."""
    text, _, _ = _extract_dates_and_times(text)
    found = [_amount(match, parse(match[2], language)) for match in _AMOUNT.finditer(text)]
    for match in _SPELLED_AMOUNT.finditer(text):
        if (value := NUMBER_WORDS.get(fold(match[1]))) is not None:
            found.append(_amount(match, Decimal(value)))
    return found


def parse(written: str, language: Language) -> Decimal:
    """Accepts `1,234.5` and `1.234,5`; the language decides ambiguous numbers such as `1.234`."""
    digits = re.sub(r"[-+−\u00a0\u202f]", "", written)  # noqa: RUF001
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    separator = digits[last]
    mixed = {".", ","} <= set(digits)
    ambiguous = not mixed and len(digits) - last == 4 and 0 < last <= 3 and not digits.startswith("0")
    is_group = digits.count(separator) > 1 or (ambiguous and separator == ("," if language == "en" else "."))
    whole, fraction = (digits, "") if is_group else (digits[:last], digits[last + 1 :])
    return Decimal(f"{re.sub('[.,]', '', whole)}.{fraction}")


@dataclass
class Facts:
    """The numbers, dates, times and names that an answer may contain."""

    language: Language
    values: dict[Kind, set[Decimal]] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    times: set[tuple[int, int]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tools: Tools, language: Language, earlier_answers: Iterable[str] = ()) -> "Facts":
        facts = cls(language)
        for moment in tools.local_times:
            facts._add_moment(moment)
        for call in tools.calls:
            facts._add_result(call.result)
        for text in earlier_answers:
            facts._add_text(text)
        return facts

    def ungrounded(self, text: str) -> list[str]:
        """The numbers, dates and times in `text` that are not facts."""
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, " ")
        bare, days, times = _extract_dates_and_times(_LINK_OR_LIST.sub(" ", text))
        found = [written for written, day in days if not any(day.matches(known) for known in self.days)]
        found += [written for written, time in times if time not in self.times]
        return found + [amount.text for amount in amounts(bare, self.language) if not self._is_grounded(amount)]

    def _is_grounded(self, amount: Amount) -> bool:
        if amount.kind == "duration" and amount.value in DURATIONS:
            return True
        if amount.kind in ("plain", "duration") and amount.step >= 1:
            return amount.value in self.values.get("plain", ())  # a count is not rounded
        kinds = (amount.kind,) if amount.kind in ("kwh", "w", "percent", "money") else tuple(self.values)
        return any(amount.is_rounded(fact) for kind in kinds for fact in self.values.get(kind, ()))

    def _add_result(self, result: BaseModel) -> None:
        if isinstance(result, Meter):
            self.names |= {result.name, result.address or ""} - {""}
        if isinstance(result, Guide):
            for page in result.pages:
                self._add_text(f"{page.title} {page.text}")
            return
        if isinstance(result, Consumption | Alerts):
            self._add_count((result.last - result.first).days + 1)
        for name, value in result:
            self._add_field(name, value)

    def _add_field(self, name: str, value: object) -> None:
        if isinstance(value, BaseModel):
            self._add_result(value)
        elif isinstance(value, tuple):
            self._add_count(len(value))
            for item in value:
                self._add_field(name, item)
        elif isinstance(value, datetime):
            self._add_moment(value)
        elif isinstance(value, date):
            self._add_day(value)
        elif isinstance(value, Decimal):
            self._add("w" if name.endswith("_w") else "percent" if name.endswith("_percent") else "kwh", value)
        elif isinstance(value, int) and not isinstance(value, bool):
            self._add_count(value)
        elif name == "meter":
            self.names.add(str(value))

    def _add_text(self, text: str) -> None:
        bare, days, times = _extract_dates_and_times(text)
        possible = (valid_date(day.year or 2000, day.month, day.day or 1) for _, day in days)
        self.days |= {day for day in possible if day is not None}
        self.times |= {time for _, time in times}
        for amount in amounts(bare, self.language):
            self._add(amount.kind, amount.value)

    def _add_moment(self, moment: datetime) -> None:
        self._add_day(moment.date())
        self.times.add((moment.hour, moment.minute))

    def _add_day(self, day: date) -> None:
        self.days.add(day)
        self._add("plain", Decimal(day.year))

    def _add_count(self, count: int) -> None:
        self._add("plain", Decimal(count))

    def _add(self, kind: Kind, value: Decimal) -> None:
        self.values.setdefault(kind, set()).add(value)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text, in which the day or the year may be missing."""

    year: int | None
    month: int
    day: int | None

    def matches(self, day: date) -> bool:
        return self.month == day.month and self.day in (None, day.day) and self.year in (None, day.year)


def _extract_dates_and_times(text: str) -> tuple[str, list[tuple[str, WrittenDate]], list[tuple[str, tuple[int, int]]]]:
    days: list[tuple[str, WrittenDate]] = []
    times: list[tuple[str, tuple[int, int]]] = []

    def date_found(match: re.Match[str]) -> str:
        given = match.groupdict()
        month = int(given["m"]) if given.get("m") else _MONTH_NUMBERS[given["n"].lower()]
        year, day = (int(given[part]) if given.get(part) else None for part in ("y", "d"))
        days.append((match[0], WrittenDate(year, month, day)))
        return " "

    def time_found(match: re.Match[str]) -> str:
        hour = int(match[1] or match[4])
        half = (match[3] or match[5] or "").lower()
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        times.append((match[0], (hour, int(match[2] or 0))))
        return " "

    for pattern in _DATES:
        text = pattern.sub(date_found, text)
    return _TIME.sub(time_found, text), days, times


def _amount(match: re.Match[str], value: Decimal) -> Amount:
    units = (unit for n, unit in enumerate(_UNITS) if match[f"u{n}"])
    kind, factor, _ = next(units, ("plain", Decimal(1), ""))
    if match.groupdict().get("sign"):
        kind = "money"
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return Amount(match[0].strip(), kind, value * factor, step * factor)
