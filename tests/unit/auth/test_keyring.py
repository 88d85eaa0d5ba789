"""Which key signs, which are published, and the encryption of private keys."""

from datetime import UTC, datetime, timedelta

import pytest

from contor.services.auth.models import SigningKey
from contor.services.auth.service.derived_keys import KeyCipher, WrongSecret
from contor.services.auth.service.keyring import PUBLISHED_AFTER_USE, PUBLISHED_BEFORE_USE, published_keys, signing_key

START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def key(name: str, created_at: datetime) -> SigningKey:
    return SigningKey(kid=name, public_key=b"", sealed_key=b"", created_at=created_at)


OLD, NEW = key("old", START), key("new", START + timedelta(days=30))


def test_the_only_key_signs_immediately() -> None:
    assert signing_key([OLD], START) is OLD


def test_a_new_key_is_published_before_it_signs() -> None:
    assert published_keys([OLD, NEW], NEW.created_at) == [OLD, NEW]
    assert signing_key([OLD, NEW], NEW.created_at + PUBLISHED_BEFORE_USE - SECOND) is OLD
    assert signing_key([OLD, NEW], NEW.created_at + PUBLISHED_BEFORE_USE) is NEW


def test_an_old_key_is_published_until_its_last_token_expires() -> None:
    end = NEW.created_at + PUBLISHED_BEFORE_USE + PUBLISHED_AFTER_USE
    assert published_keys([OLD, NEW], end - SECOND) == [OLD, NEW]
    assert published_keys([OLD, NEW], end) == [NEW]


def test_a_private_key_is_decrypted_only_with_its_secret_and_key_id() -> None:
    cipher = KeyCipher(b"secret of this test, long enough")
    encrypted = cipher.encrypt(b"private", "a")
    assert cipher.decrypt(encrypted, "a") == b"private"
    assert b"private" not in encrypted
    for other, kid in ((cipher, "b"), (KeyCipher(b"another secret, also long enough"), "a")):
        with pytest.raises(WrongSecret):
            other.decrypt(encrypted, kid)
