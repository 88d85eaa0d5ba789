"""What runs beside the chat's requests: answers being made, and a sweep for those that never came."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from contor.kernel.clock import now
from contor.kernel.service import Context
from contor.kernel.telemetry import log
from contor.services.chat.assistant import assistant_of
from contor.services.chat.repository.model_usage import UseRepository
from contor.services.chat.service.answers import Answers
from contor.services.chat.service.budget import StoredBudget
from contor.services.chat.service.presence import forget
from contor.services.chat.settings import ChatSettings

SWEEP_SECONDS = 5.0
USE_KEPT = timedelta(days=2)
"""A day is over everywhere on earth by then."""


@contextlib.asynccontextmanager
async def lifespan(context: Context) -> AsyncIterator[None]:
    """Provide `ChatSettings` and `Answers`."""
    settings = ChatSettings()
    answers = Answers(context, settings, assistant_of(settings, StoredBudget(context.database, settings)))
    context.register(settings)
    context.register(answers)
    sweeper = asyncio.create_task(_sweep(context), name="chat-sweep")
    try:
        yield
    finally:
        sweeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sweeper
        await context.resource(Answers).stop()


async def _sweep(context: Context) -> None:
    answers = context.resource(Answers)
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await answers.sweep()
            async with context.database.transaction() as session:
                await forget(session, context.resource(ChatSettings).presence_seconds)
                await UseRepository(session).forget_before(now().date() - USE_KEPT)
        except Exception:
            log.exception("chat_sweep_failed")
