"""Exit 0 when this container's process answers: its readiness at `HEALTH_PATH`, by default that it answers at all.

Run every few seconds in every container, so it imports next to nothing.
"""

import os
import socket
import sys

TIMEOUT_SECONDS = 4


def main() -> int:
    path = os.environ.get("HEALTH_PATH", "/")
    port = int(os.environ.get("CONTOR_PORT", "8000"))
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: healthy\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as connection:
            connection.sendall(request.encode())
            answer = connection.recv(512).decode("latin-1")
    except OSError as error:
        print(f"no answer on port {port}: {error}")
        return 1
    status = answer.split(" ", 2)[1] if answer.startswith("HTTP/") else "none"
    print(f"{path}: {status}")
    healthy = status == "200" if "HEALTH_PATH" in os.environ else status.isdecimal() and int(status) < 500
    return 0 if healthy else 1


sys.exit(main())
