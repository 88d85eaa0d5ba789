"""Access to a Contor from a command beside it: its database server, and its bus without deliveries."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from contor.kernel.bus import Bus
from contor.kernel.database import Database, database_url
from contor.kernel.identity import Verifier
from contor.kernel.peers import Peers
from contor.kernel.service import Context, Service
from contor.kernel.settings import Settings
from contor.runtime.composition import DataFolderTaken, bus_of, database_server, trust_from
from contor.runtime.embedded.postgres import EmbeddedPostgres
from contor.runtime.runner import subscribe


@contextlib.asynccontextmanager
async def reachable_server(settings: Settings) -> AsyncIterator[str]:
    """The database server of a Contor that runs, or, when none runs on this data folder, its server started for us."""
    with contextlib.suppress(DataFolderTaken):
        async with database_server(settings) as url:
            yield url
            return
    yield EmbeddedPostgres(settings.data_dir / "postgres").url


@contextlib.asynccontextmanager
async def idle_bus(
    settings: Settings, server_url: str, services: Sequence[Service]
) -> AsyncIterator[tuple[Bus, dict[str, Context]]]:
    """The bus with the consumers of these services on it, before it starts: it can be asked, and delivers nothing."""
    bus = bus_of(settings)
    contexts: dict[str, Context] = {}
    async with contextlib.AsyncExitStack() as stack:
        peers = Peers(settings.peers)
        stack.push_async_callback(peers.close)
        for service in services:
            database = Database(database_url(server_url, service.name)) if service.has_database else None
            if database is not None:
                stack.push_async_callback(database.close)
            context = Context(service.name, settings, bus, Verifier(trust_from(peers)), peers, database)
            contexts[service.name] = context
            subscribe(service, context)
        yield bus, contexts
