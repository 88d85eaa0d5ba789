"""Refresh tokens: authentic and forged ones, successors."""

import base64
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from contor.services.auth.service.refresh_tokens import RefreshTokens

TOKENS = RefreshTokens(b"secret of this test, long enough")


def test_an_issued_token_is_parsed() -> None:
    session_id = uuid4()
    token = TOKENS.issue(session_id)
    assert TOKENS.parse(token.text) == token
    assert token.session_id == session_id
    assert TOKENS.issue(session_id) != token


def test_a_token_has_one_successor_that_only_the_secret_derives() -> None:
    token = TOKENS.issue(uuid4())
    successor = TOKENS.successor(token)
    assert TOKENS.successor(token) == successor != token
    assert successor.session_id == token.session_id
    other = RefreshTokens(b"another secret, also long enough")
    assert other.parse(token.text) is None
    assert other.successor(token).hash != successor.hash


@given(st.text(max_size=200))
def test_arbitrary_text_is_no_token(text: str) -> None:
    assert TOKENS.parse(text) is None


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_token_with_any_byte_changed_is_no_token(position: int, change: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(TOKENS.issue(uuid4()).text + "=="))
    raw[position] ^= change
    assert TOKENS.parse(base64.urlsafe_b64encode(raw).decode().rstrip("=")) is None
