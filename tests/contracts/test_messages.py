"""Every message services send has a golden file: what was once on the wire can be read for good.

`golden/<key>.json` holds the oldest form still read; `golden/<key>.<name>.json` holds later or other forms.
A new message: write its file by hand. A new field: give it a default, and add a second file that has it.
"""

import importlib
import json
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from contor import contracts
from contor.kernel.messaging.message import Envelope, Message

GOLDEN = Path(__file__).parent / "golden"


def modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(contracts.__path__)]
    return [importlib.import_module(f"{contracts.__name__}.{name}") for name in names]


def messages() -> list[type[Message]]:
    """Every message that can be sent: the subclasses with a key of their own or of a base."""
    found = {
        value
        for module in modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Message) and hasattr(value, "key")
    }
    return sorted(found, key=lambda kind: kind.key)


MESSAGES = messages()
FILES = sorted(GOLDEN.glob("*.json"))


def key_of(file: Path) -> str:
    """`device.changed.json` and `device.changed.without_limit.json` are both of `device.changed`."""
    return ".".join(file.name.split(".")[:2])


def fields_of(kind: type[BaseModel], prefix: str = "") -> set[str]:
    """Dotted names of every field, those of models inside included."""
    names: set[str] = set()
    for name, field in kind.model_fields.items():
        names.add(prefix + name)
        inner = [a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(a, type)]
        for model in inner:
            if issubclass(model, BaseModel):
                names |= fields_of(model, f"{prefix}{name}.")
    return names


def fields_in(value: Any, prefix: str = "") -> set[str]:
    if isinstance(value, list):
        return set().union(*(fields_in(item, prefix) for item in value))
    if not isinstance(value, dict):
        return set()
    return set().union(*({prefix + name} | fields_in(inner, f"{prefix}{name}.") for name, inner in value.items()))


def test_there_are_messages_and_their_keys_are_their_own() -> None:
    assert len(MESSAGES) >= 9
    assert len({kind.key for kind in MESSAGES}) == len(MESSAGES)


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: str(kind.key))
def test_every_message_has_a_golden_file_that_shows_every_field(kind: type[Message]) -> None:
    forms = [file for file in FILES if key_of(file) == kind.key]
    assert GOLDEN / f"{kind.key}.json" in forms, f"write tests/contracts/golden/{kind.key}.json"
    shown = set().union(*(fields_in(json.loads(file.read_text())) for file in forms))
    assert fields_of(kind) <= shown, "a field that no golden file of the message has"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_golden_message_can_still_be_read_and_no_field_of_it_has_disappeared(file: Path) -> None:
    kinds = [kind for kind in MESSAGES if kind.key == key_of(file)]
    assert kinds, f"no message has the key {key_of(file)}"
    golden = json.loads(file.read_text())
    message = kinds[0].model_validate_json(file.read_bytes())
    written = json.loads(Envelope.of(message).body)
    assert fields_in(golden) <= fields_in(written)
    assert _only(written, golden) == golden


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_a_field_a_newer_sender_adds_is_no_trouble_for_an_older_reader(file: Path) -> None:
    newer = json.loads(file.read_text()) | {"a_field_of_the_future": {"x": 1}}
    (kind,) = [kind for kind in MESSAGES if kind.key == key_of(file)]
    assert kind.model_validate(newer).id == UUID(newer["id"])


def test_an_envelope_carries_the_message_as_json() -> None:
    kind = MESSAGES[0]
    message = kind.model_validate_json((GOLDEN / f"{kind.key}.json").read_bytes())
    envelope = Envelope.of(message)
    assert (envelope.key, envelope.id, envelope.durable) == (kind.key, message.id, kind.durable)
    assert kind.model_validate_json(envelope.body) == message


def _only(written: Any, golden: Any) -> Any:
    """`written` without what `golden` does not have: fields that came later."""
    if isinstance(golden, dict):
        return {name: _only(written[name], inner) for name, inner in golden.items()}
    if isinstance(golden, list):
        return [_only(w, g) for w, g in zip(written, golden, strict=True)]
    return written
