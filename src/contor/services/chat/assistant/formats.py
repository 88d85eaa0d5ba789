"""Numbers, dates and hours in the client's language."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from contor.services.chat.assistant.protocol import Language

_ENGLISH_MONTHS = "January February March April May June July August September October November December"
_ROMANIAN_MONTHS = "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie"
MONTHS: dict[Language, list[str]] = {"en": _ENGLISH_MONTHS.split(), "ro": _ROMANIAN_MONTHS.split()}
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ro": ("luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"),
}
SWAP = str.maketrans(",.", ".,")


def number(value: Decimal, language: Language, digits: int = 2) -> str:
    """At most `digits` decimals, more if the value would round to zero: `1,234.5` or `1.234,5`."""
    while value and digits < 6 and abs(value) < Decimal(5).scaleb(-digits - 1):
        digits += 1
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(SWAP) if language == "ro" else text


def kwh(value: Decimal, language: Language) -> str:
    return f"{number(value, language)} kWh"


def watts(value: Decimal, language: Language) -> str:
    return f"{number(value / 1000, language)} kW" if abs(value) >= 1000 else f"{number(value, language, 0)} W"


def percent(value: Decimal, language: Language) -> str:
    """Without a sign: `12%`, in Romanian `12 %`."""
    return number(abs(value), language, 0) + (" %" if language == "ro" else "%")


def day(value: date, language: Language, today: date) -> str:
    """`17 March`; with the year if it is not the current one."""
    text = f"{value.day} {MONTHS[language][value.month - 1]}"
    return text if value.year == today.year else f"{text} {value.year}"


def weekday(value: date, language: Language) -> str:
    return WEEKDAYS[language][value.weekday()]


def hours(start: datetime, end: datetime) -> str:
    """`19:00-20:00`, with an en dash."""
    return f"{start:%H:%M}–{end:%H:%M}"  # noqa: RUF001  # a range is written with an en dash


def counted(count: int, language: Language) -> str:
    """A number before a plural noun; Romanian adds `de` from 20 on: `20 de contoare`."""
    needs_de = language == "ro" and (count == 0 or count % 100 == 0 or count % 100 >= 20)
    return f"{count} de" if needs_de else str(count)
