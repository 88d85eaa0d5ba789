"""HTTP to a Contor server that may be slow, busy or temporarily unreachable."""

import time
from collections.abc import AsyncIterator, Callable
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx

from contor.kernel.retry import Retry
from contor.simulator.errors import Refused, SimulatorError, Unreachable
from contor.simulator.identity import Identity, Password, Token, body, problem

TEMPORARY = {408, 425, 429, 500, 502, 503, 504}


def is_temporary(error: Exception) -> bool:
    return isinstance(error, Unreachable) or (isinstance(error, Refused) and error.status in TEMPORARY)


RETRY = Retry(
    initial_backoff=0.5,
    max_backoff=15.0,
    deadline=60.0,
    retry_when=is_temporary,
    retry_after=lambda error: error.retry_after if isinstance(error, Refused) else None,
)


class Client:
    """Authenticated requests, retried while the server is unreachable or busy. Raises `SimulatorError`.

    Every request is safe to repeat: readings are idempotent.
    """

    def __init__(
        self,
        url: str,
        credentials: Password | Token,
        *,
        timeout_s: float = 30.0,
        retry: Retry = RETRY,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            raise SimulatorError(f"“{url}” is not an address; it must begin with http:// or https://")
        self._identity = Identity(credentials)
        self._retry = retry
        self._warn = warn
        try:
            self._http = httpx.AsyncClient(base_url=self.url, timeout=timeout_s, follow_redirects=True)
        except httpx.InvalidURL as error:
            raise SimulatorError(f"“{url}” is not an address: {error}") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def sign_in(self) -> None:
        """Sign in without retries: at the start a wrong address is likelier than an outage."""
        try:
            await self._identity.token(self._http)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        except httpx.HTTPStatusError as error:
            raise SimulatorError(f"{self.url} refused the sign-in: {problem(error.response)}") from error

    async def get(self, path: str, **params: str | int) -> Any:
        return await self._request("GET", path, params=params)

    async def pages(self, path: str, **params: str | int) -> AsyncIterator[Any]:
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(path, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            for item in page["items"]:
                yield item
            cursor = page.get("next_cursor")

    async def post(self, path: str, content: bytes) -> Any:
        """Send JSON; return the decoded answer."""
        return await self._request("POST", path, content=content, headers={"content-type": "application/json"})

    async def _request(self, method: str, path: str, **parts: Any) -> Any:
        return await self._retry.call(lambda: self._send(method, path, parts), warn_once(self._warn, self._retry))

    async def _send(self, method: str, path: str, parts: dict[str, Any]) -> Any:
        try:
            answer = await self._send_with_token(method, path, parts)
            if answer.status_code == httpx.codes.UNAUTHORIZED and self._identity.invalidate():
                answer = await self._send_with_token(method, path, parts)
            return body(answer.raise_for_status())
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        except httpx.HTTPStatusError as error:
            answer = error.response
            line = f"{method} {answer.request.url.path} was refused ({answer.status_code}): {problem(answer)}"
            raise Refused(line, answer.status_code, retry_after(answer)) from error

    async def _send_with_token(self, method: str, path: str, parts: dict[str, Any]) -> httpx.Response:
        token = await self._identity.token(self._http)
        headers = {**parts.get("headers", {}), "authorization": f"Bearer {token}"}
        return await self._http.request(method, path, **{**parts, "headers": headers})

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        reason = str(error) or type(error).__name__
        return Unreachable(f"the server at {self.url} cannot be reached: {reason}")


def warn_once(warn: Callable[[str], None], retry: Retry) -> Callable[[Exception, int, float], None]:
    """For `Retry.call`: one line at the first retry, so that a long outage does not fill the screen."""

    def on_retry(error: Exception, attempt: int, _: float) -> None:
        if attempt == 1:
            warn(f"{error}; retrying for {retry.deadline:.0f} s")

    return on_retry


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds of a Retry-After header, which may be a number or a date."""
    text = answer.headers.get("retry-after", "")
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
