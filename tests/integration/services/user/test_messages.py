"""Messages from auth in any order and repeated; deletion."""

import asyncio
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from contor.contracts.accounts import AccountChanged, AccountOpened, UserChanged
from tests.integration.services.user.conftest import Users


def changed(user_id: UUID, version: int, *, role: str = "client", disabled: bool = False) -> AccountChanged:
    return AccountChanged.model_validate(
        {"account_id": user_id, "version": version, "role": role, "disabled": disabled}
    )


async def test_a_new_account_gets_one_profile(users: Users) -> None:
    opened = AccountOpened(account_id=uuid7(), username="ana", role="client", full_name="Ana")
    await users.running.publish(opened)
    await users.running.publish(opened)
    await users.running.publish(opened.model_copy(update={"id": uuid7()}))
    assert await users.usernames() == ["ana"]
    message = await users.changed_message(opened.account_id, 1)
    assert (message.username, message.full_name, message.role, message.disabled) == ("ana", "Ana", "client", False)


async def test_a_repeated_account_message_overwrites_no_change_of_the_profile(users: Users) -> None:
    ana = await users.create("ana", full_name="Ana")
    await users.request("PATCH", f"/{ana}", by=ana, json={"full_name": "Ana Pop"})
    await users.running.publish(AccountOpened(account_id=ana, username="ana", role="client", full_name="Ana"))
    assert (await users.request("GET", f"/{ana}"))["full_name"] == "Ana Pop"


async def test_an_older_change_of_an_account_is_ignored(users: Users) -> None:
    ana = await users.create("ana")
    await users.running.publish(changed(ana, 3, role="admin"))
    await users.running.publish(changed(ana, 2, disabled=True))
    await users.running.publish(changed(ana, 3, disabled=True))
    user = await users.request("GET", f"/{ana}")
    assert (user["role"], user["disabled"]) == ("admin", False)
    assert (await users.changed_message(ana, 2)).role == "admin"


async def test_a_change_that_arrives_before_its_account_is_applied_later(users: Users) -> None:
    ana = uuid7()
    await users.running.publish(changed(ana, 3, disabled=True))
    await users.running.publish(changed(ana, 2, role="admin"))
    await users.running.publish(AccountOpened(account_id=ana, username="ana", role="client"))
    user = await users.request("GET", f"/{ana}")
    assert (user["role"], user["disabled"]) == ("client", True)
    await users.running.publish(changed(ana, 2))
    assert (await users.request("GET", f"/{ana}"))["disabled"] is True


async def test_concurrent_messages_of_creation_and_change_both_count(users: Users) -> None:
    user_ids = [uuid7() for _ in range(10)]
    await asyncio.gather(
        *(users.running.publish(changed(user_id, 2, role="admin")) for user_id in user_ids),
        *(
            users.running.publish(AccountOpened(account_id=p, username=f"p{n}", role="client"))
            for n, p in enumerate(user_ids)
        ),
    )
    assert len(await users.usernames(role="admin")) == 10


async def test_a_deleted_user_is_not_restored_by_late_messages(users: Users) -> None:
    ana = await users.create("ana")
    await users.request("DELETE", f"/{ana}", expect=204)
    await users.wait_until_deleted(ana)
    await users.running.publish(AccountOpened(account_id=ana, username="ana", role="client"))
    await users.running.publish(changed(ana, 9))
    await users.request("GET", f"/{ana}", expect=404)
    await users.request("DELETE", f"/{ana}", expect=404)
    assert await users.usernames() == []


async def test_deleting_an_unknown_user_answers_404(users: Users) -> None:
    await users.request("DELETE", f"/{uuid4()}", expect=404)


async def test_the_last_administrator_who_can_sign_in_cannot_be_deleted(users: Users) -> None:
    ana, dan = await users.create("ana", "admin"), await users.create("dan", "admin")
    await users.running.publish(changed(dan, 2, role="admin", disabled=True))
    refused = await users.request("DELETE", f"/{ana}", expect=409)
    assert refused["code"] == "last_administrator"
    await users.request("DELETE", f"/{dan}", expect=204)
    await users.request("DELETE", f"/{ana}", expect=409)
    await users.create("eve", "admin")
    await users.request("DELETE", f"/{ana}", expect=204)
    assert await users.usernames() == ["eve"]


async def test_concurrent_deletions_leave_one_administrator(users: Users) -> None:
    user_ids = [await users.create(f"admin{n}", "admin") for n in range(6)]
    headers = users.running.admin()
    answers = await asyncio.gather(*(users.running.client.delete(f"/users/{p}", headers=headers) for p in user_ids))
    assert sorted(answer.status_code for answer in answers) == [204] * 5 + [409]
    assert len(await users.usernames(role="admin")) == 1


async def test_every_version_is_published_once(users: Users) -> None:
    ana = await users.create("ana")
    names = [f"Ana {n}" for n in range(5)]
    await asyncio.gather(*(users.request("PATCH", f"/{ana}", by=ana, json={"full_name": name}) for name in names))
    await users.changed_message(ana, 6)
    versions = [m.version for m in users.running.published if isinstance(m, UserChanged)]
    assert sorted(versions) == [1, 2, 3, 4, 5, 6]
