"""Synchronous calls between services: HTTP when they are apart, the same application in process when not."""

from collections.abc import Mapping

import httpx

from contor.kernel.errors import Problem
from contor.kernel.telemetry import request_id

TIMEOUT_SECONDS = 10.0
IN_PROCESS = "http://contor"


class PeerUnavailable(Problem):
    status = 503
    code = "unavailable"
    detail = "Another part of Contor does not answer right now; try again in a moment."


class PeerRefused(Problem):
    """The callee's own refusal, handed on as it is."""

    def __init__(self, response: httpx.Response) -> None:
        body = response.json()
        self.status = response.status_code  # type: ignore[misc]  # the callee's, not the class's
        self.code = body.get("code", "bad_request")  # type: ignore[misc]
        retry = response.headers.get("Retry-After")
        super().__init__(
            body.get("detail"), errors=body.get("errors"), headers={"Retry-After": retry} if retry else None
        )


class Peers:
    """Where the other services are: one base URL for all of them, or one each.

    `here` answers, without a network, whatever goes to `IN_PROCESS`.
    """

    def __init__(self, base_url: str | Mapping[str, str], here: httpx.AsyncBaseTransport | None = None) -> None:
        self._base_url = base_url
        mounts = {IN_PROCESS: here} if here is not None else {}
        # A proxy in the environment is for the world outside, not for our own services.
        self._client = httpx.AsyncClient(mounts=mounts, timeout=TIMEOUT_SECONDS, trust_env=False)

    async def call(
        self, service: str, method: str, path: str, *, token: str | None = None, json: object = None
    ) -> httpx.Response:
        """Call `service` with the token of the person who asked; its refusals are raised as ours."""
        base = self._base_url if isinstance(self._base_url, str) else self._base_url[service]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if (current := request_id.get()) is not None:
            headers["X-Request-ID"] = current
        try:
            response = await self._client.request(method, f"{base}{path}", json=json, headers=headers)
        except httpx.TransportError as error:
            raise PeerUnavailable(headers={"Retry-After": "1"}) from error
        if response.is_error:
            if response.headers.get("content-type", "").startswith("application/problem+json"):
                raise PeerRefused(response)
            raise PeerUnavailable(headers={"Retry-After": "1"})
        return response

    async def close(self) -> None:
        await self._client.aclose()
