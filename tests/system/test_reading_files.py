"""`contor simulate --csv` against a running Contor: files of readings, and downloads that are read back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.system.commands import CommandResult, run_contor
from tests.system.deployment import Deployment
from tests.system.users import Json, User, UserFactory

BUCHAREST = ZoneInfo("Europe/Bucharest")
BEGIN = datetime(2026, 10, 24, 21, tzinfo=UTC)
"""The first instant of 25 October in Bucharest, a day of 25 hours."""
DAY = {"from": "2026-10-24T21:00:00Z", "to": "2026-10-25T22:00:00Z"}


def write(folder: Path, lines: list[str]) -> Path:
    path = folder / "meter.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    return path


async def simulate(contor: Deployment, sender: User, device: Json, path: Path) -> CommandResult:
    """`contor simulate --csv` with the account of the sender."""
    account = ("--username", sender.username, "--password", sender.password)
    flags = ("--url", contor.url, *account, "--device", device["id"], "--csv", str(path))
    return await run_contor("simulate", *flags, folder=path.parent)


async def profile(reader: User, device: Json, resolution: str) -> Json:
    path = f"/monitoring/devices/{device['id']}/consumption"
    consumption: Json = await reader.get(path, **DAY, resolution=resolution)
    return {**consumption, "device_id": None}


def download(consumption: Json) -> list[str]:
    """The lines that the meter page saves: frontend/src/features/meters/consumptionFile.ts."""

    def local(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(BUCHAREST).isoformat()

    lines = ["start,end,energy_kwh,limit_kwh,quality"]
    for point in consumption["points"]:
        energy = "" if point["quality"] == "missing" else f"{point['energy_kwh']:.6f}"
        lines.append(f"{local(point['start'])},{local(point['end'])},{energy},,{point['quality']}")
    return lines


@pytest.mark.parametrize("unit", ["kWh", "Wh"])
async def test_a_download_of_quarter_hours_gives_a_new_meter_the_same_profile(
    contor: Deployment, users: UserFactory, admin: User, tmp_path: Path, unit: str
) -> None:
    owner = await users.create_client()
    first = await users.create_device(admin, owner, time_zone="Europe/Bucharest")
    second = await users.create_device(admin, owner, time_zone="Europe/Bucharest", unit=unit)
    instants = [BEGIN + timedelta(minutes=7 * n) for n in range(215) if n not in range(60, 75)]
    readings = [{"timestamp": at.isoformat(), "measurement_value": round(n / 997, 6)} for n, at in enumerate(instants)]
    await owner.send("POST", "/monitoring/readings", {"device_id": first["id"], "readings": readings})
    quarters = await profile(owner, first, "quarter_hour")
    lines = download(quarters)
    assert sum("2026-10-25T03:00:00+03:00" in line for line in lines) == 2  # one ends and one begins
    assert sum(line.startswith("2026-10-25T03:00:00+02:00") for line in lines) == 1

    for stored in (f"{len(lines) - 1 - 7} accepted, 0 dup", f"0 accepted, {len(lines) - 1 - 7} dup"):
        result = await simulate(contor, owner, second, write(tmp_path, lines))
        assert (result.exit_code, stored in result.output) == (0, True), result.output
        assert "7 without data" in result.output

    assert await profile(owner, second, "quarter_hour") == quarters
    for resolution in ("hour", "day"):
        assert await profile(owner, second, resolution) == await profile(owner, first, resolution)


async def test_lines_that_are_not_stored_are_counted_and_named_and_exit_with_3(
    contor: Deployment, users: UserFactory, admin: User, tmp_path: Path
) -> None:
    owner = await users.create_client()
    device = await users.create_device(admin, owner)
    lines = [
        "timestamp;value",
        "2026-10-25T03:00:00+03:00;0,5",
        "2026-10-25T03:00:00+02:00;0,25",
        "2026-10-25T03:59:59.999999+02:00;0,125",
        "2026-10-25T05:00:00+02:00;-1",
        "2026-10-25T05:00:00;1",
    ]
    result = await simulate(contor, owner, device, write(tmp_path, lines))
    assert result.exit_code == 3, result.output
    counts = "5 lines read, 1 unreadable; 4 sent: 3 accepted, 0 duplicates, 1 rejected (1 negative_energy)"
    assert counts in result.output
    assert "2 of 5 lines were not stored: 1 unreadable, 1 rejected (1 negative_energy)" in result.output
    assert "line 6: “2026-10-25T05:00:00” has no offset" in result.output
    hours = (await profile(owner, device, "hour"))["points"]
    energies = {point["start"]: point["energy_kwh"] for point in hours}
    assert (energies["2026-10-25T00:00:00Z"], energies["2026-10-25T01:00:00Z"]) == (0.5, 0.375)


async def test_a_download_of_hours_is_read_back_by_a_meter_of_hours_stamped_at_their_end(
    contor: Deployment, users: UserFactory, admin: User, tmp_path: Path
) -> None:
    owner = await users.create_client()
    hourly: Json = {"time_zone": "Europe/Bucharest", "interval_minutes": 60, "stamp": "end"}
    first, second = [await users.create_device(admin, owner, **hourly) for _ in range(2)]
    any_time = await users.create_device(admin, owner, time_zone="Europe/Bucharest")
    ends = [BEGIN + timedelta(hours=n) for n in range(1, 26)]
    readings = [{"timestamp": at.isoformat(), "measurement_value": n / 100} for n, at in enumerate(ends)]
    await owner.send("POST", "/monitoring/readings", {"device_id": first["id"], "readings": readings})
    hours = await profile(owner, first, "hour")
    path = write(tmp_path, download(hours))

    result = await simulate(contor, owner, second, path)
    assert result.exit_code == 0, result.output
    assert await profile(owner, second, "hour") == hours
    assert await profile(owner, second, "quarter_hour") == await profile(owner, first, "quarter_hour")

    refused = await simulate(contor, owner, any_time, path)
    assert refused.exit_code == 1
    assert "the line covers 60 minutes, a reading of this meter at most one quarter hour" in refused.output
