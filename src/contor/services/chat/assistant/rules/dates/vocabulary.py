"""The words of dates and periods in both languages, and what each stands for."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from contor.services.chat.assistant.formats import MONTHS, WEEKDAYS
from contor.services.chat.assistant.rules.intents.lexicon import is_any_of
from contor.services.chat.assistant.rules.intents.normalize import fold, is_similar, load_words

Tokens = Sequence[str]

_WORDS = load_words("dates")
_MONTHS: dict[str, int] = {fold(name): n for names in MONTHS.values() for n, name in enumerate(names, 1)}
_MONTHS |= _WORDS["months"]
_WEEKDAYS: dict[str, int] = {fold(name): n for names in WEEKDAYS.values() for n, name in enumerate(names)}
_WEEKDAYS |= _WORDS["weekdays"]
_WEEKDAYS |= {f"{fold(name)}s": n for n, name in enumerate(WEEKDAYS["en"])}
_LONG_MONTHS = frozenset(name for name in _MONTHS if len(name) > 4)
_LONG_WEEKDAYS = frozenset(name for name in _WEEKDAYS if len(name) > 5)  # luna is one typo from lunea
_NUMBERS: dict[str, int] = _WORDS["numbers"]
_RELATIVE_DAYS: dict[str, int] = _WORDS["relative_days"]
_RELATIVE_DAY_NAMES = frozenset(_RELATIVE_DAYS)
_SETS = {name: frozenset(words.split()) for name, words in _WORDS["sets"].items()}
_UNITS = {unit: frozenset(words.split()) for unit, words in _WORDS["units"].items()}
_PLURAL_UNITS = {unit: words & _SETS["plural_units"] for unit, words in _UNITS.items()}

HOLIDAYS: list[tuple[tuple[str, ...], tuple[int, int]]] = sorted(
    ((tuple(name.split()), (month, day)) for name, (month, day) in _WORDS["holidays"].items()),
    key=lambda holiday: -len(holiday[0]),
)
"""Names, the longest first, with month and day."""
ORDINALS, COUNTABLE = _SETS["ordinals"], _SETS["countable"]
"""`st` of `1st`; words that a number before them counts, so that it is no date."""


def words(name: str) -> frozenset[str]:
    """A set of words in `dates.toml`."""
    return _SETS[name]


def is_word(token: str, *names: str) -> bool:
    """Whether a token is in one of these sets, typos allowed."""
    return any(is_any_of(token, _SETS[name]) for name in names)


def number(token: str) -> int | None:
    """`17`, `two`, `trei`."""
    return int(token) if token.isdigit() and len(token) <= 3 else _NUMBERS.get(token)


@lru_cache(4096)
def weekday(token: str) -> int | None:
    """0 for Monday; typos allowed."""
    if token in _WEEKDAYS or token in _MONTHS:  # marți is one typo from martie
        return _WEEKDAYS.get(token)
    return _typo(token, _WEEKDAYS, _LONG_WEEKDAYS)


@lru_cache(4096)
def month_name(token: str) -> int | None:
    """1 for January; typos allowed."""
    if token in _MONTHS or token in _WEEKDAYS:
        return _MONTHS.get(token)
    return _typo(token, _MONTHS, _LONG_MONTHS)


def relative_day(token: str) -> int | None:
    """Days from today: -1 for `yesterday`; typos allowed."""
    if not is_any_of(token, _RELATIVE_DAY_NAMES):
        return None
    return next(days for name, days in _RELATIVE_DAYS.items() if is_similar(token, name))


def unit_at(tokens: Tokens, at: int, units: Mapping[str, frozenset[str]] = _UNITS) -> str | None:
    """`day`, `week`, `month` or `year`."""
    if at >= len(tokens) or not tokens[at] or weekday(tokens[at]) is not None:
        return None
    return next((unit for unit, names in units.items() if is_any_of(tokens[at], names)), None)


def quantity(tokens: Tokens, at: int, *, article: bool = False) -> tuple[int, str, int] | None:
    """A number, a unit and the end: `7 days`, `30 de zile`, `a couple of weeks`; with `article` also `a month`."""
    start = at + (tokens[at : at + 1] in (["a"], ["o"], ["un"]) and tokens[at + 1 : at + 2] in (["couple"], ["few"]))
    if start >= len(tokens):
        return None
    count = number(tokens[start])
    if count is None and article and tokens[start] in ("a", "o", "un", "one"):
        count = 1
    after = start + 1 + (tokens[start + 1 : start + 2] in (["de"], ["of"], ["full"], ["whole"]))
    unit = unit_at(tokens, after, _UNITS if count == 1 else _PLURAL_UNITS)
    if unit is None and after < len(tokens) and tokens[after] == "luni":  # months, after a number; else Monday
        unit = "month"
    return (count, unit, after + 1) if count and unit else None


def _typo(token: str, numbers: Mapping[str, int], long: frozenset[str]) -> int | None:
    if not is_any_of(token, long):
        return None
    return next((numbers[name] for name in sorted(long) if is_similar(token, name)), None)
