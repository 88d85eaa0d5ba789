"""Chance that depends on a key and a place only, so that a repeated run tells the same readings again."""

from hashlib import blake2b


def noise_key(*parts: object) -> bytes:
    """A 16-byte key made from a seed and whatever else sets one source of noise apart."""
    return blake2b(":".join(map(str, parts)).encode(), digest_size=16).digest()


def uniform(key: bytes, place: int) -> float:
    """A number in [0, 1), always the same for the same key and place."""
    digest = blake2b(place.to_bytes(8, "big", signed=True), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64
