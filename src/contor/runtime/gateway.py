"""The ASGI application of a process: its services, the frontend and metrics."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from contor.kernel.errors import NotFound, Unavailable, problem_response
from contor.kernel.telemetry import metrics_page
from contor.runtime.frontend import Frontend

UNAVAILABLE = "This service is unavailable; retry later."


class Gateway:
    """Routes by the first path segment; other paths belong to the frontend, if it is served."""

    def __init__(self, metrics_from: Sequence[IPv4Network | IPv6Network], frontend: Path | None = None) -> None:
        """`frontend` is the folder of the built single-page application."""
        self._apps: dict[str, ASGIApp] = {"metrics": metrics_page(metrics_from)}
        self._rest: ASGIApp = _not_found
        if frontend is not None:
            self._rest = GZipMiddleware(Frontend(frontend), minimum_size=1024)
            # Traefik serves this in place of a service that does not answer.
            self._apps["unavailable"] = problem_response(Unavailable(UNAVAILABLE))

    def add(self, prefix: str, app: ASGIApp) -> None:
        self._apps[prefix.strip("/")] = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        segment = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        rest = self._rest if scope["type"] == "http" else _not_found
        await self._apps.get(segment, rest)(scope, receive, send)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
    else:
        await problem_response(NotFound())(scope, receive, send)
