"""Whoever may not any more is refused by every service, and their socket closed, within a second of the answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from tests.system.people import PASSWORD, People, Person
from tests.system.sockets import LiveSocket, live
from tests.waiting import until

WITHIN_SECONDS = 1.0
NEW_PASSWORD = "quite another battery"
Act = Callable[[Person, Person], Awaitable[None]]


async def deleted(admin: Person, person: Person) -> None:
    await admin.send("DELETE", f"/users/{person.id}")


async def disabled(admin: Person, person: Person) -> None:
    await admin.send("PATCH", f"/users/{person.id}", {"disabled": True})


async def demoted(admin: Person, person: Person) -> None:
    await admin.send("PATCH", f"/users/{person.id}", {"role": "client"})


async def given_a_new_password(admin: Person, person: Person) -> None:
    await admin.send("PATCH", f"/users/{person.id}", {"password": NEW_PASSWORD})


async def signed_out(admin: Person, person: Person) -> None:
    assert (await person.ask("POST", "/auth/logout")).status_code == 204


def routes(person: Person) -> dict[str, str]:
    """A route of every service that this person may ask as long as they are signed in."""
    return {
        "auth": "/auth/me",
        "user": f"/users/{person.id}",
        "device": "/devices",
        "monitoring": "/monitoring/summaries",
    }


async def refused_after(person: Person, path: str, answered: float) -> float:
    """Seconds from `answered` until the route refuses the person's token for good."""

    async def refused() -> bool:
        answer = await person.ask("GET", path)
        return answer.status_code == 401 and answer.json()["code"] == "session_revoked"

    await until(refused, seconds=5, what=f"{path} refused")
    return time.monotonic() - answered


async def closed_after(socket: LiveSocket, answered: float) -> float:
    await asyncio.wait_for(socket.closed.wait(), 5)
    assert socket.close_code == 4401
    assert socket.of("session.revoked")
    return max(socket.closed_at - answered, 0.0)


async def ends_everywhere(person: Person, socket: LiveSocket, answered: float) -> dict[str, float]:
    """How long each service went on after `answered`, the socket included; none longer than a second."""
    by_service = routes(person)
    closed, *times = await asyncio.gather(
        closed_after(socket, answered), *(refused_after(person, path, answered) for path in by_service.values())
    )
    took = dict(zip(by_service, times, strict=True)) | {"socket": closed}
    assert max(took.values()) <= WITHIN_SECONDS, took
    return took


@pytest.mark.parametrize(
    "act", [deleted, disabled, demoted, given_a_new_password, signed_out], ids=lambda act: str(act.__name__)
)
async def test_a_person_is_refused_everywhere_and_their_socket_closed(act: Act, people: People, admin: Person) -> None:
    person = await people.client()
    if act is demoted:
        await admin.send("PATCH", f"/users/{person.id}", {"role": "admin"})
        await person.sign_in()
    async with live(person) as socket:
        for path in routes(person).values():
            assert (await person.ask("GET", path)).status_code == 200
        await act(admin, person)
        took = await ends_everywhere(person, socket, time.monotonic())
    figures = ", ".join(f"{service} {1000 * seconds:.0f} ms" for service, seconds in took.items())
    print(f"\n{act.__name__}: {figures}")  # noqa: T201  the figures are what one runs this for
    assert (await person.refresh()).status_code == 401


async def test_whoever_was_deleted_or_disabled_cannot_sign_in_and_whoever_was_demoted_signs_in_as_less(
    people: People, admin: Person
) -> None:
    gone, barred, lesser = [await people.client() for _ in range(3)]
    await deleted(admin, gone)
    await disabled(admin, barred)
    await admin.send("PATCH", f"/users/{lesser.id}", {"role": "admin"})
    await demoted(admin, lesser)
    answer = await gone.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")
    answer = await barred.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (403, "account_disabled")
    assert (await lesser.sign_in()).json()["user"]["role"] == "client"
    assert (await lesser.ask("GET", "/users")).status_code == 403


async def test_a_new_password_ends_every_other_session_and_keeps_ones_own(people: People) -> None:
    desk = await people.client()
    phone = people.somebody(desk.username)
    await phone.sign_in()
    async with live(desk) as here, live(phone) as there:
        await desk.send("PUT", "/auth/password", {"current_password": PASSWORD, "new_password": NEW_PASSWORD})
        await ends_everywhere(phone, there, time.monotonic())
        await here.is_level()
        assert here.close_code is None
    assert (await desk.get("/auth/me"))["id"] == desk.id
    assert (await desk.refresh()).status_code == 200
    assert (await phone.sign_in()).status_code == 401
    phone.password = NEW_PASSWORD
    assert (await phone.sign_in()).status_code == 200


async def test_a_session_ended_from_another_browser_ends_there(people: People) -> None:
    desk = await people.client()
    phone = people.somebody(desk.username)
    await phone.sign_in()
    (lost,) = [session["id"] for session in await desk.get("/auth/sessions") if not session["current"]]
    async with live(phone) as there:
        await desk.send("DELETE", f"/auth/sessions/{lost}")
        await ends_everywhere(phone, there, time.monotonic())
    assert (await desk.get("/auth/me"))["id"] == desk.id


async def test_fifty_parallel_refreshes_leave_one_valid_family(people: People) -> None:
    person = await people.client()
    tabs = [people.somebody(person.username) for _ in range(50)]
    for tab in tabs:
        tab.http.cookies.update(person.http.cookies)
    answers = await asyncio.gather(*(tab.refresh() for tab in tabs))
    assert {answer.status_code for answer in answers} == {200}
    assert len({tab.http.cookies["contor_refresh"] for tab in tabs}) == 1
    assert len(await tabs[0].get("/auth/sessions")) == 1
    assert (await tabs[0].refresh()).status_code == 200
    # By now two rotations old: whoever shows it is not a tab that lost a race.
    replayed = await person.refresh()
    assert (replayed.status_code, replayed.json()["code"]) == (401, "session_revoked")
    assert {(await tab.refresh()).status_code for tab in tabs[:3]} == {401}
