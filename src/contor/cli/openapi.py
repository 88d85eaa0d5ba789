"""`contor openapi`: the interface of all services as one document."""

import json
import sys
from typing import Any

from contor.contracts.frames import frame_schemas
from contor.kernel.bus.memory import MemoryBus
from contor.kernel.http import create_app
from contor.kernel.peers import IN_PROCESS, Peers
from contor.kernel.service import Context
from contor.kernel.settings import Settings
from contor.kernel.version import VERSION
from contor.runtime.composition import load
from contor.runtime.verification import make_verifier


def openapi() -> None:
    """Print the OpenAPI document of all services, WebSocket frames included."""
    sys.stdout.write(json.dumps(openapi_document(Settings()), indent=1, ensure_ascii=False) + "\n")


def openapi_document(settings: Settings) -> dict[str, Any]:
    """The OpenAPI documents of all services merged; the frames of `/ws` are components."""
    peers = Peers(IN_PROCESS)
    bus = MemoryBus()
    verifier = make_verifier(bus, peers)
    paths: dict[str, Any] = {}
    components: dict[str, Any] = {}
    for service in load():
        document = create_app(service, Context(service.name, settings, bus, verifier, peers)).openapi()
        paths |= document["paths"]
        for kind, entries in document.get("components", {}).items():
            known = components.setdefault(kind, {})
            if clashing := [name for name, entry in entries.items() if known.get(name, entry) != entry]:
                raise ValueError(
                    f"rename {clashing} of {service.name}: another service has different {kind} of that name"
                )
            known.update(entries)
    components.setdefault("schemas", {}).update(frame_schemas("#/components/schemas/{model}"))
    info = {"title": "Contor", "version": VERSION}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components}
