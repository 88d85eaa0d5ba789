"""Conversations, as people begin and use them by the public interface."""

from uuid import uuid4

from tests.system.people import Json, Person
from tests.waiting import until


async def found(person: Person, username: str) -> Json:
    """Somebody, once chat has heard of them."""

    async def there() -> Json | None:
        people = (await person.get("/chat/people", username=username))["items"]
        return dict(people[0]) if people else None

    return dict(await until(there, what=f"{username} in chat"))


async def direct(person: Person, *others: Person) -> str:
    """A conversation of these people, begun by the first."""
    for other in others:
        await found(person, other.username)
    body = {"kind": "direct", "participants": [other.username for other in others]}
    return str((await person.send("POST", "/chat/conversations", body))["id"])


async def support(client: Person) -> str:
    return str((await client.send("POST", "/chat/conversations", {"kind": "support"}))["id"])


async def write(person: Person, conversation: str, text: str, client_id: str = "") -> Json:
    body = {"text": text, "client_id": client_id or str(uuid4())}
    return dict(await person.send("POST", f"/chat/conversations/{conversation}/messages", body))


async def messages(person: Person, conversation: str, **query: int) -> list[Json]:
    seen = await person.get(f"/chat/conversations/{conversation}/messages", **{"limit": 200} | query)
    return list(seen["items"])
