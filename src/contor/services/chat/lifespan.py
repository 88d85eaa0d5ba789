"""What runs beside the requests: the assistant's answers, and a sweep of what is overdue or expired."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from contor.kernel.clock import now
from contor.kernel.periodic import periodic
from contor.kernel.service import Context
from contor.services.chat.assistant import assistant_of
from contor.services.chat.repository.model_usage import ModelUsageRepository
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.budget import StoredBudget
from contor.services.chat.service.presence import purge_expired
from contor.services.chat.settings import ChatSettings

SWEEP_SECONDS = 5.0
USAGE_RETENTION = timedelta(days=2)
"""By then a day is over in every time zone."""


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Register `ChatSettings` and `Answers`."""
    settings = ChatSettings()
    context.register(settings)
    context.register(Answers(context, settings, assistant_of(settings, StoredBudget(context.database, settings))))

    async def sweep() -> None:
        await context.resource(Answers).hand_over_overdue()
        async with context.database.transaction() as session:
            await purge_expired(session, settings.presence_seconds)
            await ModelUsageRepository(session).purge(now().date() - USAGE_RETENTION)

    try:
        async with periodic(SWEEP_SECONDS, sweep, failed="chat_sweep_failed"):
            yield
    finally:
        await context.resource(Answers).stop()
