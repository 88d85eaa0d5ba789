"""Noise as a pure function of a key and a position, so that a repeated run produces the same readings."""

from functools import cache
from hashlib import blake2b


@cache
def noise_key(*parts: object) -> bytes:
    """A 16-byte key from a seed and the name of a source of noise."""
    return blake2b(":".join(map(str, parts)).encode(), digest_size=16).digest()


def uniform(key: bytes, position: int) -> float:
    """A number in [0, 1)."""
    digest = blake2b(position.to_bytes(8, "big", signed=True), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64
