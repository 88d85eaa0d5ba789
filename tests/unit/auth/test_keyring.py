"""Which key signs, which are published, and that what is sealed opens only with its secret."""

from datetime import UTC, datetime, timedelta

import pytest

from contor.services.auth.models import SigningKey
from contor.services.auth.service.derived_keys import Seal, SealBroken
from contor.services.auth.service.keyring import PUBLISHED_AFTER_USE, PUBLISHED_BEFORE_USE, published, signing

START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def key(name: str, created_at: datetime) -> SigningKey:
    return SigningKey(kid=name, public_key=b"", sealed_key=b"", created_at=created_at)


OLD, NEW = key("old", START), key("new", START + timedelta(days=30))


def test_the_only_key_signs_at_once() -> None:
    assert signing([OLD], START) is OLD


def test_a_new_key_is_published_before_it_signs() -> None:
    assert published([OLD, NEW], NEW.created_at) == [OLD, NEW]
    assert signing([OLD, NEW], NEW.created_at + PUBLISHED_BEFORE_USE - SECOND) is OLD
    assert signing([OLD, NEW], NEW.created_at + PUBLISHED_BEFORE_USE) is NEW


def test_an_old_key_is_published_until_its_last_token_died() -> None:
    gone = NEW.created_at + PUBLISHED_BEFORE_USE + PUBLISHED_AFTER_USE
    assert published([OLD, NEW], gone - SECOND) == [OLD, NEW]
    assert published([OLD, NEW], gone) == [NEW]


def test_what_is_sealed_opens_with_its_secret_and_its_name_only() -> None:
    seal = Seal(b"secret of this test, long enough")
    sealed = seal.close(b"private", "a")
    assert seal.open(sealed, "a") == b"private"
    assert b"private" not in sealed
    for other, name in ((seal, "b"), (Seal(b"another secret, of another house"), "a")):
        with pytest.raises(SealBroken):
            other.open(sealed, name)
