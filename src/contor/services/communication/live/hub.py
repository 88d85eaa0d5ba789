"""Who is connected to this process, and what each of them is to hear."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from uuid import UUID

from prometheus_client import Counter, Gauge

from contor.contracts.frames import ErrorData, ErrorFrame, RevokedData, ServerFrame, SessionRevokedFrame
from contor.kernel.identity import Identity
from contor.services.communication.live.connection import Connection, Ending
from contor.services.communication.settings import CommunicationSettings

OPEN = Gauge("contor_sockets_open", "WebSockets open in this process")
CLOSED = Counter("contor_sockets_closed_total", "WebSockets this process closed, by close code", ["code"])
STOP_SECONDS = 3.0


def refusal(close_code: int, code: str, detail: str) -> Ending:
    """An ending whose last frame is an `error` with a stable `code`."""
    return Ending(close_code, detail, ErrorFrame(data=ErrorData(code=code, detail=detail)))


def cut_off() -> Ending:
    return refusal(1013, "not_live", "This server is cut off from the news for a moment; come back.")


class Hub:
    """The open sockets by person, by role and by the device they watch. Nothing here waits for a socket."""

    def __init__(self, settings: CommunicationSettings) -> None:
        self.settings = settings
        self._open = 0
        self._hearing = True
        self._empty = asyncio.Event()
        self._empty.set()
        self._people: dict[UUID, set[Connection]] = {}
        self._administrators: set[Connection] = set()
        self._watchers: dict[UUID, set[Connection]] = {}
        self._came_or_went: set[UUID] = set()

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """One of the sockets this process may hold, signed in or not yet; raises `Ending` 4429 when full.

        1013 while it hears no news itself.
        """
        if not self._hearing:
            raise cut_off()
        if self._open >= self.settings.sockets:
            raise refusal(4429, "too_many_sockets", "This server holds as many sockets as it may.")
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
    def member(self, connection: Connection) -> Iterator[None]:
        """The connection hears what concerns its person; raises `Ending` 4429 when they have too many."""
        person = connection.identity.id
        of_person = self._people.setdefault(person, set())
        if len(of_person) >= self.settings.sockets_per_person:
            raise refusal(4429, "too_many_sockets", "You have as many sockets open as one person may.")
        if not of_person:
            self._came_or_went.add(person)
        of_person.add(connection)
        self._know_role(connection)
        try:
            yield
        finally:
            _discard(self._people, person, connection)
            if person not in self._people:
                self._came_or_went.add(person)
            self._administrators.discard(connection)
            for device_id in connection.watching:
                _discard(self._watchers, device_id, connection)

    def everybody(self) -> list[UUID]:
        """Who has a socket here."""
        return list(self._people)

    def take_changes(self) -> tuple[list[UUID], list[UUID]]:
        """Who came and who went since this was asked before."""
        changed, self._came_or_went = self._came_or_went, set()
        return [p for p in changed if p in self._people], [p for p in changed if p not in self._people]

    def renew(self, connection: Connection, identity: Identity) -> None:
        """The same person showed a fresh token; their role and session may be others now."""
        connection.renew(identity)
        self._know_role(connection)

    def _know_role(self, connection: Connection) -> None:
        if connection.identity.is_admin:
            self._administrators.add(connection)
        else:
            self._administrators.discard(connection)

    def watch(self, connection: Connection, device_id: UUID) -> bool:
        """Whether the connection now watches the device; False when it watches as many as it may."""
        if device_id not in connection.watching:
            if len(connection.watching) >= self.settings.watches:
                return False
            connection.watching.add(device_id)
            self._watchers.setdefault(device_id, set()).add(connection)
        return True

    def unwatch(self, connection: Connection, device_id: UUID) -> None:
        connection.watching.discard(device_id)
        _discard(self._watchers, device_id, connection)

    def set_hearing(self, hearing: bool) -> None:
        """Whether this process hears what happens elsewhere. While it does not, nobody is to believe to be live here.

        Whoever is sent away asks for what they missed when they are back.
        """
        self._hearing = hearing
        if not hearing:
            self._end_all(cut_off())

    def is_watched(self, device_id: UUID) -> bool:
        return device_id in self._watchers

    def tell(
        self, frame: ServerFrame, person: UUID | None, *, administrators: bool = False, besides: UUID | None = None
    ) -> None:
        """Send one frame, serialised once, to the person and, if asked, administrators; `besides` hears nothing."""
        self.tell_all(frame, () if person is None else (person,), administrators=administrators, besides=besides)

    def tell_all(
        self,
        frame: ServerFrame,
        people: Iterable[UUID],
        *,
        administrators: bool = False,
        besides: UUID | None = None,
    ) -> None:
        """The same to any number of people; each socket gets it once."""
        if found := self._sockets(people, administrators, besides):
            text = frame.model_dump_json()
            for connection in found:
                connection.send(frame.id, text)

    def hint(
        self,
        frame: ServerFrame,
        key: UUID,
        people: Iterable[UUID],
        *,
        administrators: bool = False,
        besides: UUID | None = None,
    ) -> None:
        """Send what is soon out of date: the newest of a `key` replaces one that still waits, and it may be dropped."""
        if found := self._sockets(people, administrators, besides):
            text = frame.model_dump_json()
            for connection in found:
                connection.send_hint(key, text)

    def _sockets(self, people: Iterable[UUID], administrators: bool, besides: UUID | None) -> set[Connection]:
        found = set(self._administrators) if administrators else set()
        for person in people:
            found |= self._people.get(person, set())
        return found - self._people.get(besides, set()) if besides is not None else found

    def tell_watchers(self, frame: ServerFrame, device_id: UUID, owner_id: UUID | None) -> None:
        """Send a live value to the watchers who may see the device: its owner and administrators."""
        text = ""
        for connection in self._watchers.get(device_id, ()):
            identity = connection.identity
            if identity.is_admin or identity.id == owner_id:
                text = text or frame.model_dump_json()
                connection.send_live(device_id, text)

    def end_sessions(self, person: UUID, reason: str, session_ids: Iterable[UUID] | None = None) -> None:
        """Close the sockets of these sessions of the person, or all of theirs, with 4401."""
        ended = None if session_ids is None else set(session_ids)
        frame = SessionRevokedFrame(data=RevokedData(reason=reason))
        for connection in self._people.get(person, ()):
            if ended is None or connection.identity.session_id in ended:
                connection.end(Ending(4401, f"The session was ended: {reason}.", frame))

    async def close(self) -> None:
        """End every socket with 1012, so that clients come back to the next process."""
        self._end_all(Ending(1012, "The server restarts."))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), STOP_SECONDS)

    def _end_all(self, ending: Ending) -> None:
        for of_person in self._people.values():
            for connection in of_person:
                connection.end(ending)


def _discard(index: dict[UUID, set[Connection]], key: UUID, connection: Connection) -> None:
    members = index.get(key)
    if members is not None:
        members.discard(connection)
        if not members:
            del index[key]
