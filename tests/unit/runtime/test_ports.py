"""Ports for one's own processes."""

import socket

from contor.runtime.embedded.ports import CHOICE, free_port, is_taken


def test_a_port_is_given_once_and_from_below_those_of_outgoing_connections() -> None:
    given = [free_port() for _ in range(50)]
    assert len(set(given)) == 50
    assert all(port in CHOICE for port in given)


def test_a_port_that_is_taken_is_passed_over() -> None:
    following = CHOICE[(CHOICE.index(free_port()) + 1) % len(CHOICE)]
    with socket.socket() as holder:
        if not is_taken(following):
            holder.bind(("127.0.0.1", following))
        assert is_taken(following)
        assert free_port() != following
