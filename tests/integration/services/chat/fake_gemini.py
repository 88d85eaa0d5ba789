"""A fake Gemini server on loopback: `streamGenerateContent` with server-sent events."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

MODEL = "gemini-3.8-flash"
USAGE = {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120}


@dataclass(frozen=True)
class Turn:
    """The response to one request: parts in chunks, or an error status."""

    chunks: Sequence[Sequence[dict[str, Any]]] = ()
    status: int = 200
    ends: Literal["whole", "unfinished", "cut", "never"] = "whole"


def says(*pieces: str, ends: Literal["whole", "unfinished", "cut", "never"] = "whole") -> Turn:
    """Text; each piece is a chunk."""
    return Turn([[{"text": piece}] for piece in pieces], ends=ends)


def calls(name: str, **arguments: Any) -> Turn:
    return Turn([[{"functionCall": {"name": name, "args": arguments}, "thoughtSignature": "c2lnbmF0dXJl"}]])


def refuses(status: int) -> Turn:
    return Turn(status=status)


@dataclass
class FakeGemini:
    """Answers each request with the next turn; `requests` records the bodies."""

    url: str = ""
    turns: list[Turn] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def will(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.requests.clear()

    async def answer(self, model: str, request: Request) -> Response:
        self.keys.append(request.headers.get("x-goog-api-key"))
        self.requests.append(await request.json())
        if model != MODEL:
            return _error(404, "NOT_FOUND", f"models/{model} is not found for API version v1")
        turn = self.turns.pop(0)
        if turn.status != 200:
            names = {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
            return _error(turn.status, names[turn.status], "refused by the fake")
        return StreamingResponse(_events(turn), media_type="text/event-stream")


async def _events(turn: Turn) -> AsyncIterator[str]:
    for n, parts in enumerate(turn.chunks):
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
        if turn.ends == "whole" and n == len(turn.chunks) - 1:
            candidate["finishReason"] = "STOP"
        body = {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": MODEL, "responseId": "fake"}
        yield f"data: {json.dumps(body)}\r\n\r\n"
        await asyncio.sleep(0)
    if turn.ends == "cut":
        raise ConnectionResetError("stream cut by the fake")
    if turn.ends == "never":
        await asyncio.Event().wait()


def _error(status: int, name: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": status, "message": message, "status": name}}, status)


@contextlib.asynccontextmanager
async def fake_gemini() -> AsyncIterator[FakeGemini]:
    """Run the server on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    fake = FakeGemini(f"http://127.0.0.1:{listener.getsockname()[1]}")
    app = FastAPI()
    app.add_api_route("/v1/models/{model}:streamGenerateContent", fake.answer, methods=["POST"])
    config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield fake
    server.should_exit = True
    await serving
    listener.close()


class _Server(uvicorn.Server):
    """Installs no signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
