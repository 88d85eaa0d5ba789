"""Loopback ports for the processes that one machine runs for itself."""

import os
import socket
from itertools import count

CHOICE = range(20_000, 32_768)
"""Below those that systems give to outgoing connections (RFC 6056; Linux from 32,768 on): such a connection could take
a port between its choice and its use, and keep it as long as it lasts."""
BESIDE = 64
"""How far apart two processes begin to look, so that two that choose at the same moment do not choose the same."""

_next = count(os.getpid() * BESIDE)


def free_port() -> int:
    """A port that nothing is bound to, and that this process was not given before; raises `OSError` without one."""
    for _ in CHOICE:
        port = CHOICE[next(_next) % len(CHOICE)]
        if not is_taken(port):
            return port
    raise OSError(f"every port of {CHOICE.start} to {CHOICE.stop - 1} is taken")


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
