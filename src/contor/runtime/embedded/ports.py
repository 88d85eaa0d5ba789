"""Free loopback ports for embedded servers and replicas."""

import os
import socket
from itertools import count

CHOICE = range(20_000, 32_768)
"""Below the ephemeral ports (RFC 6056; Linux from 32,768 on): an outgoing connection could take a port between its
choice and its use."""
STRIDE = 64
"""Distance between the ports at which two processes start looking, so that they rarely choose the same."""

_next = count(os.getpid() * STRIDE)


def free_port() -> int:
    """An unbound port, another one at each call. Raises `OSError` when there is none."""
    for _ in CHOICE:
        port = CHOICE[next(_next) % len(CHOICE)]
        if not is_in_use(port):
            return port
    raise OSError(f"every port of {CHOICE.start} to {CHOICE.stop - 1} is in use")


def is_in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
