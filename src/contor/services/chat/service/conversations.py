"""Beginning, listing and reading conversations, and whom one may have them with."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatConversation, ConversationKind, ConversationState, TypingReported
from contor.kernel.errors import Invalid, NotFound
from contor.kernel.identity import Forbidden, Identity, Role
from contor.kernel.pagination import Page
from contor.services.chat.models import Conversation, Person
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.people import PeopleRepository
from contor.services.chat.schemas import Addressee, NewConversation, Unread, View
from contor.services.chat.service.events import audience_of, say_read, say_standing
from contor.services.chat.service.rendering import Known
from contor.services.chat.service.views import Views


class UnknownPerson(Invalid):
    code = "unknown_person"

    def __init__(self, name: object) -> None:
        super().__init__("participants", f"there is nobody to write to called {name}")


class ConversationService:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._conversations = ConversationRepository(session)
        self._people = PeopleRepository(session)
        self._views = Views(session)

    async def page(
        self,
        identity: Identity,
        *,
        kind: ConversationKind | None,
        state: ConversationState | None,
        view: View,
        cursor: str | None,
        limit: int,
    ) -> Page[ChatConversation]:
        """One's own conversations; administrators see those of support in the other views too."""
        seen: View = view if identity.is_admin else "mine"
        found, following = await self._conversations.page(
            identity, kind=kind, state=state, view=seen, cursor=cursor, limit=limit
        )
        return Page(items=await self._views.conversations(found, identity), next_cursor=following)

    async def get(self, conversation_id: UUID, identity: Identity) -> ChatConversation:
        """The conversation, for who is in it; `NotFound` for everyone else."""
        if not await self._conversations.can_see(conversation_id, identity):
            raise NotFound
        (seen,) = await self._views.conversations([conversation_id], identity)
        return seen

    async def view(self, conversation: Conversation, identity: Identity) -> ChatConversation:
        (seen,) = await self._views.conversations([conversation.id], identity)
        return seen

    async def start(self, new: NewConversation, identity: Identity, assistant: str | None) -> tuple[Conversation, bool]:
        """The conversation, and whether it is new: a client has one of support, two people have one of their own."""
        await self._people.ensure(identity)
        if new.kind == "support":
            return await self._support(identity, assistant)
        others = await self._addressees(new, identity)
        if not others:
            raise Invalid("participants", "name somebody else to write to", "missing")
        people = sorted({identity.id, *others})
        pair = ":".join(str(person) for person in people) if len(people) == 2 else None
        added = await self._conversations.add(kind="direct", title=new.title, pair=pair)
        if added is None:
            found = await self._conversations.of_pair(str(pair))
            assert found is not None  # noqa: S101  the insert met it
            return found, False
        await self._conversations.join(added.id, people)
        await say_standing(self._session, added)
        return added, True

    async def read(self, conversation_id: UUID, seq: int, identity: Identity) -> None:
        """Move the person's mark; never back, and never past what there is. Who only looks on is not told of."""
        conversation = await self._seen(conversation_id, identity)
        await self._people.ensure(identity)
        upto = min(seq, conversation.counter)
        moved = await self._conversations.read(conversation.id, identity.id, upto)
        if moved and identity.id in await self._conversations.members(conversation.id):
            await say_read(self._session, conversation, identity.id, upto)

    async def typing(self, conversation_id: UUID, identity: Identity) -> TypingReported:
        """The hint to send: to everybody else in the conversation."""
        conversation = await self._seen(conversation_id, identity)
        known = await self._people.by_id([identity.id])
        audience, administrators = await audience_of(self._session, conversation)
        return TypingReported(
            conversation_id=conversation.id,
            user_id=identity.id,
            name=Known(known).person(identity.id).name,
            audience=[person for person in audience if person != identity.id],
            administrators=administrators,
        )

    async def unread(self, identity: Identity) -> Unread:
        return await self._views.total_unread(identity)

    async def people(self, username: str | None, role: Role | None, identity: Identity) -> list[Addressee]:
        """Administrators, or who has exactly this username."""
        if username is not None:
            found = await self._people.addressees([], [username])
        elif role == "admin":
            found = await self._people.administrators()
        else:
            found = []
        wanted = [p for p in found if p.id != identity.id and (role is None or p.role == role)]
        online = await self._people.online(person.id for person in wanted)
        return [_addressee(person, online) for person in wanted]

    async def _support(self, identity: Identity, assistant: str | None) -> tuple[Conversation, bool]:
        if (found := await self._conversations.support_of(identity.id)) is not None:
            return found, False
        if identity.is_admin:
            raise Forbidden("Administrators answer; support is for clients.")
        added = await self._conversations.add(
            kind="support", state="ai_active", client_id=identity.id, answered_by=assistant
        )
        if added is None:  # opened in another tab at this very moment
            found = await self._conversations.support_of(identity.id)
            assert found is not None  # noqa: S101  the insert met it
            return found, False
        await self._conversations.join(added.id, [identity.id])
        await say_standing(self._session, added)
        return added, True

    async def _addressees(self, new: NewConversation, identity: Identity) -> set[UUID]:
        ids = [given for given in new.participants if isinstance(given, UUID)]
        usernames = [given for given in new.participants if isinstance(given, str)]
        found = await self._people.addressees([i for i in ids if i != identity.id], usernames)
        known = {person.id for person in found} | {identity.id}
        named = {(person.username or "").lower() for person in found}
        for given in new.participants:
            if (given not in known) if isinstance(given, UUID) else (given.lower() not in named):
                raise UnknownPerson(given)
        return known - {identity.id}

    async def _seen(self, conversation_id: UUID, identity: Identity) -> Conversation:
        conversation = await self._conversations.get(conversation_id, identity)
        if conversation is None:
            raise NotFound
        return conversation


def _addressee(person: Person, online: set[UUID]) -> Addressee:
    return Addressee(
        id=person.id, name=person.name, username=person.username, role=person.role, online=person.id in online
    )
