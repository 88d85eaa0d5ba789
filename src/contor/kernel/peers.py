"""HTTP calls between services, without a network when both run in this process."""

from collections.abc import Mapping

import httpx

from contor.kernel.errors import PROBLEM_JSON, Problem, Unavailable
from contor.kernel.telemetry import request_id

TIMEOUT_SECONDS = 10.0
IN_PROCESS = "http://contor"


class PeerUnavailable(Unavailable):
    detail = "Another service of Contor is unavailable; retry later."


class PeerRefused(Problem):
    """The problem with which the callee answered, passed on unchanged."""

    def __init__(self, response: httpx.Response) -> None:
        body = response.json()
        self.status = response.status_code  # type: ignore[misc]
        self.code = body.get("code", "bad_request")  # type: ignore[misc]
        retry = response.headers.get("Retry-After")
        super().__init__(
            body.get("detail"), errors=body.get("errors"), headers={"Retry-After": retry} if retry else None
        )


class Peers:
    """A client of the other services: `base_url` is one for all of them, or one each.

    `in_process` transports requests to `IN_PROCESS`.
    """

    def __init__(self, base_url: str | Mapping[str, str], in_process: httpx.AsyncBaseTransport | None = None) -> None:
        self._base_url = base_url
        mounts = {IN_PROCESS: in_process} if in_process is not None else {}
        # A proxy in the environment is for requests to the internet.
        self._client = httpx.AsyncClient(mounts=mounts, timeout=TIMEOUT_SECONDS, trust_env=False)

    async def call(
        self, service: str, method: str, path: str, *, token: str | None = None, json: object = None
    ) -> httpx.Response:
        """Raises `PeerRefused` with the callee's problem, or `PeerUnavailable`. `token` is that of the current user."""
        base = self._base_url if isinstance(self._base_url, str) else self._base_url[service]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if (current := request_id.get()) is not None:
            headers["X-Request-ID"] = current
        try:
            response = await self._client.request(method, f"{base}{path}", json=json, headers=headers)
        except httpx.TransportError as error:
            raise PeerUnavailable from error
        if response.is_error:
            if response.headers.get("content-type", "").startswith(PROBLEM_JSON):
                raise PeerRefused(response)
            raise PeerUnavailable
        return response

    async def close(self) -> None:
        await self._client.aclose()
