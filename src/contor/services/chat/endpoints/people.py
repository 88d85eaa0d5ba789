"""Whom one may write to, and how much waits to be read."""

from fastapi import APIRouter
from pydantic import BaseModel

from contor.kernel.http import Session
from contor.kernel.identity import CurrentUser, Role
from contor.services.chat.schemas import Addressee, Unread, Username
from contor.services.chat.service.conversations import ConversationService

router = APIRouter()


class Addressees(BaseModel):
    """People one may write to."""

    items: list[Addressee]


@router.get("/unread")
async def count_unread(identity: CurrentUser, session: Session) -> Unread:
    """For the badge."""
    return await ConversationService(session).unread(identity)


@router.get("/people")
async def find_people(
    identity: CurrentUser, session: Session, username: Username | None = None, role: Role | None = None
) -> Addressees:
    """`role=admin`: the administrators; `username`: who has exactly this one. Nobody else is listed."""
    return Addressees(items=await ConversationService(session).people(username, role, identity))
