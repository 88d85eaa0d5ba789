"""Free ports for embedded servers."""

import socket

from contor.runtime.embedded.ports import CHOICE, free_port, is_in_use


def test_each_call_returns_another_port_below_the_ephemeral_ones() -> None:
    given = [free_port() for _ in range(50)]
    assert len(set(given)) == 50
    assert all(port in CHOICE for port in given)


def test_a_port_in_use_is_skipped() -> None:
    following = CHOICE[(CHOICE.index(free_port()) + 1) % len(CHOICE)]
    with socket.socket() as holder:
        if not is_in_use(following):
            holder.bind(("127.0.0.1", following))
        assert is_in_use(following)
        assert free_port() != following
