"""Says who is connected here: who came or went at once, and everybody again and again.

What is said may be lost, and a replica that dies says nothing: whoever listens forgets what was not said again.
"""

import asyncio
import time
from uuid import uuid4

from contor.contracts.chat import PeopleConnected
from contor.kernel.messaging.message import Envelope
from contor.kernel.service import Context
from contor.kernel.telemetry import log
from contor.services.communication.live.hub import Hub

CHANGES_SECONDS = 1.0
EVERYBODY_SECONDS = 25.0
PEOPLE_IN_A_MESSAGE = 500


async def say_who_is_here(context: Context) -> None:
    """Until it is cancelled."""
    hub, replica = context.resource(Hub), uuid4()
    everybody_at = 0.0
    while True:
        await asyncio.sleep(CHANGES_SECONDS)
        here, gone = hub.take_changes()
        if time.monotonic() - everybody_at >= EVERYBODY_SECONDS:
            here, everybody_at = hub.everybody(), time.monotonic()
        for start in range(0, max(len(here), len(gone)), PEOPLE_IN_A_MESSAGE):
            part = slice(start, start + PEOPLE_IN_A_MESSAGE)
            try:
                message = PeopleConnected(replica=replica, here=here[part], gone=gone[part])
                await context.bus.publish(Envelope.of(message))
            except OSError as error:
                log.warning("presence_not_told", error=repr(error))
