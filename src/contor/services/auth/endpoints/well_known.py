"""Public facts: sign-in settings, signing keys, recently ended sessions."""

from fastapi import APIRouter

from contor.kernel.http import Session
from contor.kernel.identity import Public
from contor.services.auth.endpoints.dependencies import AuthDeps
from contor.services.auth.schemas import Jwks, PublicSettings, Revoked
from contor.services.auth.service.keyring import public_keys
from contor.services.auth.service.revocation import revoked_sessions

router = APIRouter()


@router.get("/settings", dependencies=[Public])
async def read_settings(auth: AuthDeps) -> PublicSettings:
    """Return what a sign-in page needs: whether visitors may create their own account."""
    return PublicSettings(registration_open=auth.settings.registration_open)


@router.get("/.well-known/jwks.json", dependencies=[Public])
async def list_keys(session: Session) -> Jwks:
    """Return the public keys (JWKS, RFC 7517) that access tokens are signed with, the next key included."""
    return await public_keys(session)


@router.get("/.well-known/revoked.json", dependencies=[Public])
async def list_revoked_sessions(session: Session) -> Revoked:
    """Return the ids of sessions whose access tokens must be refused although they have not expired."""
    return Revoked(sessions=await revoked_sessions(session))
