"""Energy on the wire."""

import json
from decimal import Decimal

import pytest
from pydantic import BaseModel

from contor.contracts.energy import Kwh


class Measured(BaseModel):
    energy_kwh: Kwh


@pytest.mark.parametrize("text", ["0.000001", "0.3", "5.000001", "999999999.999999"])
def test_energy_is_a_json_number_and_reads_back_exactly(text: str) -> None:
    body = Measured(energy_kwh=Decimal(text)).model_dump_json()
    assert isinstance(json.loads(body)["energy_kwh"], float)
    assert Measured.model_validate_json(body).energy_kwh == Decimal(text)
