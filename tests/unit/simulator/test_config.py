from inspect import signature
from pathlib import Path

import pytest

from contor.simulator import Habits, SimulatorError
from contor.simulator.command import _plan, simulate
from contor.simulator.config import File

TOML = """
seed = 7
interval = "10s"
peaks = 0.1
faults = { late = 0.02, gaps = 0.001 }
[[meters]]
device = "Flat 12"
annual_kwh = 3200
[[meters]]
device_id = "0192"
"""


def test_toml_and_json_are_equivalent(tmp_path: Path) -> None:
    toml, json = tmp_path / "meters.toml", tmp_path / "meters.json"
    toml.write_text(TOML)
    file = File.read(toml)
    json.write_text(file.model_dump_json())
    assert File.read(json) == file
    assert [meter.device for meter in file.meters] == ["Flat 12", "0192"]
    assert file.faults_text() == "late=0.02,gaps=0.001"


def test_the_meters_own_entry_overrides_flag_and_file(tmp_path: Path) -> None:
    path = tmp_path / "meters.json"
    path.write_text('{"country": "RO", "peaks": 0.1, "meters": [{"device": "x", "annual_kwh": 3200}]}')
    flags = {name: parameter.default for name, parameter in signature(simulate).parameters.items()}
    (choice,) = _plan(flags | {"config": path, "annual_kwh": 2000, "country": "DE"}).choices
    assert choice.habits == Habits(annual_kwh=3200, country="DE", peaks=0.1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("seeed = 1", "seeed"),
        ("[[meters]]\nannual_kwh = 1", "meters.0"),
        ("seed = 'x'", "seed"),
        ("=", "cannot be read"),
    ],
)
def test_an_invalid_file_names_the_field(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "meters.toml"
    path.write_text(text)
    with pytest.raises(SimulatorError, match=problem):
        File.read(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="cannot be read"):
        File.read(tmp_path / "nothing.toml")
