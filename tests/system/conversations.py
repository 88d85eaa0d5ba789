"""Conversations through the public chat API."""

from uuid import uuid4

from tests.system.users import Json, User
from tests.waiting import until


async def find_user(user: User, username: str) -> Json:
    """The chat service's entry of this user, once it has one."""

    async def entry() -> Json | None:
        users = (await user.get("/chat/people", username=username))["items"]
        return dict(users[0]) if users else None

    return dict(await until(entry, what=f"{username} in chat"))


async def create_direct(user: User, *others: User) -> str:
    """Start a conversation of these users; returns its id."""
    for other in others:
        await find_user(user, other.username)
    body = {"kind": "direct", "participants": [other.username for other in others]}
    return str((await user.send("POST", "/chat/conversations", body))["id"])


async def create_support(client: User) -> str:
    """Start a support conversation; returns its id."""
    return str((await client.send("POST", "/chat/conversations", {"kind": "support"}))["id"])


async def post_message(user: User, conversation: str, text: str, client_id: str = "") -> Json:
    body = {"text": text, "client_id": client_id or str(uuid4())}
    return dict(await user.send("POST", f"/chat/conversations/{conversation}/messages", body))


async def list_messages(user: User, conversation: str, **query: int) -> list[Json]:
    seen = await user.get(f"/chat/conversations/{conversation}/messages", **{"limit": 200} | query)
    return list(seen["items"])
