"""The overview of all meters for administrators."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from contor.kernel.clock import now
from contor.services.monitoring.repository.reads import Queries
from contor.services.monitoring.schemas import Attention, Fleet, MinuteCount


async def fleet(session: AsyncSession, silent_after: timedelta) -> Fleet:
    """How the meters are doing, and what needs a look."""
    queries = Queries(session)
    moment = now()
    row = await queries.fleet(int((moment - silent_after).timestamp() * 1000))
    counted = {m.minute: m.readings for m in await queries.minutes(moment - timedelta(hours=1))}
    minutes = [moment.replace(second=0, microsecond=0) - timedelta(minutes=n) for n in range(59, -1, -1)]
    attention = [Attention(kind="over_limit", **item) for item in row["over"] or []]
    attention += [Attention(kind="silent", **item) for item in row["quiet"] or []]
    if row["rejected_pending"]:
        attention.append(Attention(kind="rejected", count=row["rejected_pending"]))
    names = ("devices", "reporting", "silent", "never", "over_limit", "rejected_pending")
    return Fleet(
        **{name: row[name] for name in names},
        readings_per_minute=[MinuteCount(minute=minute, count=counted.get(minute, 0)) for minute in minutes],
        attention=attention,
    )
