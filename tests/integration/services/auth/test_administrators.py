"""The first administrator, and administrators created on the command line."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from pydantic import ValidationError

from contor.contracts.accounts import WeakPassword
from contor.kernel.database import Database
from contor.kernel.errors import Problem
from contor.kernel.service import Context
from contor.kernel.settings import Settings
from contor.services.auth import SERVICE
from contor.services.auth.lifespan import lifespan
from contor.services.auth.service.administrators import FirstAdministrator, create_administrator, ensure_administrator
from contor.services.auth.service.derived_keys import WrongSecret
from contor.services.auth.settings import AuthSettings
from tests.running import Databases, RunningService

Run = Callable[..., AbstractAsyncContextManager[RunningService]]


async def sign_in(running: RunningService, username: str, password: str) -> int:
    body = {"username": username, "password": password}
    return (await running.client.post("/auth/login", json=body)).status_code


async def test_a_generated_password_is_printed_once_and_signs_in(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    async with run(SERVICE) as running:
        printed = capsys.readouterr()
        first = running.context.resource(FirstAdministrator)
        assert first.password is not None
        assert printed.out == f"First administrator: admin  password: {first.password}\n"
        assert first.password not in printed.err
        assert await sign_in(running, "admin", first.password) == 200
        async with running.context.database.transaction() as session:
            assert await ensure_administrator(session, AuthSettings()) is None


async def test_the_operator_chooses_name_and_password_of_the_first_administrator(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTOR_ADMIN_USERNAME", "chief")
    monkeypatch.setenv("CONTOR_ADMIN_PASSWORD", "chief of the meters")
    async with run(SERVICE) as running:
        assert await sign_in(running, "chief", "chief of the meters") == 200


async def test_a_breached_password_of_the_first_administrator_stops_the_start(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTOR_ADMIN_PASSWORD", "administrator")
    with pytest.raises(WeakPassword):
        async with run(SERVICE):
            pass


async def test_the_command_line_creates_administrators_by_the_same_rules(run: Run) -> None:
    async with run(SERVICE) as running:
        database = running.context.database
        async with database.transaction() as session:
            created = await create_administrator(session, "second", "a quite long password")
        assert created.role == "admin"
        assert await sign_in(running, "second", "a quite long password") == 200
        for username, password, error in (
            ("SECOND", "a quite long password", Problem),
            ("third", "password", WeakPassword),
            ("not a name", "a quite long password", ValidationError),
        ):
            with pytest.raises(error):
                async with database.transaction() as session:
                    await create_administrator(session, username, password)


async def test_a_wrong_secret_stops_the_start_with_its_name(run: Run, databases: Databases, tmp_path: Path) -> None:
    async with run(SERVICE) as running:
        database = Database(running.context.database.url)
        settings = Settings(data_dir=tmp_path / "other")
        here = running.context
        context = Context("auth", settings, here.bus, here.verifier, here.peers, database)
        with pytest.raises(WrongSecret, match="CONTOR_SECRET"):
            async with lifespan(context):
                pass
        await database.close()
