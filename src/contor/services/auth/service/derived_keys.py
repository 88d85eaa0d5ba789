"""Keys made from the process's secret: one for each purpose, so that none can stand in for another."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contor.kernel.settings import SecretError

NONCE_BYTES = 12


class SealBroken(SecretError):
    """What was sealed does not open: `CONTOR_SECRET` is not the one it was sealed with."""

    def __init__(self) -> None:
        super().__init__(
            "the signing keys in auth's database do not open: CONTOR_SECRET (or the file `secret` in the data "
            "folder) is not the one they were sealed with"
        )


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return HKDF(SHA256(), 32, salt=None, info=f"contor auth {purpose}".encode()).derive(secret)


class Seal:
    """AES-256-GCM under a key derived from the secret; what is sealed is bound to its name."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(derive(secret, "signing keys"))

    def close(self, plain: bytes, name: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        """The plain bytes; raises `SealBroken`."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except InvalidTag as error:
            raise SealBroken from error
