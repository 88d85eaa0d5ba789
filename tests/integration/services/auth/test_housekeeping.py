"""What nobody needs any more is dropped."""

from contor.services.auth.lifespan import keep_house
from contor.services.auth.service.sessions import AuthServices
from tests.integration.services.auth.conftest import Auth


async def test_old_audit_entries_counts_and_sessions_go(auth: Auth) -> None:
    browser, admin = await auth.client(), await auth.admin()
    await browser.send("POST", "/auth/logout")
    await auth.browser().sign_in("maria", "wrong one")
    database = auth.running.context.database
    auth.set(audit_retention_days=1e-9, attempts_window=1e-3)
    await keep_house(database, auth.running.context.resource(AuthServices))
    assert (await admin.get("/auth/audit")).json()["items"] == []
    async with database.transaction() as session:
        connection = await session.connection()
        left = {
            table: (await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in ("attempts", "sessions", "ended_sessions")
        }
    # The session that just ended is remembered while its access token may be alive; the administrator's goes on.
    assert left == {"attempts": 0, "sessions": 1, "ended_sessions": 1}


async def test_keeping_house_twice_makes_no_second_key(auth: Auth) -> None:
    tools = auth.running.context.resource(AuthServices)
    await keep_house(auth.running.context.database, tools)
    jwks = await auth.running.client.get("/auth/.well-known/jwks.json")
    assert len(jwks.json()["keys"]) == 1
