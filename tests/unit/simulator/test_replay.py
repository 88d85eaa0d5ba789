from pathlib import Path

import pytest

from contor.simulator import SimulatorError
from contor.simulator.reading import Reading
from contor.simulator.replay import replay


def read(folder: Path, text: str, device: str | None = "d1") -> tuple[list[Reading], list[str]]:
    file, warnings = folder / "meter.csv", list[str]()
    file.write_text(text, encoding="utf-8")
    return list(replay(file, device, warnings.append)), warnings


def test_two_columns_belong_to_the_one_device(tmp_path: Path) -> None:
    readings, warnings = read(tmp_path, "timestamp,value\n1772323200000,0.25\n2026-03-01T00:10:00Z,0.5\n")
    assert readings == [Reading(1_772_323_200_000, "d1", 0.25), Reading(1_772_323_800_000, "d1", 0.5)]
    assert warnings == []


def test_three_columns_name_the_device_and_a_header_is_not_needed(tmp_path: Path) -> None:
    readings, _ = read(tmp_path, "\ufeff2026-03-01T02:00:00+02:00, d7 ,1\r\n\r\n1772323200000,d8,2\r\n", None)
    assert readings == [Reading(1_772_323_200_000, "d7", 1.0), Reading(1_772_323_200_000, "d8", 2.0)]


def test_an_invalid_line_is_reported_with_its_number_and_the_rest_is_sent(tmp_path: Path) -> None:
    text = "timestamp,value\n1772323200000,1\n1772323200000,much\nnoon,1\n1772323200000,nan\n1,2,3,4\n1772323800000,2\n"
    readings, warnings = read(tmp_path, text)
    assert len(readings) == 2
    assert [line.split(":")[0] for line in warnings] == [f"meter.csv, line {n}" for n in (3, 4, 5, 6)]


def test_two_columns_without_a_device_are_invalid_lines(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="no valid line"):
        read(tmp_path, "1772323200000,1\n", None)


@pytest.mark.parametrize("text", ["", "timestamp,value\n", "a;b\nc;d\n"])
def test_a_file_without_a_valid_line_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SimulatorError, match="no valid line"):
        read(tmp_path, text)


def test_a_missing_or_binary_file_is_an_error(tmp_path: Path) -> None:
    binary = tmp_path / "meter.bin"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    for path in (binary, tmp_path / "nothing.csv"):
        with pytest.raises(SimulatorError, match="cannot be read"):
            list(replay(path, "d1", print))
