"""What auth says, in whatever order and however often it arrives; and deletion."""

import asyncio
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from contor.contracts.accounts import AccountChanged, AccountOpened, UserChanged
from tests.integration.services.user.conftest import Users


def changed(person: UUID, version: int, *, role: str = "client", disabled: bool = False) -> AccountChanged:
    return AccountChanged.model_validate({"account_id": person, "version": version, "role": role, "disabled": disabled})


async def test_an_opened_account_makes_a_profile_once(users: Users) -> None:
    opened = AccountOpened(account_id=uuid7(), username="ana", role="client", full_name="Ana")
    await users.running.publish(opened)
    await users.running.publish(opened)
    await users.running.publish(opened.model_copy(update={"id": uuid7()}))
    assert await users.usernames() == ["ana"]
    said = await users.said(opened.account_id, 1)
    assert (said.username, said.full_name, said.role, said.disabled) == ("ana", "Ana", "client", False)


async def test_a_repeated_opening_keeps_what_the_person_changed_since(users: Users) -> None:
    ana = await users.opened("ana", full_name="Ana")
    await users.request("PATCH", f"/{ana}", by=ana, json={"full_name": "Ana Pop"})
    await users.running.publish(AccountOpened(account_id=ana, username="ana", role="client", full_name="Ana"))
    assert (await users.request("GET", f"/{ana}"))["full_name"] == "Ana Pop"


async def test_an_older_change_of_an_account_is_ignored(users: Users) -> None:
    ana = await users.opened("ana")
    await users.running.publish(changed(ana, 3, role="admin"))
    await users.running.publish(changed(ana, 2, disabled=True))
    await users.running.publish(changed(ana, 3, disabled=True))
    user = await users.request("GET", f"/{ana}")
    assert (user["role"], user["disabled"]) == ("admin", False)
    assert (await users.said(ana, 2)).role == "admin"


async def test_a_change_heard_before_the_opening_counts_when_the_account_is_opened(users: Users) -> None:
    ana = uuid7()
    await users.running.publish(changed(ana, 3, disabled=True))
    await users.running.publish(changed(ana, 2, role="admin"))
    await users.running.publish(AccountOpened(account_id=ana, username="ana", role="client"))
    user = await users.request("GET", f"/{ana}")
    assert (user["role"], user["disabled"]) == ("client", True)
    await users.running.publish(changed(ana, 2))
    assert (await users.request("GET", f"/{ana}"))["disabled"] is True


async def test_opening_and_changing_at_the_same_moment_lose_neither(users: Users) -> None:
    people = [uuid7() for _ in range(10)]
    await asyncio.gather(
        *(users.running.publish(changed(person, 2, role="admin")) for person in people),
        *(
            users.running.publish(AccountOpened(account_id=p, username=f"p{n}", role="client"))
            for n, p in enumerate(people)
        ),
    )
    assert len(await users.usernames(role="admin")) == 10


async def test_a_deleted_person_is_gone_said_and_never_brought_back(users: Users) -> None:
    ana = await users.opened("ana")
    await users.request("DELETE", f"/{ana}", expect=204)
    await users.said_deleted(ana)
    await users.running.publish(AccountOpened(account_id=ana, username="ana", role="client"))
    await users.running.publish(changed(ana, 9))
    await users.request("GET", f"/{ana}", expect=404)
    await users.request("DELETE", f"/{ana}", expect=404)
    assert await users.usernames() == []


async def test_somebody_who_never_was_cannot_be_deleted(users: Users) -> None:
    await users.request("DELETE", f"/{uuid4()}", expect=404)


async def test_the_last_administrator_who_can_sign_in_stays(users: Users) -> None:
    ana, dan = await users.opened("ana", "admin"), await users.opened("dan", "admin")
    await users.running.publish(changed(dan, 2, role="admin", disabled=True))
    refused = await users.request("DELETE", f"/{ana}", expect=409)
    assert refused["code"] == "last_administrator"
    await users.request("DELETE", f"/{dan}", expect=204)
    await users.request("DELETE", f"/{ana}", expect=409)
    await users.opened("eve", "admin")
    await users.request("DELETE", f"/{ana}", expect=204)
    assert await users.usernames() == ["eve"]


async def test_administrators_who_delete_one_another_at_once_leave_one(users: Users) -> None:
    people = [await users.opened(f"admin{n}", "admin") for n in range(6)]
    headers = users.running.admin()
    answers = await asyncio.gather(*(users.running.client.delete(f"/users/{p}", headers=headers) for p in people))
    assert sorted(answer.status_code for answer in answers) == [204] * 5 + [409]
    assert len(await users.usernames(role="admin")) == 1


async def test_every_version_is_said_once(users: Users) -> None:
    ana = await users.opened("ana")
    names = [f"Ana {n}" for n in range(5)]
    await asyncio.gather(*(users.request("PATCH", f"/{ana}", by=ana, json={"full_name": name}) for name in names))
    await users.said(ana, 6)
    versions = [m.version for m in users.running.published if isinstance(m, UserChanged)]
    assert sorted(versions) == [1, 2, 3, 4, 5, 6]
