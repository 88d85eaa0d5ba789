"""Refresh tokens: opaque to whoever holds them, checkable before the database is asked.

`session id (16) | random (32) | tag (16)`, base64url. The tag proves that the token was made here, so a token
that is genuine and yet not the valid one of its session is a replay, however old, with nothing kept of it.
Each token has one successor, computed from it with a key of ours: two tabs that present the same token at once
are given the same successor, and one whose answer was lost is given it again.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from contor.services.auth.service.derived_keys import derive

SESSION_BYTES = 16
RANDOM_BYTES = 32
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A genuine token. Only `hash` is ever stored."""

    session_id: UUID
    text: str

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


class RefreshTokens:
    """Makes tokens and tells genuine ones from others."""

    def __init__(self, secret: bytes) -> None:
        self._tag_key = derive(secret, "refresh token tag")
        self._successor_key = derive(secret, "refresh token successor")

    def first(self, session_id: UUID) -> RefreshToken:
        """The first token of a session."""
        return self._make(session_id, os.urandom(RANDOM_BYTES))

    def successor(self, token: RefreshToken) -> RefreshToken:
        """The token that replaces `token`: always the same one."""
        return self._make(token.session_id, hmac.digest(self._successor_key, token.text.encode(), "sha256"))

    def read(self, text: str) -> RefreshToken | None:
        """The token in `text`, or none if we did not make it."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
        if len(body) != SESSION_BYTES + RANDOM_BYTES or not hmac.compare_digest(self._tag(body), tag):
            return None
        # Rebuilt, so that two spellings of the same bytes are one token.
        return self._make(UUID(bytes=body[:SESSION_BYTES]), body[SESSION_BYTES:])

    def _make(self, session_id: UUID, random: bytes) -> RefreshToken:
        body = session_id.bytes + random
        return RefreshToken(session_id, base64.urlsafe_b64encode(body + self._tag(body)).decode().rstrip("="))

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._tag_key, body, "sha256")[:TAG_BYTES]
