"""Verification of access tokens with real keys."""

import asyncio
import base64
import json
import time
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import OKPAlgorithm

from contor.kernel import identity
from contor.kernel.identity import (
    IssuerState,
    KeysUnavailable,
    NotAuthenticated,
    SessionRevoked,
    TokenExpired,
    Verifier,
)
from tests.signing import Signer

USER = uuid4()


class Keys:
    """An issuer with a real key, and a verifier of its tokens."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.kid = "the-key"
        self.revoked: list[UUID] = []
        self.fetched = 0
        self.unavailable = False
        self.verifier = Verifier(self.issuer_state)

    async def issuer_state(self) -> IssuerState:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.unavailable:
            raise OSError("the issuer is unavailable")
        key = json.loads(OKPAlgorithm.to_jwk(self.private.public_key()))
        return IssuerState({"keys": [key | {"kid": self.kid, "alg": "EdDSA", "use": "sig"}]}, self.revoked)

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = time.time()
        claims = {
            "iss": "contor",
            "aud": "contor",
            "sub": str(USER),
            "typ": "access",
            "jti": uuid4().hex,
            "sid": str(uuid4()),
            "role": "client",
            "iat": now,
            "exp": now + 600,
        }
        return {name: value for name, value in (claims | changed).items() if value is not None}

    def sign(
        self, *, key: Any = None, algorithm: str = "EdDSA", headers: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        signing = self.private if key is None else key
        return jwt.encode(
            self.claims(**claims), signing, algorithm=algorithm, headers={"kid": self.kid} | (headers or {})
        )


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.fixture
def keys() -> Keys:
    return Keys()


async def rejected(keys: Keys, token: str) -> NotAuthenticated:
    with pytest.raises(NotAuthenticated) as problem:
        await keys.verifier.verify(token)
    assert problem.value.status == 401
    assert problem.value.headers == {"WWW-Authenticate": "Bearer"}
    return problem.value


async def test_a_valid_token_yields_its_user_role_and_session(keys: Keys) -> None:
    session = uuid4()
    token = keys.sign(role="admin", sid=str(session))
    found = await keys.verifier.verify(token)
    assert (found.id, found.role, found.session_id, found.token) == (USER, "admin", session, token)
    assert found.is_admin


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
async def test_a_token_without_a_signature_is_rejected(keys: Keys, algorithm: str) -> None:
    await rejected(keys, unsigned({"alg": algorithm, "typ": "JWT", "kid": keys.kid}, keys.claims()))


async def test_a_truncated_or_changed_signature_is_rejected(keys: Keys) -> None:
    head, body, signature = keys.sign().split(".")
    other_body = keys.sign(role="admin").split(".")[1]
    for token in (f"{head}.{body}.", f"{head}.{body}", f"{head}.{other_body}.{signature}", f"{head}.{body}.AAAA"):
        await rejected(keys, token)


async def test_a_token_of_another_key_is_rejected(keys: Keys) -> None:
    await rejected(keys, keys.sign(key=Ed25519PrivateKey.generate()))


async def test_the_public_key_as_an_hmac_secret_is_rejected(keys: Keys) -> None:
    public = keys.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    await rejected(keys, keys.sign(key=public + bytes(32), algorithm="HS512"))
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    await rejected(keys, keys.sign(key=rsa_key, algorithm="RS256"))


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "another"},
        {"iss": None},
        {"typ": "refresh"},
        {"typ": None},
        {"role": "root"},
        {"role": None},
        {"role": ["admin"]},
        {"sub": "me"},
        {"sub": None},
        {"sid": "x"},
        {"sid": 7},
        {"sid": None},
        {"jti": None},
        {"iat": None},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
async def test_a_claim_that_is_wrong_or_missing_is_rejected(keys: Keys, changed: dict[str, Any]) -> None:
    claims = keys.claims()
    for name, value in changed.items():
        claims[name] = value
        if value is None:
            del claims[name]
    # Signed by hand: PyJWT refuses to encode some of these.
    head = {"alg": "EdDSA", "typ": "JWT", "kid": keys.kid}
    signed = unsigned(head, claims).rsplit(".", 1)[0]
    signature = base64.urlsafe_b64encode(keys.private.sign(signed.encode())).decode().rstrip("=")
    await rejected(keys, f"{signed}.{signature}")


async def test_an_expired_token_has_its_own_error(keys: Keys) -> None:
    problem = await rejected(keys, keys.sign(exp=time.time() - 1))
    assert isinstance(problem, TokenExpired)
    assert problem.code == "token_expired"


async def test_a_cached_token_expires(keys: Keys) -> None:
    token = keys.sign(exp=time.time() + 1)
    found = await keys.verifier.verify(token)
    keys.verifier._verified[token] = identity.Identity(found.id, "client", found.session_id, time.time() - 0.001, token)
    assert isinstance(await rejected(keys, token), TokenExpired)


async def test_keys_that_the_token_itself_names_are_never_used(keys: Keys) -> None:
    mine = Ed25519PrivateKey.generate()
    jwk = json.loads(OKPAlgorithm.to_jwk(mine.public_key())) | {"kid": keys.kid}
    for headers in (
        {"jku": "http://127.0.0.1:1/keys"},
        {"jwk": jwk},
        {"x5u": "http://127.0.0.1:1/cert"},
        {"jku": "http://127.0.0.1:1/keys", "kid": "mine"},
    ):
        await rejected(keys, keys.sign(key=mine, headers=headers))
    assert (await keys.verifier.verify(keys.sign(headers={"jku": "http://127.0.0.1:1/keys"}))).id == USER


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "x" * 5000, "ș", "a.b.c.d", "\x00", "e30.e30.", "bnVsbA.e30."]
)
async def test_garbage_is_rejected(keys: Keys, token: str) -> None:
    await rejected(keys, token)


@pytest.mark.parametrize("kid", [None, 7, ["the-key"], {"a": 1}, ""])
async def test_an_invalid_key_id_is_rejected(keys: Keys, kid: Any) -> None:
    await rejected(keys, unsigned({"alg": "EdDSA", "kid": kid}, keys.claims(), b"x" * 64))


async def test_unknown_keys_cause_at_most_one_fetch_per_interval(keys: Keys) -> None:
    tokens = [keys.sign(headers={"kid": f"made-up-{n}"}) for n in range(50)]
    await asyncio.gather(*(rejected(keys, token) for token in tokens))
    assert keys.fetched == 1
    assert (await keys.verifier.verify(keys.sign())).id == USER
    assert keys.fetched == 1


async def test_a_new_key_is_fetched_after_the_interval(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    old = keys.sign()
    await keys.verifier.verify(old)
    keys.private, keys.kid = Ed25519PrivateKey.generate(), "the-next-key"
    new = keys.sign()
    await rejected(keys, new)
    monkeypatch.setattr(identity, "REFETCH_SECONDS", 0.0)
    assert (await keys.verifier.verify(new)).id == USER
    assert (await keys.verifier.verify(old)).id == USER


async def test_keys_are_fetched_again_after_a_failure(keys: Keys) -> None:
    keys.unavailable = True
    token = keys.sign()
    with pytest.raises(KeysUnavailable):
        await keys.verifier.verify(token)
    keys.unavailable = False
    assert (await keys.verifier.verify(token)).id == USER


async def test_every_token_of_a_revoked_session_is_rejected_at_once(keys: Keys) -> None:
    session = uuid4()
    known, unseen = (keys.sign(sid=str(session)) for _ in range(2))
    other = keys.sign()
    await keys.verifier.verify(known)
    keys.verifier.revoke([session])
    for token in (known, unseen):
        assert isinstance(await rejected(keys, token), SessionRevoked)
    await keys.verifier.verify(other)


async def test_sessions_revoked_before_the_process_started_are_rejected(keys: Keys) -> None:
    session = uuid4()
    keys.revoked = [session]
    assert isinstance(await rejected(keys, keys.sign(sid=str(session))), SessionRevoked)


async def test_a_refresh_makes_up_for_a_missed_revocation(keys: Keys) -> None:
    session = uuid4()
    token = keys.sign(sid=str(session))
    await keys.verifier.verify(token)
    keys.revoked.append(session)
    keys.unavailable = True
    with pytest.raises(KeysUnavailable):
        await keys.verifier.refresh()
    await keys.verifier.verify(token)
    keys.unavailable = False
    await keys.verifier.refresh()
    with pytest.raises(SessionRevoked):
        await keys.verifier.verify(token)


async def test_the_verifier_accepts_tokens_of_the_test_signer() -> None:
    signer = Signer()
    verifier = Verifier(signer.issuer_state)
    assert (await verifier.verify(signer.token(USER, "admin"))).is_admin
    with pytest.raises(TokenExpired):
        await verifier.verify(signer.token(USER, lifetime=-1))
