"""One open socket and its send queue."""

import asyncio
import time
from uuid import UUID

from fastapi import WebSocket, WebSocketDisconnect
from prometheus_client import Counter
from pydantic import BaseModel

from contor.contracts.frames import ErrorData, ErrorFrame
from contor.kernel.identity import Identity
from contor.services.communication.settings import CommunicationSettings

FRAMES = Counter("contor_socket_frames_total", "Frames for open sockets, by outcome", ["outcome"])
SENT, COALESCED, DROPPED = (FRAMES.labels(outcome) for outcome in ("sent", "coalesced", "dropped"))


class CloseSocket(Exception):
    """Why a socket is closed: the close code, a reason, and a last frame for clients."""

    def __init__(self, code: int, reason: str, frame: BaseModel | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.frame = frame

    @classmethod
    def with_error(cls, close_code: int, code: str, detail: str) -> "CloseSocket":
        """The last frame is an `error` with a stable `code`."""
        return cls(close_code, detail, ErrorFrame(data=ErrorData(code=code, detail=detail)))


CONNECTION_LOST = CloseSocket(1006, "The connection is lost.")


class Connection:
    """An authenticated socket. Queueing a frame never blocks, and the queue of a slow reader is bounded.

    Of live values only the newest of each key is kept. Every other frame is kept until it is sent; when more than
    `send_queue_size` of them wait, the socket is closed with 1013, so that the client reconnects and asks the services
    for what it missed.
    """

    # The task that sends exists only while frames wait: most sockets are idle most of the time.
    __slots__ = ("_deadline", "_latest", "_queue", "_settings", "_socket", "_writer", "closing", "identity", "watching")

    def __init__(
        self, websocket: WebSocket, identity: Identity, deadline: asyncio.Timeout, settings: CommunicationSettings
    ) -> None:
        """`deadline` surrounds the task that reads the socket; it is moved to the expiry of the token."""
        self.identity = identity
        self.watching: set[UUID] = set()
        self.closing: CloseSocket | None = None
        self._socket = websocket
        self._deadline = deadline
        self._settings = settings
        self._queue: dict[UUID, str] = {}
        self._latest: dict[UUID, str] = {}
        self._writer: asyncio.Task[None] | None = None
        self.renew(identity)

    def renew(self, identity: Identity) -> None:
        """Extend the socket to the expiry of this new token of the same user. Raises `CloseSocket` if it is closing."""
        if self.closing is not None:
            raise self.closing
        self.identity = identity
        left = identity.expires_at - time.time()
        self._deadline.reschedule(asyncio.get_running_loop().time() + left)

    def send(self, frame_id: UUID, text: str) -> None:
        """Queue a frame that must not be skipped; a frame that is already in the queue is sent once."""
        if self.closing is not None:
            return
        if len(self._queue) >= self._settings.send_queue_size:
            self.close(CloseSocket(1013, "Too many frames wait to be read. Reconnect and request what was missed."))
            return
        self._queue[frame_id] = text
        self._start_writer()

    def send_latest(self, key: UUID, text: str) -> None:
        """Queue a live value; it replaces a waiting value of the same key."""
        if self.closing is not None:
            return
        if key in self._latest:
            COALESCED.inc()
        self._latest[key] = text
        self._start_writer()

    def send_hint(self, key: UUID, text: str) -> None:
        """Queue a value that soon expires, like `send_latest`; it is dropped when the queue is full."""
        if key in self._latest or len(self._latest) < self._settings.send_queue_size:
            self.send_latest(key, text)
        else:
            DROPPED.inc()

    def close(self, reason: CloseSocket) -> None:
        """Have the task that reads the socket close it; waiting frames are dropped. The first reason counts."""
        if self.closing is None:
            self.closing = reason
            self._deadline.reschedule(asyncio.get_running_loop().time())

    def stop(self) -> None:
        """Send nothing more: the socket is about to be closed, or is lost."""
        self.closing = self.closing or CONNECTION_LOST
        if self._writer is not None:
            self._writer.cancel()
        DROPPED.inc(len(self._queue) + len(self._latest))
        self._queue.clear()
        self._latest.clear()

    def _start_writer(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while waiting := self._queue or self._latest:
                text = waiting.pop(next(iter(waiting)))
                async with asyncio.timeout(self._settings.send_seconds):
                    await self._socket.send({"type": "websocket.send", "text": text})
                SENT.inc()
            # An emptied dict keeps its memory until it is cleared.
            self._queue.clear()
            self._latest.clear()
        except TimeoutError:
            self.close(CloseSocket(1013, "No frame was read for too long. Reconnect and request what was missed."))
        except (WebSocketDisconnect, RuntimeError):
            # uvicorn raises RuntimeError when it closed the socket itself because a ping was not answered.
            self.close(CONNECTION_LOST)
        finally:
            self._writer = None
