"""The rules of one socket: who may open it, which frames it accepts, and why it is closed."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from contor.contracts.frames import (
    CLIENT_FRAME,
    AuthFrame,
    ClientFrame,
    ErrorData,
    ErrorFrame,
    PingFrame,
    PongFrame,
    ReadyData,
    ReadyFrame,
    ServerFrame,
    UnwatchFrame,
    WatchFrame,
)
from contor.kernel.identity import Identity, KeysUnavailable, NotAuthenticated, Verifier
from contor.services.communication.live.connection import CloseSocket, Connection
from contor.services.communication.live.hub import Hub

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_allowed(origin: str, host: str, allowed: Sequence[str]) -> bool:
    """Whether a page of `origin` may connect: it was loaded from the same host, or its origin is in `allowed`."""
    if origin in allowed:
        return True
    try:
        page, here = urlsplit(origin), urlsplit(f"//{host}")
        default = DEFAULT_PORTS[page.scheme]
        same = (page.hostname, page.port or default) == (here.hostname, here.port or default)
    except (KeyError, ValueError):
        return False
    return same and page.hostname is not None


class TokenBucket:
    """Allows `burst` events at once, and `rate` a second on average."""

    __slots__ = ("_burst", "_clock", "_rate", "_tokens", "_updated_at")

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._updated_at = clock()

    def take(self) -> bool:
        """Take a token; False when none is left."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._updated_at) * self._rate)
        self._updated_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


async def receive_frame(websocket: WebSocket) -> ClientFrame:
    """Raises `CloseSocket` 4400 for an invalid frame."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text = message.get("text")
    if text is None:
        raise CloseSocket.with_error(4400, "bad_frame", "Send frames as text, not binary.")
    try:
        return CLIENT_FRAME.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        detail = f"{where}: {first['msg']}" if where else first["msg"]
        raise CloseSocket.with_error(4400, "bad_frame", detail) from error


async def verify_token(verifier: Verifier, token: str) -> Identity:
    """Raises `CloseSocket`: 4401 for an invalid token, 1013 while the signing keys cannot be fetched."""
    try:
        return await verifier.verify(token)
    except NotAuthenticated as error:
        raise CloseSocket.with_error(4401, error.code, error.detail) from error
    except KeysUnavailable as error:
        raise CloseSocket.with_error(1013, error.code, error.detail) from error


async def authenticate(websocket: WebSocket, verifier: Verifier) -> Identity:
    """Read the first frame, which must be `auth`. Raises `CloseSocket`."""
    frame = await receive_frame(websocket)
    if not isinstance(frame, AuthFrame):
        raise CloseSocket.with_error(4401, "not_authenticated", 'The first frame must be {"type": "auth", "token": …}.')
    return await verify_token(verifier, frame.token)


class ClientFrames:
    def __init__(self, hub: Hub, verifier: Verifier, connection: Connection) -> None:
        self._hub = hub
        self._verifier = verifier
        self._connection = connection

    async def handle_all(self, websocket: WebSocket) -> None:
        """Raises `CloseSocket` or `WebSocketDisconnect` at the end."""
        settings = self._hub.settings
        bucket = TokenBucket(settings.frames_per_second, settings.frames_burst)
        self._reply(_ready_frame(self._connection.identity))
        while True:
            frame = await receive_frame(websocket)
            if not bucket.take():
                detail = f"Send at most {settings.frames_per_second:g} frames a second."
                raise CloseSocket.with_error(4429, "too_many_frames", detail)
            await self._handle(frame)

    async def _handle(self, frame: ClientFrame) -> None:
        match frame:
            case WatchFrame(device_id=device_id):
                if not self._hub.watch(self._connection, device_id):
                    limit = self._hub.settings.watches
                    detail = f"A socket may watch {limit} devices. Stop watching another one first."
                    self._reply(ErrorFrame(data=ErrorData(code="too_many_watches", detail=detail)))
            case UnwatchFrame(device_id=device_id):
                self._hub.unwatch(self._connection, device_id)
            case AuthFrame(token=token):
                await self._renew(token)
            case PingFrame():
                self._reply(PongFrame())

    async def _renew(self, token: str) -> None:
        identity = await verify_token(self._verifier, token)
        if identity.id != self._connection.identity.id:
            detail = "The token belongs to another user. Open another socket for that user."
            raise CloseSocket.with_error(4401, "not_authenticated", detail)
        self._hub.renew(self._connection, identity)
        self._reply(_ready_frame(identity))

    def _reply(self, frame: ServerFrame) -> None:
        self._connection.send(frame.id, frame.model_dump_json())


def _ready_frame(identity: Identity) -> ReadyFrame:
    data = ReadyData(
        user_id=identity.id,
        role=identity.role,
        session_id=identity.session_id,
        expires_at=datetime.fromtimestamp(identity.expires_at, UTC),
    )
    return ReadyFrame(data=data)
