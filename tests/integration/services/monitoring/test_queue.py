"""Readings from the queue `sensor_data`: no message blocks the others, and none is lost."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contor.contracts.readings import SENSOR_DATA
from contor.kernel.database import Database
from contor.kernel.postgres_errors import is_connection_failure
from contor.services.monitoring.ingestion.batch_writer import RETRY, BatchWriter
from contor.services.monitoring.ingestion.decoders.json_items import MAX_READINGS
from contor.services.monitoring.ingestion.rejections import MAX_PAYLOAD
from contor.services.monitoring.settings import MAX_BODY_BYTES, MonitoringSettings
from tests.integration.services.monitoring.conftest import Meters, at, flat, reading
from tests.waiting import until

NOON = at(2026, 5, 4, 12)
AT_NOON = int(NOON.timestamp() * 1000)


async def send(meters: Meters, *bodies: Any) -> None:
    """Send bodies, as JSON unless they are bytes. Returns when they are acknowledged."""
    raw = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
    await meters.running.bus.send(SENSOR_DATA, raw)


async def rejected(meters: Meters, **query: Any) -> list[Any]:
    return flat(await meters.all_pages("/rejected", limit=200, **query))


async def test_every_form_of_a_message_is_stored(fresh: Meters) -> None:
    device = await fresh.device(limit="1")
    pack = {
        "device_id": str(device),
        "readings": [{"timestamp": AT_NOON + n, "measurement_value": 0.1} for n in (2, 3)],
    }
    array = [reading(device, at(2026, 5, 4, 12, minute), 0.1) for minute in (5, 6)]
    iso = {"timestamp": "2026-05-04T12:30:00+03:00", "device_id": str(device), "measurement_value": 1}
    await send(fresh, reading(device, NOON, 0.1), pack, array, iso)
    assert (await fresh.consumption(device))["total_kwh"] == 1.5
    (alert,) = await fresh.alerts(device)
    assert alert["energy_kwh"] == 1.5
    await fresh.outbox_published()
    assert fresh.past_alerts_found(device) == 1
    assert await rejected(fresh) == []


async def test_messages_delivered_again_change_nothing(meters: Meters) -> None:
    device = await meters.device()
    bodies = [reading(device, at(2026, 5, 4, 12, minute), 0.1) for minute in range(10)]
    await send(meters, *bodies, *bodies[:5])
    await send(meters, *bodies)
    assert (await meters.consumption(device))["total_kwh"] == 1


async def test_more_readings_than_a_batch_are_stored_in_several(meters: Meters) -> None:
    device = await meters.device()
    packs = [
        {
            "device_id": str(device),
            "readings": [
                {"timestamp": AT_NOON - (k * 1_000 + n) * 60_000, "measurement_value": 0.001} for n in range(1_000)
            ],
        }
        for k in range(25)
    ]
    await send(meters, *packs)
    assert (await meters.consumption(device, resolution="month"))["total_kwh"] == 25


def of_no_device() -> dict[str, Any]:
    return reading(uuid4(), NOON, 1)


INVALID: list[tuple[bytes, str]] = [
    (b"", "malformed_json"),
    (b"#meter;1;", "malformed_json"),
    (b"\xff\xfe\x00garbage", "malformed_json"),
    (b'{"timestamp": 1, "device_id": "\xe9"}', "malformed_json"),
    (b"\x00" * 100, "malformed_json"),
    (b"[" * 100_000, "malformed_json"),
    (b'{"timestamp":1}{"timestamp":2}', "malformed_json"),
    (b'{"timestamp":1},{"timestamp":2}', "malformed_json"),
    (b'"text"', "not_readings"),
    (b"[]", "not_readings"),
    (b"[1,2,3]", "not_readings"),
    (b"null", "not_readings"),
    (b"{}", "missing_field"),
    (b'{"device_id": "x", "readings": []}', "not_readings"),
    (json.dumps([of_no_device()] * (MAX_READINGS + 1)).encode(), "too_many_readings"),
    (b"x" * (MAX_BODY_BYTES + 1), "body_too_large"),
    (b'{"x": "' + b"\xc8\x99" * (MAX_BODY_BYTES // 2) + b'"}', "body_too_large"),
    (json.dumps(of_no_device() | {"measurement_value": -1}).encode(), "unknown_device"),
    (json.dumps(of_no_device() | {"timestamp": 1}).encode(), "time_too_old"),
    (b'{"timestamp": 1790000000000, "device_id": "x", "measurement_value": NaN}', "not_finite"),
    (json.dumps(of_no_device() | {"device_id": None}).encode(), "missing_field"),
]


async def test_invalid_messages_do_not_block_valid_ones(fresh: Meters) -> None:
    """Each between valid ones, all in one batch."""
    device = await fresh.device()
    bodies: list[Any] = []
    for n, (body, _) in enumerate(INVALID):
        bodies += [body, reading(device, at(2026, 5, 4, 12, n), 1)]
    await send(fresh, *bodies)
    assert (await fresh.consumption(device))["total_kwh"] == len(INVALID)
    assert await fresh.running.bus.dead_letters(SENSOR_DATA) == []
    items = await rejected(fresh)
    # Equal rejections are one row, with a count.
    assert sum(item["times"] for item in items) == len(INVALID)
    assert sorted(item["code"] for item in items for _ in range(item["times"])) == sorted(code for _, code in INVALID)
    assert all(len(json.dumps(item["payload"], ensure_ascii=False)) <= MAX_PAYLOAD + 2_000 for item in items)


@pytest.mark.parametrize(("body", "code"), INVALID, ids=[f"{n}-{code}" for n, (_, code) in enumerate(INVALID)])
async def test_an_invalid_message_is_stored_with_its_reason(meters: Meters, body: bytes, code: str) -> None:
    before = {item["id"]: item["times"] for item in await rejected(meters)}
    await send(meters, body)
    (item,) = [item for item in await rejected(meters) if before.get(item["id"]) != item["times"]]
    assert item["code"] == code


async def test_each_message_is_decoded_by_itself(fresh: Meters) -> None:
    """Two messages that joined would be one reading, and one message of two objects."""
    device = await fresh.device()
    whole = json.dumps(reading(device, NOON, 1)).encode()
    two = whole + b"," + json.dumps(reading(device, at(2026, 5, 4, 13), 1)).encode()
    middle = whole.index(b"device_id") + 3
    await send(fresh, whole[:middle], whole[middle:], two)
    assert await fresh.profile(device, NOON, at(2026, 5, 4, 14)) == {}
    assert {item["code"] for item in await rejected(fresh)} == {"malformed_json"}


async def test_equal_invalid_messages_are_counted(fresh: Meters) -> None:
    await send(fresh, *[b"garbage"] * 3)
    await send(fresh, b"garbage")
    (item,) = await rejected(fresh)
    assert (item["payload"], item["times"]) == ("garbage", 4)


async def test_readings_of_an_unknown_device_are_replayed_when_it_is_created(fresh: Meters) -> None:
    known, later = await fresh.device(), uuid4()
    await send(fresh, reading(later, NOON, 2), reading(known, NOON, 1))
    assert (await fresh.consumption(known))["total_kwh"] == 1
    assert [item["code"] for item in await rejected(fresh)] == ["unknown_device"]
    await fresh.device(later, owner=uuid4())
    assert (await fresh.consumption(later))["total_kwh"] == 2
    assert await rejected(fresh) == []


async def test_a_device_created_while_its_readings_are_rejected_gets_them(fresh: Meters) -> None:
    """Each batch races the message that creates its device."""
    devices = [uuid4() for _ in range(40)]
    sending = [
        asyncio.create_task(send(fresh, *(reading(device, at(2026, 5, 4, 12, n), 1) for n in range(3))))
        for device in devices
    ]
    await asyncio.gather(*sending, *(fresh.device(device) for device in devices))
    totals = [(await fresh.consumption(device))["total_kwh"] for device in devices]
    assert totals == [3] * len(devices)
    assert await rejected(fresh) == []


@pytest.mark.parametrize("batch_first", [True, False])
async def test_a_batch_and_the_creation_of_its_device_wait_for_each_other(fresh: Meters, batch_first: bool) -> None:
    """Both are blocked between looking for the other and their commit."""
    device = uuid4()
    other = await asyncpg.connect(fresh.running.context.database.url)
    try:
        async with other.transaction():
            # Both wait for this table, and by then their snapshots of `meters` are old.
            await other.execute("LOCK TABLE rejected_readings IN ACCESS EXCLUSIVE MODE")
            tasks: list[asyncio.Task[Any]] = []
            for step in (True, False) if batch_first else (False, True):
                work = send(fresh, reading(device, NOON, 1)) if step else fresh.device(device)
                tasks.append(asyncio.create_task(work))
                await until(lambda: _blocked(other, len(tasks)), what="each to wait for a lock")
        await asyncio.gather(*tasks)
    finally:
        await other.close()
    assert (await fresh.consumption(device))["total_kwh"] == 1
    assert await rejected(fresh) == []


async def _blocked(connection: asyncpg.Connection, sessions: int) -> bool:
    query = (
        "SELECT count(*) FROM pg_stat_clear_snapshot(), pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return bool(await connection.fetchval(query) == sessions)


async def test_messages_wait_when_the_queue_of_the_writer_is_full(fresh: Meters) -> None:
    device = await fresh.device()
    writer = fresh.running.context.resource(BatchWriter)
    writer._settings.waiting_readings = 1  # requests get 503 then
    await asyncio.gather(*(send(fresh, reading(device, at(2026, 5, 4, 12, n), 1)) for n in range(30)))
    assert (await fresh.consumption(device))["total_kwh"] == 30


async def test_a_database_unavailable_beyond_the_deadline_is_a_lost_connection() -> None:
    """Then the bus delivers the messages again; with any other error they would become dead letters."""
    unavailable = Database("postgresql://user@127.0.0.1:1/nothing")
    retry = replace(RETRY, deadline=0)
    writer = BatchWriter(unavailable, MonitoringSettings(), on_stored=lambda _: None, retry=retry)
    async with writer.running():
        with pytest.raises(ConnectionError) as lost:
            await writer.write_messages([json.dumps(of_no_device()).encode()] * 3)
    assert is_connection_failure(lost.value)


async def test_an_administrator_replays_rejected_messages(fresh: Meters) -> None:
    device: UUID = await fresh.device()
    await send(fresh, reading(device, NOON, 1) | {"timestamp": "2026-05-04T12:00:00"}, b"garbage")
    answer = await fresh.request("POST", "/rejected/replay", json={"code": "malformed_json"})
    assert answer == {"replayed": 0, "still_rejected": 1}
    answer = await fresh.request("POST", "/rejected/replay", json={"code": "no_time_zone_offset"})
    assert answer == {"replayed": 0, "still_rejected": 1}
