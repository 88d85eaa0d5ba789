"""Advisory locks of monitoring: the first key is `LOCKS`, the second `MONTHS` or the share of a device.

A batch that rejects readings of an unknown device holds the device's share until it commits; creating the device waits
for that, exclusively. So the one that comes second sees what the other has stored.
"""

from uuid import UUID

LOCKS = 7_301_945
MONTHS = 0
SHARES = 512
"""Of all devices: a batch full of unknown ids must not fill PostgreSQL's table of locks."""


def device_share(device_id: UUID) -> int:
    return 1 + device_id.int % SHARES
