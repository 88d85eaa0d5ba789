"""The rules of one socket: who may open it, what it may say, and why it ends."""

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
from contor.services.communication.live.connection import Connection
from contor.services.communication.live.hub import Hub, refusal

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_allowed(origin: str, host: str, allowed: Sequence[str]) -> bool:
    """Whether a page of `origin` may connect: it came from the host it now talks to, or is on the list."""
    if origin in allowed:
        return True
    try:
        page, here = urlsplit(origin), urlsplit(f"//{host}")
        default = DEFAULT_PORTS[page.scheme]
        same = (page.hostname, page.port or default) == (here.hostname, here.port or default)
    except (KeyError, ValueError):
        return False
    return same and page.hostname is not None


class Allowance:
    """A token bucket: `burst` at once, refilled at `rate` a second."""

    __slots__ = ("_burst", "_clock", "_left", "_rate", "_seen")

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._seen = clock()

    def take(self) -> bool:
        """Take one; False when none is left."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._seen) * self._rate)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def next_frame(websocket: WebSocket) -> ClientFrame:
    """The next frame of the client; raises `Ending` 4400 when it is not one."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text = message.get("text")
    if text is None:
        raise refusal(4400, "bad_frame", "Frames are text, not binary.")
    try:
        return CLIENT_FRAME.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise refusal(4400, "bad_frame", f"{where}: {first['msg']}" if where else first["msg"]) from error


async def identify(verifier: Verifier, token: str) -> Identity:
    """The person the token names; raises `Ending`: 4401 for a token that is no good, 1013 if nobody can tell."""
    try:
        return await verifier.verify(token)
    except NotAuthenticated as error:
        raise refusal(4401, error.code, error.detail) from error
    except KeysUnavailable as error:
        raise refusal(1013, error.code, error.detail) from error


async def first_identity(websocket: WebSocket, verifier: Verifier) -> Identity:
    """Who the first frame says is there; raises `Ending` when it does not say so."""
    frame = await next_frame(websocket)
    if not isinstance(frame, AuthFrame):
        raise refusal(4401, "not_authenticated", 'The first frame must be {"type": "auth", "token": …}.')
    return await identify(verifier, frame.token)


class Conversation:
    """What a signed-in client may say, and what it is answered."""

    def __init__(self, hub: Hub, verifier: Verifier, connection: Connection) -> None:
        self._hub = hub
        self._verifier = verifier
        self._connection = connection

    async def follow(self, websocket: WebSocket) -> None:
        """Do as the client's frames say until one of them, or the other side, ends it by raising."""
        settings = self._hub.settings
        allowance = Allowance(settings.frames_per_second, settings.frames_burst)
        self._answer(ready(self._connection.identity))
        while True:
            frame = await next_frame(websocket)
            if not allowance.take():
                raise refusal(4429, "too_many_frames", "Frames came faster than one socket may send them.")
            await self._do(frame)

    async def _do(self, frame: ClientFrame) -> None:
        match frame:
            case WatchFrame(device_id=device_id):
                if not self._hub.watch(self._connection, device_id):
                    self._answer(problem("too_many_watches", "This socket watches as many devices as it may."))
            case UnwatchFrame(device_id=device_id):
                self._hub.unwatch(self._connection, device_id)
            case AuthFrame(token=token):
                await self._authenticate_again(token)
            case PingFrame():
                self._answer(PongFrame())

    async def _authenticate_again(self, token: str) -> None:
        identity = await identify(self._verifier, token)
        if identity.id != self._connection.identity.id:
            raise refusal(4401, "not_authenticated", "This token is another person's; open another socket for them.")
        self._hub.renew(self._connection, identity)
        self._answer(ready(identity))

    def _answer(self, frame: ServerFrame) -> None:
        self._connection.send(frame.id, frame.model_dump_json())


def ready(identity: Identity) -> ReadyFrame:
    data = ReadyData(
        user_id=identity.id,
        role=identity.role,
        session_id=identity.session_id,
        expires_at=datetime.fromtimestamp(identity.expires_at, UTC),
    )
    return ReadyFrame(data=data)


def problem(code: str, detail: str) -> ErrorFrame:
    return ErrorFrame(data=ErrorData(code=code, detail=detail))
