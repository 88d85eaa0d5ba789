"""The resources of the auth service, its maintenance, and the first administrator."""

import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

from contor.kernel.clock import now
from contor.kernel.identity import TOKEN_LIFETIME
from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.auth.repository import MaintenanceRepository
from contor.services.auth.service.administrators import ensure_administrator
from contor.services.auth.service.keyring import Keyring
from contor.services.auth.service.passwords import Passwords
from contor.services.auth.service.refresh_tokens import RefreshTokens
from contor.services.auth.service.sessions import AuthServices
from contor.services.auth.service.throttle import KnownDevices
from contor.services.auth.settings import AuthSettings

MAINTENANCE_SECONDS = 600.0


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `AuthServices`, and `FirstAdministrator` when one was created; ensure that a signing key exists."""
    settings = AuthSettings()
    secret = context.settings.sealing_secret
    passwords = await Passwords.create(settings.hashing_threads, settings.hashing_queue)
    context.register(AuthServices(settings, passwords, Keyring(secret), RefreshTokens(secret), KnownDevices(secret)))
    await run_maintenance(context)
    async with context.database.transaction() as session:
        first = await ensure_administrator(session, settings)
    if first is not None:
        context.register(first)
        if first.password is not None:
            # Written once to the terminal and never to a log, which may be stored.
            sys.stdout.write(f"First administrator: {first.username}  password: {first.password}\n")
            sys.stdout.flush()
    async with periodic(MAINTENANCE_SECONDS, partial(run_maintenance, context), failed="auth_maintenance_failed"):
        yield


async def run_maintenance(context: Context) -> None:
    """Rotate the signing key if it is due, and delete expired rows."""
    auth = context.resource(AuthServices)
    async with context.database.transaction() as session:
        await auth.keyring.rotate_if_due(session, timedelta(days=auth.settings.key_rotation_days))
    async with context.database.transaction() as session:
        await MaintenanceRepository(session).purge(
            ended_before=now() - timedelta(seconds=2 * TOKEN_LIFETIME),
            attempts_before=now() - timedelta(seconds=auth.settings.attempts_window),
            audit_before=now() - timedelta(days=auth.settings.audit_retention_days),
        )
