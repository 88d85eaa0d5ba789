"""Communication: open WebSockets, and the frames pushed to them. It stores nothing.

Connect to `/ws` and send `{"type": "auth", "token": "<access token>"}` within ten seconds. The document that
`contor openapi` prints contains the types of all frames.
"""

from contor.kernel.service import Service

SERVICE = Service("communication", prefix="/ws", has_database=False)
