"""Starting, listing and reading conversations, and finding users to write to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.chat import ChatConversation, TypingReported
from contor.kernel.errors import Invalid
from contor.kernel.identity import Forbidden, Identity, Role
from contor.kernel.pagination import Page
from contor.services.chat.models import Conversation
from contor.services.chat.repository.conversations import ConversationRepository
from contor.services.chat.repository.users import UserRepository
from contor.services.chat.schemas import Addressee, ConversationFilter, NewConversation
from contor.services.chat.service.access import audience_of, check_visible, visible_conversation
from contor.services.chat.service.events import emit_conversation_changed, emit_messages_read
from contor.services.chat.service.rendering import render_user
from contor.services.chat.service.views import Views


class ClientsOnly(Forbidden):
    detail = "Only clients can start a conversation with support."


class UnknownPerson(Invalid):
    code = "unknown_person"
    detail = "There is no active user with this id or username."

    def __init__(self, name: object) -> None:
        super().__init__("participants", f"there is no active user with the id or username {name}")


class ConversationService:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._conversations = ConversationRepository(session)
        self._users = UserRepository(session)

    async def page(self, identity: Identity, wanted: ConversationFilter) -> Page[ChatConversation]:
        """Clients always get the view `mine`."""
        if not identity.is_admin:
            wanted = wanted._replace(view="mine")
        found, next_cursor = await self._conversations.page(identity, wanted)
        return Page(items=await Views(self._session).conversations(found, identity), next_cursor=next_cursor)

    async def get(self, conversation_id: UUID, identity: Identity) -> ChatConversation:
        await check_visible(self._session, conversation_id, identity)
        return await Views(self._session).conversation(conversation_id, identity)

    async def start(self, new: NewConversation, identity: Identity, assistant: str | None) -> tuple[Conversation, bool]:
        """The conversation and whether it is new: there is one of support for a client, and one for each two users."""
        await self._users.add_if_missing(identity)
        if new.kind == "support":
            return await self._start_support(identity, assistant)
        others = await self._find_participants(new, identity)
        if not others:
            raise Invalid("participants", "name at least one other user", "missing")
        members = sorted({identity.id, *others})
        pair = ":".join(str(user_id) for user_id in members) if len(members) == 2 else None
        return await self._add(members, kind="direct", title=new.title, pair=pair)

    async def mark_read(self, conversation_id: UUID, seq: int, identity: Identity) -> None:
        """Move the read mark forward, at most to the newest message. Only the marks of members are announced."""
        conversation = await visible_conversation(self._session, conversation_id, identity)
        await self._users.add_if_missing(identity)
        read = min(seq, conversation.counter)
        moved = await self._conversations.mark_read(conversation.id, identity.id, read)
        if moved and identity.id in await self._conversations.list_members(conversation.id):
            await emit_messages_read(self._session, conversation, identity.id, read)

    async def typing(self, conversation_id: UUID, identity: Identity) -> TypingReported:
        """The message to publish, for everyone in the conversation but this user."""
        conversation = await visible_conversation(self._session, conversation_id, identity)
        users = await self._users.get_many([identity.id])
        audience = await audience_of(self._session, conversation)
        audience["audience"] = [user_id for user_id in audience["audience"] if user_id != identity.id]
        name = render_user(identity.id, users).name
        return TypingReported(conversation_id=conversation.id, user_id=identity.id, name=name, **audience)

    async def find_users(self, username: str | None, role: Role | None, identity: Identity) -> list[Addressee]:
        """By exact username, or all administrators; never the caller, and no other lists."""
        if username is not None:
            found = await self._users.find_active([], [username])
        elif role == "admin":
            found = await self._users.list_administrators()
        else:
            found = []
        wanted = [u for u in found if u.id != identity.id and (role is None or u.role == role)]
        return [Addressee.model_validate(user) for user in wanted]

    async def _start_support(self, identity: Identity, assistant: str | None) -> tuple[Conversation, bool]:
        if (found := await self._conversations.get_support(identity.id)) is not None:
            return found, False
        if identity.is_admin:
            raise ClientsOnly
        return await self._add(
            [identity.id], kind="support", state="ai_active", client_id=identity.id, answered_by=assistant
        )

    async def _add(self, members: Sequence[UUID], **values: Any) -> tuple[Conversation, bool]:
        conversation, created = await self._conversations.add(**values)
        if created:
            await self._conversations.add_members(conversation.id, members)
            await emit_conversation_changed(self._session, conversation)
        return conversation, created

    async def _find_participants(self, new: NewConversation, identity: Identity) -> set[UUID]:
        """Without the caller. Raises `UnknownPerson`."""
        ids = [given for given in new.participants if isinstance(given, UUID)]
        usernames = [given for given in new.participants if isinstance(given, str)]
        found = await self._users.find_active([i for i in ids if i != identity.id], usernames)
        known = {user.id for user in found} | {identity.id}
        known_names = {(user.username or "").lower() for user in found}
        for given in new.participants:
            if (given not in known) if isinstance(given, UUID) else (given.lower() not in known_names):
                raise UnknownPerson(given)
        return known - {identity.id}
