"""The simulator's access token."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from contor.simulator.errors import SimulatorError

NEAR_EXPIRY_S = 60.0


@dataclass(frozen=True, slots=True)
class Password:
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Token:
    access_token: str


class Identity:
    """An access token that is renewed before it expires: by the refresh cookie first, else by signing in again."""

    def __init__(self, credentials: Password | Token, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._credentials = credentials
        self._monotonic = monotonic
        self._token = credentials.access_token if isinstance(credentials, Token) else ""
        self._renew_at = float("inf") if self._token else 0.0
        self._signed_in = False

    async def token(self, http: httpx.AsyncClient) -> str:
        """A valid token. Raises `SimulatorError` when the sign-in is refused, httpx errors when nothing answers."""
        if self._monotonic() >= self._renew_at:
            await self._renew(http)
        return self._token

    def invalidate(self) -> bool:
        """After a 401: discard the token; false when there is no password to get another."""
        self._renew_at = 0.0
        return isinstance(self._credentials, Password)

    async def _renew(self, http: httpx.AsyncClient) -> None:
        if isinstance(self._credentials, Token):
            raise SimulatorError(
                "the token is not valid or has expired; give a new --token, or --username and --password"
            )
        answer = await http.post("/auth/refresh") if self._signed_in else None
        if answer is None or answer.status_code != httpx.codes.OK:
            login = {"username": self._credentials.username, "password": self._credentials.password}
            answer = await http.post("/auth/login", json=login)
        if answer.status_code in (401, 403, 422):
            raise SimulatorError(f"sign-in as “{self._credentials.username}” failed: {problem(answer)}")
        answer.raise_for_status()
        session = body(answer)
        self._token, self._signed_in = str(session.get("access_token")), True
        life = float(session.get("expires_in", 600))
        self._renew_at = self._monotonic() + max(life / 2, life - NEAR_EXPIRY_S)


def problem(answer: httpx.Response) -> str:
    """The sentence in a problem+json answer, or the status line."""
    try:
        body = answer.json()
        return str(body.get("detail") or body.get("title"))
    except (ValueError, AttributeError):
        return f"{answer.status_code} {answer.reason_phrase}"


def body(answer: httpx.Response) -> Any:
    """The decoded JSON object. Raises `SimulatorError` when the answer is not Contor's."""
    try:
        decoded = answer.json()
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        raise SimulatorError(f"{answer.request.url} does not answer like a Contor server")
    return decoded
