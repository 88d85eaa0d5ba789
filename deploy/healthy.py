"""Exit 0 when this container's process answers: its readiness at `HEALTH_PATH`, by default that it answers at all.

Run every few seconds in every container, so it imports next to nothing.
"""

import os
import socket
import sys

TIMEOUT_SECONDS = 4


def complaint() -> str | None:
    """What is wrong, in a line."""
    path = os.environ.get("HEALTH_PATH")
    port = int(os.environ.get("CONTOR_PORT", "8000"))
    request = f"GET {path or '/'} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
            connection.sendall(request.encode())
            answer = connection.recv(512).decode("latin-1")
    except OSError as error:
        return f"no answer on port {port}: {error}"
    status = answer.split(" ", 2)[1] if answer.startswith("HTTP/") else "no status"
    healthy = status == "200" if path else status < "500"
    return None if healthy else f"{path or '/'}: {status}"


sys.exit(complaint())
