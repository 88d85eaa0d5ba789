"""Examples from the documents, for tests that run them."""

import re
from pathlib import Path

CONNECT_A_METER = Path(__file__).parents[1] / "docs" / "connect-a-meter.md"
ADDRESS, DEVICE = "amqp://meter:password@localhost:5672/", "01920000-0000-7000-8000-000000000001"


def meter_over_amqp(amqp_url: str, device_id: str) -> str:
    """The program in docs/connect-a-meter.md with this address and device id: sends one reading of 0.35."""
    (example,) = re.findall(r"```python\n(.*?)```", CONNECT_A_METER.read_text(), re.DOTALL)
    assert len(example.replace("\n\n", "\n").splitlines()) <= 12
    assert example.count(ADDRESS) == example.count(DEVICE) == 1
    return str(example.replace(ADDRESS, amqp_url).replace(DEVICE, device_id))
