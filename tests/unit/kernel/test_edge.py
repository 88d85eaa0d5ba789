"""Unexpected errors of an application, before and after its headers are sent."""

from typing import Any

import pytest

from contor.kernel.http import Edge

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}
START = {"type": "http.response.start", "status": 200, "headers": []}


async def answers_to(*messages: dict[str, Any]) -> list[Any]:
    """All messages sent by an application that sends these and then fails."""

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
        sent.append("aborted")
    return sent


async def test_an_error_before_the_headers_is_answered_with_a_problem() -> None:
    start, body = await answers_to()
    assert start["status"] == 500
    assert b"internal_error" in body["body"]


@pytest.mark.parametrize("body", [[], [{"type": "http.response.body", "body": b"half", "more_body": True}]])
async def test_an_error_after_the_headers_aborts_the_response(body: list[dict[str, Any]]) -> None:
    start, *rest, last = await answers_to(dict(START), *body)
    assert start["status"] == 200
    assert (rest, last) == (body, "aborted")
