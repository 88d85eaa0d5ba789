"""The built single-page application, served from the same origin as the APIs it calls."""

from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
NOT_BUILT = "The frontend is not built. In a checkout, run `make setup`. A wheel contains it: reinstall the package."


class Frontend:
    """Serves the files of `folder`, and `index.html` for every other path: the application routes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = _with_headers(send)
        response: Response
        path = scope["path"].lstrip("/")
        if not (self._folder / "index.html").exists():
            response = PlainTextResponse(NOT_BUILT, 404)
        elif path and "." in path.rsplit("/", 1)[-1]:
            # The name of a built asset contains its hash, so its content never changes.
            caching = {"Cache-Control": "public, max-age=31536000, immutable"} if path.startswith("assets/") else {}
            await self._files(scope, receive, _with_headers(send, caching))
            return
        else:
            response = await self._files.get_response("index.html", {**scope, "path": "/index.html"})
            response.headers["Cache-Control"] = "no-cache"
        await response(scope, receive, send)


def _with_headers(send: Send, headers: dict[str, str] = SECURITY_HEADERS) -> Send:
    added = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return sending
