"""What happened elsewhere, told at once to whoever it concerns.

A frame has the id of its message, whoever receives it, on whichever replica: clients drop repeats by it.
"""

from contor.kernel.service import Consumer
from contor.services.communication.consumers import chat, monitoring, people

CONSUMERS: tuple[Consumer, ...] = (*monitoring.CONSUMERS, *people.CONSUMERS, *chat.CONSUMERS)
