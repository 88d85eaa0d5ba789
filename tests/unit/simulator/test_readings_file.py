"""Files as people and programs write them: encodings, separators, columns, and the download of the pages."""

from pathlib import Path

import msgspec
import pytest

from contor.simulator import SimulatorError
from contor.simulator.devices import Channel, Device
from contor.simulator.readings_file import ReadingsFile, read_file

AT = 1_772_323_200_000  # 2026-03-01T00:00:00Z
FLAT = Device("d1", "Flat")
DOWNLOAD = "start,end,energy_kwh,limit_kwh,quality"


def read(folder: Path, content: str | bytes, device: Device | None = FLAT) -> ReadingsFile:
    path = folder / "meter.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, device)


def values(file: ReadingsFile) -> list[tuple[int, float]]:
    return [((reading.timestamp - AT) // 60_000, reading.measurement_value) for reading in file.readings]


def reasons(file: ReadingsFile) -> dict[int, str]:
    return dict(file.unreadable)


def test_two_columns_belong_to_the_one_device(tmp_path: Path) -> None:
    file = read(tmp_path, "timestamp,value\n1772323200000,0.25\n2026-03-01T00:10:00Z,0.5\n")
    assert values(file) == [(0, 0.25), (10, 0.5)]
    assert {reading.device_id for reading in file.readings} == {"d1"}
    assert (file.lines, file.unreadable) == (2, [])


def test_three_columns_name_the_device_and_a_header_is_not_needed(tmp_path: Path) -> None:
    file = read(tmp_path, "2026-03-01T02:00:00+02:00, d7 ,1\n1772323200000,d8,2\n", None)
    assert [(reading.device_id, reading.measurement_value) for reading in file.readings] == [("d7", 1.0), ("d8", 2.0)]


@pytest.mark.parametrize(
    "content",
    [
        "\ufefftimestamp,value\n2026-03-01T00:00:00Z,0.25\n2026-03-01T00:10:00Z,0.5\n",
        "timestamp;value\r\n2026-03-01T00:00:00Z;0,25\r\n\r\n2026-03-01T00:10:00Z;0,5\r\n",
        "timestamp;value\n2026-03-01T00:00:00Z;0.25\n2026-03-01T00:10:00Z;.5",
        'Timestamp\tMeasurement_Value\r"2026-03-01T00:00:00Z"\t"0,25"\r1772323800000\t5e-1\r',
        '"value","device_id","timestamp"\n"0.25","d1","2026-03-01T00:00:00Z"\n"0.5","","1772323800000"\n',
        '2026-03-01T00:00:00Z;"0,25"\n  2026-03-01T00:10:00Z ; 0,5 \n',
    ],
    ids=["byte_order_mark", "semicolons", "semicolons_and_dots", "tabs", "quotes", "no_header"],
)
def test_the_same_readings_in_every_form(tmp_path: Path, content: str) -> None:
    file = read(tmp_path, content)
    assert (values(file), reasons(file)) == ([(0, 0.25), (10, 0.5)], {})


def test_an_unreadable_line_is_kept_with_its_number_and_reason(tmp_path: Path) -> None:
    lines = ["timestamp,value", "1772323200000,1", "1772323200000,much", "noon,1", "1772323200000,nan", "1,2,3,4"]
    file = read(tmp_path, "\n".join([*lines, "", "2026-03-01T00:00:00,1", '1772323200000,"0,25"', "1772323800000,2"]))
    assert values(file) == [(0, 1.0), (10, 2.0)]
    assert file.lines == 8
    assert reasons(file) == {
        3: "“much” is not a number",
        4: "“noon” is not a time (ISO 8601 with offset, or epoch milliseconds)",
        5: "“nan” is not a number",
        6: "cells: 4, expected 2: timestamp, value",
        8: "“2026-03-01T00:00:00” has no offset (end it with Z or +02:00)",
        9: "“0,25” is not a number: write 0.25, or separate the cells by semicolons",
    }


@pytest.mark.parametrize("value", ["1.234,5", "1,234.5", "1.234", "1'000", "1_000", "0x10", "inf", "", "\u0661"])
def test_a_number_that_could_be_read_in_two_ways_is_not_guessed(tmp_path: Path, value: str) -> None:
    file = read(tmp_path, f"timestamp;value\n1772323200000;0,5\n1772323800000;{value}\n")
    assert values(file) == [(0, 0.5)]
    assert list(reasons(file)) == [3]


def test_a_line_without_a_device_is_unreadable(tmp_path: Path) -> None:
    file = read(tmp_path, "1772323200000,d7,1\n1772323200000,,1\n", None)
    assert reasons(file) == {2: "no device: fill in device_id, or give one --device"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\r\n \r\n", "is empty"),
        (b"timestamp,value\r\n", "has a header and no lines"),
        (b"noon,1\n", "unknown column “noon”"),
        (b"timestamp,value,unit\n1772323200000,1,Wh\n", "unknown column “unit”.*timestamp,value"),
        (b"timestamp,value,value\n1772323200000,1,2\n", "twice"),
        (b"timestamp,quality\n1772323200000,measured\n", "no column with the energy"),
        (b"value\n1\n", "no column with the time"),
        (b"start,value\n2026-03-01T00:00:00Z,1\n", "no column with the time"),
        (b"timestamp,value\n1772323200000,1\n1772323200000,\xe4\n", "line 3 is not UTF-8"),
        ("timestamp,value\n".encode("utf-16"), "line 1 is not UTF-8"),
        ("1772323200000,1\n".encode("utf-16-be"), "line 1 is not UTF-8"),
        (b'timestamp,value\n1772323200000,"1\n1772323800000,2\n', "line 3: unexpected end of data"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(SimulatorError, match=reason):
        read(tmp_path, content)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match=r"nothing\.csv cannot be read: No such file"):
        read_file(tmp_path / "nothing.csv", None)


def test_a_file_without_a_readable_line_is_an_error_that_names_the_first_lines(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match=r"(?s)no line can be read.*line 2: “x” is not a number.*1 more"):
        read(tmp_path, "timestamp,value\n" + "1772323200000,x\n" * 11)


def test_the_download_is_read_back_by_the_start_of_its_quarter_hours_and_gaps_stay_gaps(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        f"\ufeff{DOWNLOAD}\r\n"
        "2026-03-01T02:00:00+02:00,2026-03-01T02:15:00+02:00,0.250000,1.500000,measured\r\n"
        "2026-03-01T02:15:00+02:00,2026-03-01T02:30:00+02:00,,1.500000,missing\r\n"
        "2026-03-01T02:30:00+02:00,2026-03-01T02:45:00+02:00,0.000000,,missing\r\n"
        "2026-03-01T02:45:00+02:00,2026-03-01T03:00:00+02:00,0.000001,,partial",
    )
    assert values(file) == [(0, 0.25), (45, 0.000001)]
    assert (file.lines, file.without_data, file.unreadable) == (4, 2, [])


def test_an_energy_in_kwh_states_its_unit_for_any_meter(tmp_path: Path) -> None:
    file = read(tmp_path, "timestamp,energy_kwh,device_id\n1772323200000,0.250001,d7\n", None)
    assert msgspec.json.decode(msgspec.json.encode(file.readings)) == [
        {"timestamp": AT, "device_id": "d7", "measurement_value": 0.250001, "unit": "kWh"}
    ]
    assert b"unit" not in msgspec.json.encode(read(tmp_path, "1772323200000,0.250001\n").readings)


def test_a_line_of_a_download_must_be_as_long_as_the_interval_of_the_meter(tmp_path: Path) -> None:
    hour = "2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,1,,measured\n"
    quarter = "2026-03-01T01:00:00Z,2026-03-01T01:15:00Z,0.25,,measured\n"
    hourly = Device("d1", "Flat", channels=[Channel(interval_minutes=60, stamp="end")])
    file = read(tmp_path, f"{DOWNLOAD}\n{hour}{quarter}", hourly)
    assert values(file) == [(60, 1.0)]
    assert reasons(file) == {3: "the line covers 15 minutes, a reading of this meter 60"}
    file = read(tmp_path, f"{DOWNLOAD}\n{hour}{quarter}")
    assert values(file) == [(60, 0.25)]
    assert reasons(file) == {
        2: "the line covers 60 minutes, a reading of this meter at most one quarter hour: state the meter's interval"
    }


@pytest.mark.parametrize("device", [None, Device("d1", "d1", known=False)])
def test_a_download_needs_one_meter_whose_interval_is_known(tmp_path: Path, device: Device | None) -> None:
    line = "2026-03-01T00:00:00Z,2026-03-01T00:15:00Z,1,,measured"
    with pytest.raises(SimulatorError, match="give one --device"):
        read(tmp_path, f"{DOWNLOAD}\n{line}\n", device)
