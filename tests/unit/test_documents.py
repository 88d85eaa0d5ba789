"""The documents name only what exists, and the Romanian README keeps step with the English one."""

import importlib
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from pydantic_settings import BaseSettings

from contor.__main__ import app
from contor.kernel.settings import Settings
from contor.runtime.composition import SERVICES

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *(ROOT / f"{name}.md" for name in ("README", "README.ro", "ARCHITECTURE", "CONTRIBUTING", "SECURITY")),
        *ROOT.glob("docs/**/*.md"),
    ]
)
BASES = (
    "",
    "src/contor/",
    "src/contor/services/",
    "src/contor/services/*/",
    "src/contor/services/chat/assistant/",
    "frontend/src/",
)
"""Folders that paths in documents may be relative to."""
SOURCES = "\n".join(
    path.read_text()
    for pattern in (
        "src/contor/**/*.py",
        "deploy/**/*",
        "compose.yaml",
        "Dockerfile",
        "Makefile",
        "pyproject.toml",
        "frontend/src/**/*.ts*",
    )
    for path in ROOT.glob(pattern)
    if path.is_file()
)
WORDS = set(re.findall(r"\w+", SOURCES))
FILES = {path.name for folder in ("src", "tests", "frontend/src", "deploy") for path in (ROOT / folder).rglob("*")}


def settings_of(service: str) -> type[BaseSettings] | None:
    """The settings class of a service, if it has one."""
    name = f"contor.services.{service}.settings"
    if importlib.util.find_spec(name) is None:
        return None
    found = vars(importlib.import_module(name)).values()
    return next(c for c in found if isinstance(c, type) and issubclass(c, BaseSettings) and c is not BaseSettings)


SETTINGS = {
    f"{model.model_config['env_prefix']}{field}".upper()
    for model in (Settings, *(settings_of(service) for service in SERVICES))
    if model is not None
    for field in model.model_fields
} | WORDS
EXTERNAL_NAMES = {"pg_basebackup", "process_resident_memory_bytes", "rabbitmq_queue_messages_ready"}
"""Commands and metrics of other programs."""

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*(?:/|\.(?:py|tsx?|toml|ya?ml|json|sh|conf|md))")


def code(text: str) -> list[str]:
    """The lines and spans that are set as code."""
    blocks = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    return blocks + SPAN.findall(FENCE.sub("", text))


def headings(text: str) -> list[tuple[int, str]]:
    return [(len(level), title) for level, title in HEADING.findall(FENCE.sub("", text))]


def anchor(title: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Language and lines of each code block, comments left out."""
    lines = [
        (language, re.sub(r"(^|\s{2,})#.*$", "", block, flags=re.MULTILINE)) for language, block in FENCE.findall(text)
    ]
    return [(language, [line.rstrip() for line in block.splitlines()]) for language, block in lines]


def broken_links(document: Path, text: str) -> list[str]:
    broken = []
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, fragment = link.partition("#")
        target = document.parent / file if file else document
        anchors = [anchor(title) for _, title in headings(target.read_text())] if target.is_file() and fragment else []
        if not target.exists() or (fragment and fragment not in anchors):
            broken.append(link)
    return broken


def unknown_targets(_: Path, text: str) -> list[str]:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    return [name for line in code(text) for name in re.findall(r"\bmake ([a-z][a-z-]*)", line) if name not in targets]


def unknown_commands(_: Path, text: str) -> list[str]:
    root = typer.main.get_command(app)
    unknown = []
    for line in code(text):
        for words in re.findall(r"(?:^|[\s/])contor((?: [a-z][a-z-]*(?![\w.]))+)", line):
            group: object = root
            for word in words.split():
                if not (known := getattr(group, "commands", None)):
                    break
                if word not in known:
                    unknown.append(f"contor{words}")
                    break
                group = known[word]
    return unknown


def unknown_paths(_: Path, text: str) -> list[str]:
    def exists(path: str) -> bool:
        if "/" not in path:
            return path in FILES or any(ROOT.glob(path))
        return any(any(ROOT.glob(base + path.rstrip("/"))) for base in BASES)

    generated = re.compile(r"^(var|dist|backup|acme|\.venv|src/contor/frontend)\b|[<…]|^/")
    named = [span for span in SPAN.findall(FENCE.sub("", text)) if PATH.fullmatch(span) and not generated.search(span)]
    return [path for path in named if not exists(path)]


def unknown_names(_: Path, text: str) -> list[str]:
    """Settings, log events, error codes and fields that stand nowhere in the sources."""
    settings = [name.rstrip("_") for name in re.findall(r"\bCONTOR_[A-Z_]+", text)]
    spans = [re.sub(r"\{.*\}$", "", span) for span in SPAN.findall(FENCE.sub("", text))]  # without a metric's labels
    words = [span for span in spans if re.fullmatch(r"[a-z]+(?:_[a-z]+)+", span)]
    return [name for name in settings if name not in SETTINGS] + [
        word for word in words if word not in EXTERNAL_NAMES and word not in WORDS
    ]


CHECKS: dict[str, Callable[[Path, str], list[str]]] = {
    "links": broken_links,
    "make targets": unknown_targets,
    "contor commands": unknown_commands,
    "paths": unknown_paths,
    "names": unknown_names,
}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_names_only_what_exists(document: Path, check: str) -> None:
    assert CHECKS[check](document, document.read_text()) == []


@pytest.mark.parametrize(
    ("check", "text", "found"),
    [
        ("links", "[a](docs/gone.md) [b](docs/operations.md#no-such-heading)", 2),
        ("make targets", "`make gone`\n```sh\nmake nothing && make demo\n```\n", 2),
        ("contor commands", "`contor gone` `contor admin gone`\n```sh\n.venv/bin/contor up\n```\n", 2),
        ("paths", "`src/contor/gone.py` `gone.py` `kernel/gone/` `kernel/bus/memory.py`", 3),
        ("names", "`gone_away` `CONTOR_GONE` `sensor_data` `CONTOR_AUTH_REFRESH_LEEWAY`", 2),
    ],
)
def test_what_does_not_exist_is_found(check: str, text: str, found: int) -> None:
    assert len(CHECKS[check](ROOT / "README.md", text)) == found


def test_the_romanian_readme_has_the_headings_and_commands_of_the_english_one() -> None:
    english, romanian = (ROOT / "README.md").read_text(), (ROOT / "README.ro.md").read_text()
    assert [level for level, _ in headings(romanian)] == [level for level, _ in headings(english)]
    assert commands(romanian) == commands(english)
    assert sorted(set(LINK.findall(romanian)) - {"README.md"}) == sorted(set(LINK.findall(english)) - {"README.ro.md"})


def test_a_changed_command_is_found() -> None:
    text = (ROOT / "README.md").read_text()
    assert commands(text.replace("make wheel\n", "make wheels\n")) != commands(text)
    assert commands(text.replace("with two months of history", "somehow")) == commands(text)
