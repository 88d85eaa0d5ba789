"""The HTTP API of chat, under `/chat`."""

from fastapi import APIRouter

from contor.services.chat.endpoints import canned_replies, conversations, messages, people, support

router = APIRouter()
for part in (conversations, messages, support, people, canned_replies):
    router.include_router(part.router)
