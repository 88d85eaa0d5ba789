"""Access tokens, checked with real keys: what is refused, and how often the signer is asked."""

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

SOMEBODY = uuid4()


class Keys:
    """Real keys, and a verifier that trusts the first."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.kid = "the-key"
        self.revoked: list[UUID] = []
        self.fetched = 0
        self.away = False
        self.verifier = Verifier(self.issuer_state)

    async def issuer_state(self) -> IssuerState:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.away:
            raise OSError("the signer is away")
        key = json.loads(OKPAlgorithm.to_jwk(self.private.public_key()))
        return IssuerState({"keys": [key | {"kid": self.kid, "alg": "EdDSA", "use": "sig"}]}, self.revoked)

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = time.time()
        claims = {
            "iss": "contor",
            "aud": "contor",
            "sub": str(SOMEBODY),
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


async def refused(keys: Keys, token: str) -> NotAuthenticated:
    with pytest.raises(NotAuthenticated) as problem:
        await keys.verifier.verify(token)
    assert problem.value.status == 401
    assert problem.value.headers == {"WWW-Authenticate": "Bearer"}
    return problem.value


async def test_a_good_token_is_the_person_in_it(keys: Keys) -> None:
    session = uuid4()
    token = keys.sign(role="admin", sid=str(session))
    found = await keys.verifier.verify(token)
    assert (found.id, found.role, found.session_id, found.token) == (SOMEBODY, "admin", session, token)
    assert found.is_admin


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
async def test_a_token_without_a_signature_is_refused(keys: Keys, algorithm: str) -> None:
    await refused(keys, unsigned({"alg": algorithm, "typ": "JWT", "kid": keys.kid}, keys.claims()))


async def test_a_signature_cut_off_or_changed_is_refused(keys: Keys) -> None:
    head, body, signature = keys.sign().split(".")
    other_body = keys.sign(role="admin").split(".")[1]
    for token in (f"{head}.{body}.", f"{head}.{body}", f"{head}.{other_body}.{signature}", f"{head}.{body}.AAAA"):
        await refused(keys, token)


async def test_a_token_of_another_key_is_refused(keys: Keys) -> None:
    await refused(keys, keys.sign(key=Ed25519PrivateKey.generate()))


async def test_the_public_key_as_a_shared_secret_is_refused(keys: Keys) -> None:
    public = keys.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    await refused(keys, keys.sign(key=public + bytes(32), algorithm="HS512"))
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    await refused(keys, keys.sign(key=rsa_key, algorithm="RS256"))


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
async def test_a_claim_that_is_wrong_or_missing_is_refused(keys: Keys, changed: dict[str, Any]) -> None:
    claims = keys.claims()
    for name, value in changed.items():
        claims[name] = value
        if value is None:
            del claims[name]
    # Signed by hand: the library would not make some of these.
    head = {"alg": "EdDSA", "typ": "JWT", "kid": keys.kid}
    signed = unsigned(head, claims).rsplit(".", 1)[0]
    signature = base64.urlsafe_b64encode(keys.private.sign(signed.encode())).decode().rstrip("=")
    await refused(keys, f"{signed}.{signature}")


async def test_an_expired_token_is_told_from_a_bad_one(keys: Keys) -> None:
    problem = await refused(keys, keys.sign(exp=time.time() - 1))
    assert isinstance(problem, TokenExpired)
    assert problem.code == "token_expired"


async def test_a_token_known_from_before_expires_too(keys: Keys) -> None:
    token = keys.sign(exp=time.time() + 1)
    found = await keys.verifier.verify(token)
    keys.verifier._verified[token] = identity.Identity(found.id, "client", found.session_id, time.time() - 0.001, token)
    assert isinstance(await refused(keys, token), TokenExpired)


async def test_keys_named_in_the_token_itself_are_never_used(keys: Keys) -> None:
    mine = Ed25519PrivateKey.generate()
    jwk = json.loads(OKPAlgorithm.to_jwk(mine.public_key())) | {"kid": keys.kid}
    for headers in (
        {"jku": "http://127.0.0.1:1/keys"},
        {"jwk": jwk},
        {"x5u": "http://127.0.0.1:1/cert"},
        {"jku": "http://127.0.0.1:1/keys", "kid": "mine"},
    ):
        await refused(keys, keys.sign(key=mine, headers=headers))
    assert (await keys.verifier.verify(keys.sign(headers={"jku": "http://127.0.0.1:1/keys"}))).id == SOMEBODY


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "x" * 5000, "ș", "a.b.c.d", "\x00", "e30.e30.", "bnVsbA.e30."]
)
async def test_what_is_no_token_is_refused(keys: Keys, token: str) -> None:
    await refused(keys, token)


@pytest.mark.parametrize("kid", [None, 7, ["the-key"], {"a": 1}, ""])
async def test_a_key_id_that_is_none_is_refused(keys: Keys, kid: Any) -> None:
    await refused(keys, unsigned({"alg": "EdDSA", "kid": kid}, keys.claims(), b"x" * 64))


async def test_an_unknown_key_asks_the_signer_at_most_once_in_a_while(keys: Keys) -> None:
    tokens = [keys.sign(headers={"kid": f"made-up-{n}"}) for n in range(50)]
    await asyncio.gather(*(refused(keys, token) for token in tokens))
    assert keys.fetched == 1
    assert (await keys.verifier.verify(keys.sign())).id == SOMEBODY
    assert keys.fetched == 1


async def test_a_new_key_is_found_when_the_while_is_over(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    old = keys.sign()
    await keys.verifier.verify(old)
    keys.private, keys.kid = Ed25519PrivateKey.generate(), "the-next-key"
    new = keys.sign()
    await refused(keys, new)
    monkeypatch.setattr(identity, "REFETCH_SECONDS", 0.0)
    assert (await keys.verifier.verify(new)).id == SOMEBODY
    assert (await keys.verifier.verify(old)).id == SOMEBODY


async def test_a_signer_that_is_away_is_asked_again(keys: Keys) -> None:
    keys.away = True
    token = keys.sign()
    with pytest.raises(Exception, match="try again"):
        await keys.verifier.verify(token)
    keys.away = False
    assert (await keys.verifier.verify(token)).id == SOMEBODY


async def test_a_revoked_session_is_refused_at_once_with_every_token_of_it(keys: Keys) -> None:
    session = uuid4()
    known, unseen = (keys.sign(sid=str(session)) for _ in range(2))
    other = keys.sign()
    await keys.verifier.verify(known)
    keys.verifier.revoke([session])
    for token in (known, unseen):
        assert isinstance(await refused(keys, token), SessionRevoked)
    await keys.verifier.verify(other)


async def test_sessions_ended_before_this_process_started_are_refused(keys: Keys) -> None:
    session = uuid4()
    keys.revoked = [session]
    assert isinstance(await refused(keys, keys.sign(sid=str(session))), SessionRevoked)


async def test_a_refresh_makes_up_for_a_missed_revocation(keys: Keys) -> None:
    session = uuid4()
    token = keys.sign(sid=str(session))
    await keys.verifier.verify(token)
    keys.revoked.append(session)
    keys.away = True
    with pytest.raises(KeysUnavailable):
        await keys.verifier.refresh()
    await keys.verifier.verify(token)
    keys.away = False
    await keys.verifier.refresh()
    with pytest.raises(SessionRevoked):
        await keys.verifier.verify(token)


async def test_the_signer_of_the_tests_is_trusted_like_the_real_one() -> None:
    signer = Signer()
    verifier = Verifier(signer.issuer_state)
    assert (await verifier.verify(signer.token(SOMEBODY, "admin"))).is_admin
    with pytest.raises(TokenExpired):
        await verifier.verify(signer.token(SOMEBODY, lifetime=-1))
