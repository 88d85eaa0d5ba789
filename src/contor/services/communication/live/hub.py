"""The open sockets of this process, and the frames sent to them."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from prometheus_client import Counter, Gauge

from contor.contracts.frames import RevokedData, ServerFrame, SessionRevokedFrame
from contor.kernel.identity import Identity
from contor.services.communication.live.connection import CloseSocket, Connection
from contor.services.communication.settings import CommunicationSettings

OPEN = Gauge("contor_sockets_open", "WebSockets open in this process")
CLOSED = Counter("contor_sockets_closed_total", "WebSockets this process closed, by close code", ["code"])
SHUTDOWN_SECONDS = 3.0


class Hub:
    """The open sockets by user, by role and by watched device. No method waits for a socket."""

    def __init__(self, settings: CommunicationSettings) -> None:
        self.settings = settings
        self._open = 0
        self._connected = True
        self._empty = asyncio.Event()
        self._empty.set()
        self._users: dict[UUID, set[Connection]] = {}
        self._administrators: set[Connection] = set()
        self._watchers: dict[UUID, set[Connection]] = {}
        self._presence_changes: set[UUID] = set()

    @contextlib.contextmanager
    def reserve_socket(self) -> Iterator[None]:
        """Count one socket, authenticated or not. Raises `CloseSocket`: 4429 when full, 1013 without the broker."""
        if not self._connected:
            raise _disconnected()
        if self._open >= self.settings.sockets:
            raise CloseSocket.with_error(4429, "too_many_sockets", "This server has reached its limit of sockets.")
        self._open += 1
        self._empty.clear()
        OPEN.inc()
        try:
            yield
        finally:
            OPEN.dec()
            self._open -= 1
            if not self._open:
                self._empty.set()

    @contextlib.contextmanager
    def register(self, connection: Connection) -> Iterator[None]:
        """Send the connection its user's frames. Raises `CloseSocket` 4429 when the user has too many sockets."""
        user_id = connection.identity.id
        of_user = self._users.setdefault(user_id, set())
        if len(of_user) >= self.settings.sockets_per_user:
            raise CloseSocket.with_error(
                4429, "too_many_sockets", "You have reached the limit of sockets for one user. Close another one first."
            )
        if not of_user:
            self._presence_changes.add(user_id)
        of_user.add(connection)
        self._index_role(connection)
        try:
            yield
        finally:
            _discard(self._users, user_id, connection)
            if user_id not in self._users:
                self._presence_changes.add(user_id)
            self._administrators.discard(connection)
            for device_id in connection.watching:
                _discard(self._watchers, device_id, connection)

    def connected_users(self) -> list[UUID]:
        return list(self._users)

    def pop_presence_changes(self) -> tuple[list[UUID], list[UUID]]:
        """The users who connected and who disconnected since the last call."""
        changed, self._presence_changes = self._presence_changes, set()
        return [u for u in changed if u in self._users], [u for u in changed if u not in self._users]

    def renew(self, connection: Connection, identity: Identity) -> None:
        """Accept a new token of the same user, whose role and session may have changed."""
        connection.renew(identity)
        self._index_role(connection)

    def _index_role(self, connection: Connection) -> None:
        if connection.identity.is_admin:
            self._administrators.add(connection)
        else:
            self._administrators.discard(connection)

    def watch(self, connection: Connection, device_id: UUID) -> bool:
        """Send the connection the device's live values; False when it has reached its limit of watches."""
        if device_id not in connection.watching:
            if len(connection.watching) >= self.settings.watches:
                return False
            connection.watching.add(device_id)
            self._watchers.setdefault(device_id, set()).add(connection)
        return True

    def unwatch(self, connection: Connection, device_id: UUID) -> None:
        connection.watching.discard(device_id)
        _discard(self._watchers, device_id, connection)

    def set_connected(self, connected: bool) -> None:
        """Close all sockets while this process receives no messages: their clients reconnect to another replica, or
        later, and request what they missed."""
        self._connected = connected
        if not connected:
            self._close_all(_disconnected())

    def is_watched(self, device_id: UUID) -> bool:
        return device_id in self._watchers

    def broadcast(
        self,
        frame: ServerFrame,
        users: Iterable[UUID | None],
        *,
        administrators: bool = False,
        exclude: UUID | None = None,
        hint: UUID | None = None,
    ) -> None:
        """Send one frame, serialised once, to each socket of these users and, if asked, of administrators.

        `exclude` is a user who gets nothing; a None among the users is ignored. A frame that soon expires has a key as
        `hint`: it replaces a waiting frame of the same key, and is dropped when the queue is full.
        """
        if found := self._sockets(users, administrators, exclude):
            text = frame.model_dump_json()
            for connection in found:
                if hint is None:
                    connection.send(frame.id, text)
                else:
                    connection.send_hint(hint, text)

    def _sockets(self, users: Iterable[UUID | None], administrators: bool, exclude: UUID | None) -> set[Connection]:
        found = set(self._administrators) if administrators else set()
        for user_id in users:
            if user_id is not None:
                found |= self._users.get(user_id, set())
        return found if exclude is None else found - self._users.get(exclude, set())

    def send_to_watchers(
        self, device_id: UUID, frame: ServerFrame, owner_id: UUID | None, owner_frame: ServerFrame
    ) -> None:
        """Send a live value to those watchers of the device who may see it: administrators and its owner."""
        texts: dict[bool, str] = {}
        for connection in self._watchers.get(device_id, ()):
            identity = connection.identity
            if identity.is_admin or identity.id == owner_id:
                if identity.is_admin not in texts:
                    texts[identity.is_admin] = (frame if identity.is_admin else owner_frame).model_dump_json()
                connection.send_latest(device_id, texts[identity.is_admin])

    def close_sessions(self, user_id: UUID, reason: str, session_ids: Iterable[UUID] | None = None) -> None:
        """Close the user's sockets of these sessions, or all of them, with 4401."""
        ended = None if session_ids is None else set(session_ids)
        frame = SessionRevokedFrame(data=RevokedData(reason=reason))
        for connection in self._users.get(user_id, ()):
            if ended is None or connection.identity.session_id in ended:
                connection.close(CloseSocket(4401, f"The session was ended: {reason}.", frame))

    async def close(self) -> None:
        """Close every socket with 1012, so that clients reconnect to another process."""
        self._close_all(CloseSocket(1012, "The server restarts."))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), SHUTDOWN_SECONDS)

    def _close_all(self, reason: CloseSocket) -> None:
        for of_user in self._users.values():
            for connection in of_user:
                connection.close(reason)


def _disconnected() -> CloseSocket:
    return CloseSocket.with_error(
        1013, "unavailable", "This server is disconnected from the message broker. Reconnect in a few seconds."
    )


def _discard(index: dict[UUID, set[Connection]], key: UUID, connection: Connection) -> None:
    members = index.get(key)
    if members is not None:
        members.discard(connection)
        if not members:
            del index[key]
