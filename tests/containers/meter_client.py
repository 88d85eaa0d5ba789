"""A meter's AMQP client, written with pika."""

import contextlib
import json
from collections.abc import Callable, Iterator

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

from tests.containers.compose_deployment import ComposeDeployment

QUEUE = "sensor_data"


async def parameters(contor: ComposeDeployment, user: str = "meter", host: str = "/") -> pika.ConnectionParameters:
    credentials = pika.PlainCredentials(user, contor.secrets[f"AMQP_PASSWORD_{user.upper()}"])
    return pika.ConnectionParameters(await contor.address("rabbitmq"), virtual_host=host, credentials=credentials)


@contextlib.contextmanager
def channel(target: pika.ConnectionParameters) -> Iterator[BlockingChannel]:
    connection = pika.BlockingConnection(target)
    try:
        opened = connection.channel()
        opened.confirm_delivery()
        yield opened
    finally:
        if connection.is_open:
            connection.close()


def send(target: pika.ConnectionParameters, *readings: object) -> None:
    """Declare the queue and publish each reading with publisher confirms."""
    with channel(target) as opened:
        opened.queue_declare(QUEUE, durable=True)
        for reading in readings:
            opened.basic_publish("", QUEUE, json.dumps(reading).encode(), mandatory=True)


def is_refused(target: pika.ConnectionParameters, act: Callable[[BlockingChannel], object]) -> bool:
    """Whether the broker refuses this action, by permission or because its target does not exist."""
    try:
        with channel(target) as opened:
            act(opened)
    except (pika.exceptions.ChannelClosedByBroker, pika.exceptions.UnroutableError):
        return True
    except pika.exceptions.ProbableAccessDeniedError:
        return True
    return False
