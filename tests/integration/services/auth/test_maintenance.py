"""Maintenance deletes expired rows and rotates keys only when due."""

from contor.services.auth.lifespan import run_maintenance
from tests.integration.services.auth.conftest import Auth


async def test_old_audit_entries_attempts_and_sessions_are_deleted(auth: Auth) -> None:
    browser, admin = await auth.client(), await auth.admin()
    await browser.send("POST", "/auth/logout")
    await auth.browser().sign_in("maria", "wrong one")
    database = auth.running.context.database
    auth.set(audit_retention_days=1e-9, attempts_window=1e-3)
    await run_maintenance(auth.running.context)
    assert (await admin.get("/auth/audit")).json()["items"] == []
    async with database.transaction() as session:
        connection = await session.connection()
        remaining = {
            table: (await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in ("attempts", "sessions", "ended_sessions")
        }
    # The ended session is stored until its access tokens have expired; the administrator's session is active.
    assert remaining == {"attempts": 0, "sessions": 1, "ended_sessions": 1}


async def test_maintenance_creates_no_key_before_it_is_due(auth: Auth) -> None:
    await run_maintenance(auth.running.context)
    jwks = await auth.running.client.get("/auth/.well-known/jwks.json")
    assert len(jwks.json()["keys"]) == 1
