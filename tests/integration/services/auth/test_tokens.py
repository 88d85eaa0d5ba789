"""Access tokens: claims, forgeries, key rotation."""

import json
import time
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from sqlalchemy import update

from contor.services.auth.lifespan import run_maintenance
from contor.services.auth.models import SigningKey
from contor.services.auth.repository import SigningKeyRepository
from contor.services.auth.service.derived_keys import KeyCipher
from contor.services.auth.service.keyring import PUBLISHED_AFTER_USE, PUBLISHED_BEFORE_USE
from tests.integration.services.auth.conftest import Auth, Browser


async def signing_key(auth: Auth) -> tuple[str, Ed25519PrivateKey]:
    """The id and the private key of the newest key in auth's database."""
    context = auth.running.context
    async with context.database.transaction() as session:
        key = (await SigningKeyRepository(session).all())[-1]
    private = KeyCipher(context.settings.sealing_secret).decrypt(key.sealed_key, key.kid)
    return key.kid, Ed25519PrivateKey.from_private_bytes(private)


def claims_of(browser: Browser, **changes: Any) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(browser.token, options={"verify_signature": False})
    return {name: value for name, value in (claims | changes).items() if value is not None}


async def refused(auth: Auth, token: str) -> str:
    answer = await auth.running.client.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    code: str = answer.json()["code"]
    return code


async def test_a_token_names_its_key_and_has_the_required_claims(auth: Auth) -> None:
    browser = await auth.client()
    header, claims = jwt.get_unverified_header(browser.token), claims_of(browser)
    jwks = (await auth.running.client.get("/auth/.well-known/jwks.json")).json()
    assert header["alg"] == "EdDSA"
    assert header["kid"] in [key["kid"] for key in jwks["keys"]]
    assert set(claims) == {"iss", "aud", "sub", "typ", "jti", "sid", "role", "exp", "iat"}
    assert (claims["typ"], claims["role"], claims["sub"]) == ("access", "client", str(browser.account_id))
    assert claims["exp"] - claims["iat"] == 600
    assert all("d" not in key for key in jwks["keys"])


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "elsewhere"},
        {"iss": "elsewhere"},
        {"typ": "refresh"},
        {"role": "root"},
        {"sub": "not a uuid"},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        *({missing: None} for missing in ("aud", "iss", "typ", "sub", "sid", "jti", "role", "exp", "iat")),
    ],
    ids=str,
)
async def test_a_valid_signature_with_wrong_claims_is_refused(auth: Auth, changes: dict[str, Any]) -> None:
    browser = await auth.client()
    kid, key = await signing_key(auth)
    valid = jwt.encode(claims_of(browser), key, "EdDSA", headers={"kid": kid})
    assert (await auth.running.client.get("/auth/me", headers={"Authorization": f"Bearer {valid}"})).status_code == 200
    token = jwt.encode(claims_of(browser, **changes), key, "EdDSA", headers={"kid": kid})
    assert await refused(auth, token) == "not_authenticated"


async def test_an_expired_token_is_refused_with_its_own_code(auth: Auth) -> None:
    browser = await auth.client()
    kid, key = await signing_key(auth)
    token = jwt.encode(claims_of(browser, exp=int(time.time()) - 1), key, "EdDSA", headers={"kid": kid})
    assert await refused(auth, token) == "token_expired"


async def test_an_unsigned_token_is_refused(auth: Auth) -> None:
    browser = await auth.client()
    kid, _ = await signing_key(auth)
    for algorithm in ("none", "None", "nOnE"):
        unsigned = jwt.encode(claims_of(browser), "", "none", headers={"kid": kid})
        head, body, _ = unsigned.split(".")
        head = jwt.utils.base64url_encode(json.dumps({"alg": algorithm, "typ": "JWT", "kid": kid}).encode()).decode()
        for signature in ("", browser.token.split(".")[2]):
            assert await refused(auth, f"{head}.{body}.{signature}") == "not_authenticated"


async def test_a_foreign_key_is_refused_under_any_key_id(auth: Auth) -> None:
    browser = await auth.client()
    kid, _ = await signing_key(auth)
    foreign = Ed25519PrivateKey.generate()
    for name in (kid, "unknown"):
        token = jwt.encode(claims_of(browser, role="admin"), foreign, "EdDSA", headers={"kid": name})
        assert await refused(auth, token) == "not_authenticated"
    assert await refused(auth, jwt.encode(claims_of(browser), foreign, "EdDSA")) == "not_authenticated"


async def test_keys_in_the_token_header_are_ignored(auth: Auth) -> None:
    browser = await auth.client()
    kid, _ = await signing_key(auth)
    foreign = Ed25519PrivateKey.generate()
    own = json.loads(OKPAlgorithm.to_jwk(foreign.public_key()))
    for header in ({"jku": "https://evil.test/jwks.json"}, {"x5u": "https://evil.test/cert"}, {"jwk": own}):
        for name in (kid, "unknown"):
            token = jwt.encode(claims_of(browser), foreign, "EdDSA", headers={"kid": name, **header})
            assert await refused(auth, token) == "not_authenticated"


async def test_the_public_key_is_not_accepted_as_an_hmac_secret(auth: Auth) -> None:
    browser = await auth.client()
    jwks = (await auth.running.client.get("/auth/.well-known/jwks.json")).json()
    secret = jwt.utils.base64url_decode(jwks["keys"][0]["x"])
    token = jwt.encode(claims_of(browser), secret, "HS256", headers={"kid": jwks["keys"][0]["kid"]})
    assert await refused(auth, token) == "not_authenticated"


async def test_tokens_of_the_old_key_stay_valid_during_the_rotation(auth: Auth) -> None:
    browser = await auth.client()
    old, _ = await signing_key(auth)
    await age_keys(auth, timedelta(days=31))
    new, _ = await signing_key(auth)
    assert new != old
    assert await published_keys(auth) == [old, new]
    await browser.refresh()
    assert jwt.get_unverified_header(browser.token)["kid"] == old
    await age_keys(auth, PUBLISHED_BEFORE_USE)
    before = browser.token
    await browser.refresh()
    assert jwt.get_unverified_header(browser.token)["kid"] == new
    for token in (before, browser.token):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await auth.running.client.get("/auth/me", headers=headers)).status_code == 200
    await age_keys(auth, PUBLISHED_AFTER_USE)
    assert await published_keys(auth) == [new]


async def age_keys(auth: Auth, age: timedelta) -> None:
    """Make every key older, then run the maintenance."""
    context = auth.running.context
    async with context.database.transaction() as session:
        await session.execute(update(SigningKey).values(created_at=SigningKey.created_at - age))
    await run_maintenance(context)


async def published_keys(auth: Auth) -> list[str]:
    jwks = (await auth.running.client.get("/auth/.well-known/jwks.json")).json()
    return [key["kid"] for key in jwks["keys"]]
