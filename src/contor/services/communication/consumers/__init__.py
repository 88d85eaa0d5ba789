"""Events of other services, pushed at once to the users concerned.

A frame has the id of its event on every replica, so that clients can drop repeats.
"""

from contor.kernel.service import Consumer
from contor.services.communication.consumers import chat, monitoring, users

CONSUMERS: tuple[Consumer, ...] = (*monitoring.CONSUMERS, *users.CONSUMERS, *chat.CONSUMERS)
