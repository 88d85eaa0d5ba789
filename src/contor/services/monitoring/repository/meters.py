"""SQL of the replica of devices: followed by `device.changed`, deleted with the device.

A batch that rejects readings of an unknown device holds the advisory lock of the device's share until it commits;
creating the device waits for that, exclusively. So the one that comes second sees what the other has stored.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from contor.contracts.devices import Channel as ChannelChanged
from contor.contracts.devices import DeviceChanged
from contor.kernel.database import Repository
from contor.services.monitoring.models import Alert, Channel, Meter, RejectedReading

LOCKS = 7_301_945
"""First key of monitoring's advisory locks; the second is `MONTHS`, `PURGE` or the share of a device."""
MONTHS = 0
PURGE = -1
SHARES = 512
"""Of all devices: a batch full of unknown ids must not fill PostgreSQL's table of locks."""
COPIED = {"device_id", "version", "deleted", "name", "owner_id", "time_zone"}
DATA_OF_CHANNELS = ("readings", "quarter_hours", "hours", "corrections")
DATA_OF_METER = ("channels", "alerts", "meter_history", "upcoming_hours")


def device_share(device_id: UUID) -> int:
    return 1 + device_id.int % SHARES


class MeterRepository(Repository):
    async def lock(self, device_id: UUID) -> int | None:
        """The number of the meter, locked; None when it is unknown or deleted."""
        meter = select(Meter.number).where(Meter.device_id == device_id, ~Meter.deleted).with_for_update(key_share=True)
        number: int | None = await self.session.scalar(meter)
        return number

    async def upsert(self, change: DeviceChanged, hourly_limit: int | None, max_power: int) -> bool:
        """Store the device as it is now (limit in µWh, power in mW). Returns False when a newer version is stored."""
        await self._lock_device_creation(change.device_id)
        values: dict[str, Any] = change.model_dump(include=COPIED)
        values |= {"hourly_limit": hourly_limit, "max_power": max_power}
        if change.deleted:
            values["owner_id"] = None
        statement = insert(Meter).values(values)
        newer = statement.on_conflict_do_update(
            index_elements=["device_id"],
            set_={name: statement.excluded[name] for name in values if name != "device_id"},
            where=Meter.version < statement.excluded["version"],
        )
        return (await self.session.execute(newer.returning(Meter.number))).first() is not None

    async def upsert_channel(self, meter: int, channel: ChannelChanged) -> bool:
        """Store a channel of a locked meter. Returns whether its readings now have another interval."""
        values = channel.model_dump()
        known = select(Channel.stamp, Channel.interval_minutes).where(
            Channel.meter == meter, Channel.name == channel.name
        )
        before = (await self.session.execute(known)).one_or_none()
        statement = insert(Channel).values(meter=meter, **values)
        stored = statement.on_conflict_do_update(index_elements=["meter", "name"], set_=values)
        await self.session.execute(stored)
        return before is not None and tuple(before) != (channel.stamp, channel.interval_minutes)

    async def set_visible_from(self, meter: int, slot: int | None) -> None:
        """Writes the meter's row in any case: batches notice that something about it has changed."""
        await self.session.execute(update(Meter).where(Meter.number == meter).values(visible_from=slot))

    async def _lock_device_creation(self, device_id: UUID) -> None:
        """Wait for batches that reject readings of a device still unknown, so that their rejections can be replayed.

        Batches lock the meters they know, so that changing one of those waits for its row anyway.
        """
        known = select(Meter.number).where(Meter.device_id == device_id, ~Meter.deleted)
        if await self.session.scalar(known) is None:
            await self.session.execute(select(func.pg_advisory_xact_lock(LOCKS, device_share(device_id))))

    async def delete_data(self, device_id: UUID) -> None:
        """Delete everything about a device but its row, which remembers that it is deleted."""
        number = {
            "number": (await self.session.scalars(select(Meter.number).where(Meter.device_id == device_id))).one()
        }
        for table in DATA_OF_CHANNELS:
            channels = "SELECT number FROM channels WHERE meter = :number"
            await self.session.execute(text(f"DELETE FROM {table} WHERE channel IN ({channels})"), number)  # noqa: S608
        for table in DATA_OF_METER:
            await self.session.execute(text(f"DELETE FROM {table} WHERE meter = :number"), number)  # noqa: S608
        await self.session.execute(delete(RejectedReading).where(RejectedReading.device_id == str(device_id)))

    async def remove_owner(self, owner_id: UUID) -> None:
        """Delete the user's alerts and leave their meters without an owner."""
        await self.session.execute(delete(Alert).where(Alert.owner_id == owner_id))
        await self.session.execute(update(Meter).where(Meter.owner_id == owner_id).values(owner_id=None))
