"""What anybody may know: how to sign in here, which keys sign, which sessions ended lately."""

from fastapi import APIRouter

from contor.kernel.http import Session
from contor.kernel.identity import Public
from contor.services.auth.endpoints.dependencies import Ready
from contor.services.auth.schemas import Jwks, PublicSettings, Revoked
from contor.services.auth.service.keyring import public_keys
from contor.services.auth.service.revocation import ended_lately

router = APIRouter()


@router.get("/settings", dependencies=[Public])
async def settings(tools: Ready) -> PublicSettings:
    """What the sign-in page needs to know."""
    return PublicSettings(registration_open=tools.settings.registration_open)


@router.get("/.well-known/jwks.json", dependencies=[Public])
async def jwks(session: Session) -> Jwks:
    """The public keys of access tokens, the next one included."""
    return await public_keys(session)


@router.get("/.well-known/revoked.json", dependencies=[Public])
async def revoked(session: Session) -> Revoked:
    """The sessions that ended within the life of an access token."""
    return Revoked(sessions=await ended_lately(session))
