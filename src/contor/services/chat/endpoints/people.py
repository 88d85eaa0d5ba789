"""Users to write to, and the number of unread messages."""

from typing import Annotated

from fastapi import APIRouter, Query

from contor.kernel.http import Session
from contor.kernel.identity import CurrentUser, Role
from contor.services.chat.schemas import Addressees, Unread, Username
from contor.services.chat.service.conversations import ConversationService
from contor.services.chat.service.views import Views

router = APIRouter()


@router.get("/unread")
async def count_unread(identity: CurrentUser, session: Session) -> Unread:
    """Count the unread messages in the caller's conversations and, for administrators, in waiting ones."""
    return await Views(session).unread(identity)


@router.get("/people")
async def find_people(
    identity: CurrentUser,
    session: Session,
    username: Annotated[Username | None, Query(description="The exact username, ignoring case.")] = None,
    role: Annotated[Role | None, Query(description="`admin` without a username lists all administrators.")] = None,
) -> Addressees:
    """Find users for a direct conversation: the user with exactly this username, or all administrators by name.

    Clients are never listed. The result is empty if no active user other than the caller matches.
    """
    return Addressees(items=await ConversationService(session).find_users(username, role, identity))
