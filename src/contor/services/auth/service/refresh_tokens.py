"""Refresh tokens: opaque to clients, authenticated by an HMAC tag.

`session id (16 bytes) | random (32) | tag (16)`, base64url. The tag proves that Contor issued the token. An authentic
token that is not the valid one of its session was used before: reuse is detected without storing old tokens.
Each token has exactly one successor, derived from it by HMAC: two tabs that refresh with the same token at once get the
same successor, and a client that lost the response gets it again.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from contor.services.auth.service.derived_keys import derive_key

SESSION_BYTES = 16
RANDOM_BYTES = 32
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """An authentic token. Only its `hash` is stored."""

    session_id: UUID
    text: str

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


class RefreshTokens:
    def __init__(self, secret: bytes) -> None:
        self._tag_key = derive_key(secret, "refresh token tag")
        self._successor_key = derive_key(secret, "refresh token successor")

    def issue(self, session_id: UUID) -> RefreshToken:
        """The first token of a new session."""
        return self._build(session_id, os.urandom(RANDOM_BYTES))

    def successor(self, token: RefreshToken) -> RefreshToken:
        """The token that replaces `token`; the same for every call."""
        return self._build(token.session_id, hmac.digest(self._successor_key, token.text.encode(), "sha256"))

    def parse(self, text: str) -> RefreshToken | None:
        """None unless Contor issued the token."""
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, tag = raw[:-TAG_BYTES], raw[-TAG_BYTES:]
        if len(body) != SESSION_BYTES + RANDOM_BYTES or not hmac.compare_digest(self._tag(body), tag):
            return None
        # Rebuilt: base64 has several spellings of the same bytes.
        return self._build(UUID(bytes=body[:SESSION_BYTES]), body[SESSION_BYTES:])

    def _build(self, session_id: UUID, random: bytes) -> RefreshToken:
        body = session_id.bytes + random
        return RefreshToken(session_id, base64.urlsafe_b64encode(body + self._tag(body)).decode().rstrip("="))

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._tag_key, body, "sha256")[:TAG_BYTES]
