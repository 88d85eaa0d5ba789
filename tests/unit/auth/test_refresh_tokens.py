"""Refresh tokens: genuine ones, made-up ones, successors."""

import base64
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from contor.services.auth.service.refresh_tokens import RefreshTokens

TOKENS = RefreshTokens(b"secret of this test, long enough")


def test_a_token_is_read_back() -> None:
    session_id = uuid4()
    token = TOKENS.first(session_id)
    assert TOKENS.read(token.text) == token
    assert token.session_id == session_id
    assert TOKENS.first(session_id) != token


def test_a_token_has_one_successor_that_cannot_be_told_without_the_secret() -> None:
    token = TOKENS.first(uuid4())
    successor = TOKENS.successor(token)
    assert TOKENS.successor(token) == successor != token
    assert successor.session_id == token.session_id
    other = RefreshTokens(b"another secret, of another house")
    assert other.read(token.text) is None
    assert other.successor(token).hash != successor.hash


@given(st.text(max_size=200))
def test_what_was_not_made_here_is_no_token(text: str) -> None:
    assert TOKENS.read(text) is None


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_token_with_any_byte_changed_is_no_token(position: int, change: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(TOKENS.first(uuid4()).text + "=="))
    raw[position] ^= change
    assert TOKENS.read(base64.urlsafe_b64encode(raw).decode().rstrip("=")) is None
