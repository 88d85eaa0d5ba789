"""The verifier of access tokens, connected to auth wherever that runs."""

import asyncio
from uuid import UUID

from contor.contracts.accounts import SessionsRevoked
from contor.kernel.bus import Bus
from contor.kernel.identity import IssuerState, Verifier
from contor.kernel.peers import Peers


def make_verifier(bus: Bus, peers: Peers) -> Verifier:
    """Fetches keys and revoked sessions from auth; `bus` delivers revocations at once."""

    async def fetch() -> IssuerState:
        keys, revoked = await asyncio.gather(
            peers.call("auth", "GET", "/auth/.well-known/jwks.json"),
            peers.call("auth", "GET", "/auth/.well-known/revoked.json"),
        )
        return IssuerState(keys.json(), [UUID(sid) for sid in revoked.json()["sessions"]])

    async def when_sessions_revoked(message: SessionsRevoked) -> None:
        verifier.revoke(message.session_ids)

    verifier = Verifier(fetch)
    bus.subscribe_broadcast(SessionsRevoked, when_sessions_revoked)
    return verifier
