"""HTTP to a Contor server that may be slow, busy or away for a while."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx

from contor.simulator.errors import Refused, SimulatorError
from contor.simulator.identity import Identity, Password, Token, body, problem

FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 15.0
TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}


class Client:
    """Signed-in requests, repeated with growing pauses for up to `patience_s` seconds while the server is away.

    Every request here is safe to repeat: readings are idempotent. Raises SimulatorError with one clear line.
    """

    def __init__(
        self,
        url: str,
        credentials: Password | Token,
        *,
        timeout_s: float = 30.0,
        patience_s: float = 60.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        complain: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise SimulatorError(f"“{url}” is not an address: it begins with http:// or https://")
        self._identity = Identity(credentials)
        self._patience_s = patience_s
        self._sleep = sleep
        self._complain = complain
        try:
            self._http = httpx.AsyncClient(base_url=self.url, timeout=timeout_s, follow_redirects=True)
        except httpx.InvalidURL as error:
            raise SimulatorError(f"“{url}” is not an address: {error}") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def sign_in(self) -> None:
        """Fails at once, without patience: at the start a wrong address is likelier than a short outage."""
        try:
            await self._identity.token(self._http)
        except httpx.TransportError as error:
            raise self._away(error) from error
        except httpx.HTTPStatusError as error:
            raise SimulatorError(f"{self.url} does not let us in: {problem(error.response)}") from error

    async def get(self, path: str, **params: str | int) -> Any:
        """The decoded body; SimulatorError when it is refused."""
        return await self._request("GET", path, params=params)

    async def pages(self, path: str, **params: str | int) -> AsyncIterator[Any]:
        """Every item of a paged list."""
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(path, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            for item in page["items"]:
                yield item
            cursor = page.get("next_cursor")

    async def post(self, path: str, content: bytes) -> Any:
        """Sends JSON; the decoded answer."""
        return await self._request("POST", path, content=content, headers={"content-type": "application/json"})

    async def _request(self, method: str, path: str, **parts: Any) -> Any:
        give_up = time.monotonic() + self._patience_s
        delay, refused = FIRST_DELAY_S, False
        while True:
            try:
                answer = await self._send(method, path, parts)
            except httpx.TransportError as error:
                failure: SimulatorError = self._away(error)
                wait = delay
            except httpx.HTTPStatusError as error:
                failure = self._refused(error.response)
                wait = retry_after(error.response) or delay
                expired = error.response.status_code == httpx.codes.UNAUTHORIZED
                if expired and not refused and self._identity.doubt():
                    refused = True
                    continue
                if error.response.status_code not in TRY_AGAIN:
                    raise failure from error
            else:
                return body(answer)
            if time.monotonic() + wait > give_up:
                raise failure
            if delay == FIRST_DELAY_S:
                self._complain(f"{failure}; trying again for {self._patience_s:.0f} s")
            await self._sleep(wait)
            delay = min(2 * delay, LONGEST_DELAY_S)

    async def _send(self, method: str, path: str, parts: dict[str, Any]) -> httpx.Response:
        token = await self._identity.token(self._http)
        headers = {**parts.get("headers", {}), "authorization": f"Bearer {token}"}
        answer = await self._http.request(method, path, **{**parts, "headers": headers})
        return answer.raise_for_status()

    def _away(self, error: httpx.TransportError) -> SimulatorError:
        reason = str(error) or type(error).__name__
        return SimulatorError(f"the server at {self.url} cannot be reached: {reason}")

    def _refused(self, answer: httpx.Response) -> Refused:
        request = f"{answer.request.method} {answer.request.url.path}"
        line = f"{request} was refused ({answer.status_code}): {problem(answer)}"
        return Refused(line, answer.status_code)


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds a Retry-After header asks for, written as seconds or as a date."""
    text = answer.headers.get("retry-after", "")
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
