"""What the edge of a service does with an application that fails."""

from typing import Any

import pytest

from contor.kernel.http import Edge

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}
START = {"type": "http.response.start", "status": 200, "headers": []}


async def answers_to(*messages: dict[str, Any]) -> list[Any]:
    """What is sent when the application sends these and then fails."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        raise RuntimeError("broken")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    try:
        await Edge(application, "unit", 100)(dict(SCOPE), receive, send)
    except RuntimeError:
        sent.append("broken off")
    return sent


async def test_an_application_that_fails_before_it_answers_is_a_problem() -> None:
    start, body = await answers_to()
    assert start["status"] == 500
    assert b"internal_error" in body["body"]


@pytest.mark.parametrize("body", [[], [{"type": "http.response.body", "body": b"half", "more_body": True}]])
async def test_an_answer_that_has_begun_is_broken_off_not_begun_again(body: list[dict[str, Any]]) -> None:
    start, *rest, last = await answers_to(dict(START), *body)
    assert start["status"] == 200
    assert (rest, last) == (body, "broken off")
