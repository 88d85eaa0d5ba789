"""One open socket: what waits to be sent to it, and a task that sends only while something waits."""

import asyncio
import time
from uuid import UUID

from fastapi import WebSocket, WebSocketDisconnect
from prometheus_client import Counter
from pydantic import BaseModel

from contor.kernel.identity import Identity
from contor.services.communication.settings import CommunicationSettings

FRAMES = Counter("contor_socket_frames_total", "Frames for open sockets, by what became of them", ["outcome"])
SENT, COALESCED, DROPPED = (FRAMES.labels(outcome) for outcome in ("sent", "coalesced", "dropped"))


class Ending(Exception):
    """Why a socket ends: its close code, a reason in words, and a last frame that says it to programs."""

    def __init__(self, code: int, reason: str, frame: BaseModel | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.frame = frame


GONE = Ending(1006, "The other side is gone.")


class Connection:
    """A signed-in socket. Handing it a frame never waits; a reader that is slow costs a bounded queue.

    Live values are kept one a device, the newest; every other frame is kept until it is sent, and when more
    than `waiting_frames` of them wait, the socket ends with 1013 so that the client comes back and asks
    the services for what it missed.
    """

    # A task that sends exists only while something waits: most sockets are idle most of the time.
    __slots__ = ("_kept", "_live", "_patience", "_settings", "_websocket", "_writer", "ending", "identity", "watching")

    def __init__(
        self, websocket: WebSocket, identity: Identity, patience: asyncio.Timeout, settings: CommunicationSettings
    ) -> None:
        """`patience` surrounds the task that reads the socket; it runs out with the token."""
        self.identity = identity
        self.watching: set[UUID] = set()
        self.ending: Ending | None = None
        self._websocket = websocket
        self._patience = patience
        self._settings = settings
        self._kept: dict[UUID, str] = {}
        self._live: dict[UUID, str] = {}
        self._writer: asyncio.Task[None] | None = None
        self.renew(identity)

    def renew(self, identity: Identity) -> None:
        """The socket now lives as long as this token of the same person; raises `Ending` if it is ending."""
        if self.ending is not None:
            raise self.ending
        self.identity = identity
        left = identity.expires_at - time.time()
        self._patience.reschedule(asyncio.get_running_loop().time() + left)

    def send(self, frame_id: UUID, text: str) -> None:
        """Send a frame that must not be skipped; the same frame twice in the queue is sent once."""
        if self.ending is not None:
            return
        if len(self._kept) >= self._settings.waiting_frames:
            self.end(Ending(1013, "Frames pile up unread; come back and ask for what was missed."))
            return
        self._kept[frame_id] = text
        self._wake()

    def send_live(self, key: UUID, text: str) -> None:
        """Send a live value of a device, or of what else `key` names; a value of it that still waits is replaced."""
        if self.ending is not None:
            return
        if key in self._live:
            COALESCED.inc()
        self._live[key] = text
        self._wake()

    def send_hint(self, key: UUID, text: str) -> None:
        """Send what is soon out of date; dropped when as many frames wait as may."""
        if key in self._live or len(self._live) < self._settings.waiting_frames:
            self.send_live(key, text)
        else:
            DROPPED.inc()

    def end(self, ending: Ending) -> None:
        """Wake the task that reads the socket, to close it for this reason; what waits is dropped."""
        if self.ending is None:
            self.ending = ending
            self._patience.reschedule(asyncio.get_running_loop().time())

    def stop(self) -> None:
        """Send nothing any more: the socket is about to be closed, or is gone."""
        self.ending = self.ending or GONE
        if self._writer is not None:
            self._writer.cancel()
        DROPPED.inc(len(self._kept) + len(self._live))
        self._kept.clear()
        self._live.clear()

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while waiting := self._kept or self._live:
                text = waiting.pop(next(iter(waiting)))
                async with asyncio.timeout(self._settings.send_seconds):
                    await self._websocket.send({"type": "websocket.send", "text": text})
                SENT.inc()
            # A dict keeps the room it once needed unless told to let go.
            self._kept.clear()
            self._live.clear()
        except TimeoutError:
            self.end(Ending(1013, "Nothing was read for too long; come back and ask for what was missed."))
        except (WebSocketDisconnect, RuntimeError):
            # uvicorn says RuntimeError when it gave the socket up by itself, its ping unanswered.
            self.end(GONE)
        finally:
            self._writer = None
