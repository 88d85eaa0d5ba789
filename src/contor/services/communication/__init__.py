"""Communication: open WebSockets, and the frames pushed to them. It stores nothing."""

from contor.kernel.service import Service

SERVICE = Service("communication", prefix="/ws", has_database=False)
