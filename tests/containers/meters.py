"""A program at a meter: what anyone would write with pika."""

import contextlib
import json
from collections.abc import Callable, Iterator

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

from tests.containers.engine import Containers

QUEUE = "sensor_data"


async def parameters(contor: Containers, user: str = "meter", host: str = "/") -> pika.ConnectionParameters:
    credentials = pika.PlainCredentials(user, contor.secrets[f"AMQP_PASSWORD_{user.upper()}"])
    return pika.ConnectionParameters(await contor.address("rabbitmq"), virtual_host=host, credentials=credentials)


@contextlib.contextmanager
def channel(where: pika.ConnectionParameters) -> Iterator[BlockingChannel]:
    connection = pika.BlockingConnection(where)
    try:
        opened = connection.channel()
        opened.confirm_delivery()
        yield opened
    finally:
        if connection.is_open:
            connection.close()


def send(where: pika.ConnectionParameters, *readings: object) -> None:
    """Declare the queue the textbook way and publish each reading, confirmed."""
    with channel(where) as opened:
        opened.queue_declare(QUEUE, durable=True)
        for reading in readings:
            opened.basic_publish("", QUEUE, json.dumps(reading).encode(), mandatory=True)


def refused(where: pika.ConnectionParameters, act: Callable[[BlockingChannel], object]) -> bool:
    """Whether the broker refuses this, for want of permission or because there is nothing to act upon."""
    try:
        with channel(where) as opened:
            act(opened)
    except (pika.exceptions.ChannelClosedByBroker, pika.exceptions.UnroutableError):
        return True
    except pika.exceptions.ProbableAccessDeniedError:
        return True
    return False
