"""The user guide that ships with Contor: a short page a subject and language, found by what people say."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.results import GuidePage
from contor.services.chat.assistant.rules.intents.lexicon import FILLERS
from contor.services.chat.assistant.rules.intents.matcher import Matcher, Meaning
from contor.services.chat.assistant.rules.intents.normalize import alike, words

FOLDER = resources.files("contor.services.chat.assistant") / "pages"
MOST_PAGES = 3


@cache
def pages(language: Language) -> dict[str, GuidePage]:
    """Every page by its id, which is the same in both languages."""
    return {name: _page(name, entry, language) for name, entry in _index().items()}


@cache
def meanings() -> tuple[Meaning, ...]:
    """A meaning a page, `guide` and its id; both languages share their patterns."""
    return tuple(Meaning(f"guide {name}", tuple(entry["ask"]), entry["also"]) for name, entry in _index().items())


def search(query: str, language: Language) -> Sequence[GuidePage]:
    """Pages about `query`, the likeliest first: one whose patterns fit, then those with its words."""
    text = words(query)
    found = pages(language)
    match = _matcher().best(text, {})
    first = [found[match.name.removeprefix("guide ")]] if match and match.is_confident else []
    telling = [word for word in text if word not in FILLERS and len(word) > 2]
    scored = sorted(((_score(page, telling), page) for page in found.values()), key=lambda item: -item[0])
    rest = [page for score, page in scored if score >= 1 and page not in first]
    return (first + rest)[:MOST_PAGES]


@cache
def _matcher() -> Matcher:
    return Matcher(meanings())


def _score(page: GuidePage, telling: Sequence[str]) -> float:
    title, text = words(page.title), set(words(page.text))
    return sum(2 if any(alike(word, each) for each in title) else 0.4 if word in text else 0 for word in telling)


@cache
def _index() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))


def _page(name: str, entry: dict[str, Any], language: Language) -> GuidePage:
    title, text = (FOLDER / language / f"{name}.md").read_text("utf-8").split("\n", 1)
    return GuidePage(id=name, title=title.removeprefix("# "), text=text.strip(), href=entry.get("href"))
