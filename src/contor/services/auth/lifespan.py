"""What runs beside auth's requests: its tools made ready, its house kept."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

from contor.kernel.clock import now
from contor.kernel.database import Database
from contor.kernel.identity import TOKEN_LIFETIME
from contor.kernel.service import Context
from contor.kernel.telemetry import log
from contor.services.auth.repository import Housekeeping
from contor.services.auth.service.administrators import ensure_administrator
from contor.services.auth.service.keyring import Keyring
from contor.services.auth.service.passwords import Passwords
from contor.services.auth.service.refresh_tokens import RefreshTokens
from contor.services.auth.service.sessions import AuthServices
from contor.services.auth.service.throttle import KnownDevices
from contor.services.auth.settings import AuthSettings

EVERY_SECONDS = 600.0


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `AuthServices`, and `FirstAdministrator` when one was created; ensure that a signing key exists."""
    settings = AuthSettings()
    secret = context.settings.sealing_secret
    tools = AuthServices(
        settings,
        await Passwords.ready(settings.hashing_threads, settings.hashing_queue),
        Keyring(secret),
        RefreshTokens(secret),
        KnownDevices(secret),
    )
    context.register(tools)
    await keep_house(context.database, tools)
    async with context.database.transaction() as session:
        first = await ensure_administrator(session, settings)
    if first is not None:
        context.register(first)
        if first.password is not None:
            # Once, and to the operator's screen only: never into a log that is kept.
            sys.stdout.write(f"First administrator: {first.username}  password: {first.password}\n")
            sys.stdout.flush()
    keeper = asyncio.create_task(_keep_keeping_house(context), name="auth-housekeeping")
    try:
        yield
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper


async def keep_house(database: Database, tools: AuthServices) -> None:
    """Rotate the signing key when it is due, and drop what nobody needs any more."""
    settings = tools.settings
    async with database.transaction() as session:
        await tools.keyring.keep_fresh(session, timedelta(days=settings.key_rotation_days))
    async with database.transaction() as session:
        await Housekeeping(session).purge(
            ended=now() - timedelta(seconds=2 * TOKEN_LIFETIME),
            quiet=now() - timedelta(seconds=settings.attempts_window),
            audit=now() - timedelta(days=settings.audit_retention_days),
        )


async def _keep_keeping_house(context: Context) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await keep_house(context.database, context.resource(AuthServices))
        except Exception:
            log.exception("auth_housekeeping_failed")
