"""The user guide: short pages in both languages, found by intent and by words."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from contor.services.chat.assistant.protocol import Language
from contor.services.chat.assistant.results import GuidePage
from contor.services.chat.assistant.rules.intents.lexicon import STOP_WORDS
from contor.services.chat.assistant.rules.intents.matcher import Matcher
from contor.services.chat.assistant.rules.intents.normalize import is_similar, tokenize
from contor.services.chat.assistant.rules.intents.patterns import Intent

FOLDER = resources.files("contor.services.chat.assistant") / "pages"
MAX_RESULTS = 3
TITLE_SCORE, TEXT_SCORE = 2, 0.4
"""Of a word of the query that is in the title or the text."""


@cache
def pages(language: Language) -> dict[str, GuidePage]:
    """Every page by its id, which is the same in both languages."""
    return {name: _page(name, entry, language) for name, entry in _index().items()}


@cache
def intents() -> tuple[Intent, ...]:
    """An intent `guide <id>` for each page; its patterns hold for both languages."""
    return tuple(
        Intent(f"guide {name}", tuple(entry["patterns"]), entry["supporting"]) for name, entry in _index().items()
    )


def search(query: str, language: Language) -> Sequence[GuidePage]:
    """The page whose patterns match, then pages that hold words of the query; the best first."""
    tokens = tokenize(query)
    found = pages(language)
    match = _matcher().best(tokens, {})
    first = [found[match.name.removeprefix("guide ")]] if match and match.is_confident else []
    content = [word for word in tokens if word not in STOP_WORDS and len(word) > 2]
    scored = sorted(((_score(page, content), page) for page in found.values()), key=lambda item: -item[0])
    rest = [page for score, page in scored if score >= 1 and page not in first]
    return (first + rest)[:MAX_RESULTS]


@cache
def _matcher() -> Matcher:
    return Matcher(intents())


def _score(page: GuidePage, content: Sequence[str]) -> float:
    title, text = tokenize(page.title), set(tokenize(page.text))
    return sum(
        TITLE_SCORE if any(is_similar(word, each) for each in title) else TEXT_SCORE if word in text else 0
        for word in content
    )


@cache
def _index() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "index.toml").read_text("utf-8"))


def _page(name: str, entry: dict[str, Any], language: Language) -> GuidePage:
    title, text = (FOLDER / language / f"{name}.md").read_text("utf-8").split("\n", 1)
    return GuidePage(id=name, title=title.removeprefix("# "), text=text.strip(), href=entry.get("href"))
