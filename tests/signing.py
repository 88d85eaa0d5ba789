"""Access tokens, signed with a real key, for tests of services other than auth."""

import json
import time
from typing import Any, Literal
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from contor.kernel.identity import IssuerState


class Signer:
    """Stands in for auth; `issuer_state` is for a `Verifier`."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.kid = uuid4().hex

    async def issuer_state(self) -> IssuerState:
        key = json.loads(OKPAlgorithm.to_jwk(self._key.public_key()))
        return IssuerState({"keys": [key | {"kid": self.kid, "use": "sig", "alg": "EdDSA"}]}, [])

    def token(
        self,
        user_id: UUID,
        role: Literal["client", "admin"] = "client",
        *,
        session_id: UUID | None = None,
        lifetime: float = 600,
        **claims: Any,
    ) -> str:
        now = time.time()
        payload = {
            "iss": "contor",
            "aud": "contor",
            "sub": str(user_id),
            "typ": "access",
            "jti": uuid4().hex,
            "sid": str(session_id or uuid4()),
            "role": role,
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(payload | claims, self._key, algorithm="EdDSA", headers={"kid": self.kid})
