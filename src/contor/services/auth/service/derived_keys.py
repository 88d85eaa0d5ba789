"""Keys derived from `CONTOR_SECRET`, one for each purpose."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contor.kernel.settings import SecretError

NONCE_BYTES = 12


class WrongSecret(SecretError):
    """`CONTOR_SECRET` is not the secret with which the signing keys were encrypted."""

    def __init__(self) -> None:
        super().__init__(
            "the signing keys in the database of auth cannot be decrypted, because CONTOR_SECRET (or the file `secret` "
            "in the data folder) is not the secret they were encrypted with; restore that secret"
        )


def derive_key(secret: bytes, purpose: str) -> bytes:
    """32 bytes, by HKDF-SHA256."""
    return HKDF(SHA256(), 32, salt=None, info=f"contor auth {purpose}".encode()).derive(secret)


class KeyCipher:
    """Encrypts private keys with AES-256-GCM; the key id is authenticated with the ciphertext."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(derive_key(secret, "signing keys"))

    def encrypt(self, plain: bytes, kid: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, kid.encode())

    def decrypt(self, sealed: bytes, kid: str) -> bytes:
        """Raises `WrongSecret`."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], kid.encode())
        except InvalidTag as error:
            raise WrongSecret from error
