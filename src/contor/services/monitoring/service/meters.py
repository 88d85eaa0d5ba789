"""The replica of devices: what a change of a device changes in its profile, alerts and history."""

from sqlalchemy.ext.asyncio import AsyncSession

from contor.contracts.devices import DeviceChanged
from contor.kernel.database import raw
from contor.services.monitoring.ingestion.limits import evaluate_range
from contor.services.monitoring.metering.slots import day_start, local_date, slot_at
from contor.services.monitoring.metering.terms import EVER
from contor.services.monitoring.metering.units import UWH_PER_KWH
from contor.services.monitoring.repository.ingest import IngestRepository
from contor.services.monitoring.repository.meters import MeterRepository
from contor.services.monitoring.repository.profile import rebuild_profile
from contor.services.monitoring.repository.terms import add_history, fetch_terms
from contor.services.monitoring.service.rejected_readings import replay_for_device

MW_PER_KW = 1_000_000


async def change_device(session: AsyncSession, change: DeviceChanged) -> None:
    """Store the device as it is now, and since when; re-evaluate what this changes; then replay rejected readings.

    A version that is not newer adds to the history only; its owner may be entitled to send what was rejected.
    """
    meters = MeterRepository(session)
    limit = change.max_hourly_consumption_kwh
    hourly_limit = None if limit is None else int(limit * UWH_PER_KWH)
    newer = await meters.upsert(change, hourly_limit, int(change.max_power_kw * MW_PER_KW))
    if change.deleted:
        if newer:
            await meters.delete_data(change.device_id)
        return
    meter = await meters.lock(change.device_id)
    if meter is None:
        return
    await _apply(session, change, meter, hourly_limit, newer=newer)
    terms = (await fetch_terms(await raw(session), [meter]))[meter]
    await replay_for_device(session, change.device_id, {owner for _, owner in terms.owners if owner is not None})


async def _apply(
    session: AsyncSession, change: DeviceChanged, meter: int, hourly_limit: int | None, *, newer: bool
) -> None:
    meters, connection = MeterRepository(session), await raw(session)
    respread = False
    if newer:
        for channel in change.all_channels():
            respread |= await meters.upsert_channel(meter, channel)
    before = (await fetch_terms(connection, [meter]))[meter]
    await _add_history(session, change, meter, hourly_limit)
    after = (await fetch_terms(connection, [meter]))[meter]
    await meters.set_visible_from(meter, after.visible_from)
    await session.flush()
    earliest = EVER if respread else after.earliest_difference(before)
    if earliest is None or not before.zones:  # nothing has changed, or it is new
        return
    for stored in await IngestRepository(connection).lock_meters([meter]):
        if respread:
            await rebuild_profile(connection, stored.number, stored.interval)
        # The hour before the change may end with it now.
        await evaluate_range(connection, stored, max(earliest - 1, EVER))


async def _add_history(session: AsyncSession, change: DeviceChanged, meter: int, hourly_limit: int | None) -> None:
    connection = await raw(session)
    zone_since = EVER
    if change.time_zone_since is not None:
        zone_since = day_start(local_date(slot_at(change.time_zone_since), change.time_zone), change.time_zone)
    await add_history(connection, meter, "time_zone", zone_since, change.time_zone, change.version)
    owner_since = EVER if change.owner_since is None else slot_at(change.owner_since)
    owner = None if change.owner_id is None else str(change.owner_id)
    await add_history(connection, meter, "owner", owner_since, owner, change.version)
    limit_since = EVER if change.limit_since is None else slot_at(change.limit_since)
    limit = None if hourly_limit is None else str(hourly_limit)
    await add_history(connection, meter, "limit", limit_since, limit, change.version)
