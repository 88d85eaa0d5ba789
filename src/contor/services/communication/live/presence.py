"""Reports who is connected to this replica: changes at once, and all users at an interval.

Reports may be lost, and a replica that crashes sends none: receivers drop users whose report was not repeated.
"""

import time
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

from contor.contracts.chat import PresenceReported
from contor.kernel.bus import Bus
from contor.kernel.messaging.message import Envelope
from contor.kernel.periodic import periodic
from contor.services.communication.live.hub import Hub

CHANGES_SECONDS = 1.0
FULL_REPORT_SECONDS = 25.0
USERS_PER_MESSAGE = 500


def report_presence(bus: Bus, hub: Hub) -> AbstractAsyncContextManager[None]:
    """Publish `PresenceReported` until the block ends."""
    replica, full_report_at = uuid4(), 0.0

    async def report() -> None:
        nonlocal full_report_at
        connected, disconnected = hub.pop_presence_changes()
        if time.monotonic() - full_report_at >= FULL_REPORT_SECONDS:
            connected, full_report_at = hub.connected_users(), time.monotonic()
        for start in range(0, max(len(connected), len(disconnected)), USERS_PER_MESSAGE):
            part = slice(start, start + USERS_PER_MESSAGE)
            message = PresenceReported(replica=replica, connected=connected[part], disconnected=disconnected[part])
            await bus.publish(Envelope.of(message))

    return periodic(CHANGES_SECONDS, report, failed="presence_report_failed")
