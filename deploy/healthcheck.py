"""Health check of a container: exit 0 if the process answers 200 at `HEALTH_PATH`, or anything below 500 without one.

Runs every few seconds in every container, so it imports almost nothing.
"""

import os
import socket
import sys

TIMEOUT_SECONDS = 4


def find_failure() -> str | None:
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


sys.exit(find_failure())
