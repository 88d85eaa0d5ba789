from dataclasses import replace
from email.utils import formatdate
from time import time

import httpx
import pytest

from contor.simulator import Client, HttpDelivery, Password, SimulatorError, Token
from contor.simulator.client import RETRY, retry_after
from contor.simulator.faults import Item
from contor.simulator.identity import Identity
from contor.simulator.reading import Reading
from contor.simulator.sender import Sender
from tests.unit.simulator.fake_contor import FakeContor


class Naps:
    """Sleeps that take no time and are remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def readings(device_id: str, count: int) -> list[Item]:
    return [Reading(1_772_323_200_000 + i, device_id, 0.1) for i in range(count)]


async def test_readings_go_in_batches_and_are_counted(contor: FakeContor, client: Client) -> None:
    device, sender = contor.add_device("Flat"), Sender(HttpDelivery(client), batch=500)
    await sender.send([*readings(device, 1200), *readings(device, 3), {"nonsense": True}])
    assert contor.batches == [500, 500, 204]
    tally = sender.tally
    assert (tally.sent, tally.accepted, tally.duplicates, tally.rejected) == (1204, 1200, 3, 1)
    assert "1 rejected (1 wrong_type)" in tally.line()


async def test_a_request_to_a_busy_server_is_retried_after_the_delay_it_asks_for(contor: FakeContor) -> None:
    naps, device = Naps(), contor.add_device("Flat")
    warnings: list[str] = []
    contor.trouble = [(503, {"retry-after": "7"}), (429, {}), (502, {})]
    retry = replace(RETRY, sleep=naps, random=lambda: 1.0)
    async with Client(contor.url, Password("ana", "right horse"), retry=retry, warn=warnings.append) as client:
        await Sender(HttpDelivery(client)).send(readings(device, 5))
    assert len(warnings) == 1
    assert len(contor.stored) == 5
    assert naps.taken == [7.0, 1.0, 2.0]


async def test_retries_end_at_the_deadline(contor: FakeContor) -> None:
    naps = Naps()
    contor.trouble = [(503, {})] * 50
    retry = replace(RETRY, deadline=5.0, sleep=naps, random=lambda: 1.0)
    async with Client(contor.url, Password("ana", "right horse"), retry=retry) as client:
        with pytest.raises(SimulatorError, match=r"refused \(503\): this is trouble"):
            await Sender(HttpDelivery(client)).send(readings("d", 1))
    assert 1 < len(naps.taken) < 10


async def test_a_refused_batch_is_not_sent_again(contor: FakeContor, client: Client) -> None:
    contor.trouble = [(413, {})]
    with pytest.raises(SimulatorError, match="413"):
        await Sender(HttpDelivery(client)).send(readings("d", 1))
    assert contor.asked["POST /monitoring/readings"] == 1


async def test_a_token_is_renewed_by_the_refresh_cookie_before_it_expires(contor: FakeContor) -> None:
    clock = [0.0]
    identity = Identity(Password("ana", "right horse"), monotonic=lambda: clock[0])
    async with httpx.AsyncClient(base_url=contor.url) as http:
        first = await identity.token(http)
        clock[0] = 500.0
        assert await identity.token(http) == first
        clock[0] = 560.0
        assert await identity.token(http) != first
    assert contor.asked["POST /auth/login"] == contor.asked["POST /auth/refresh"] == 1


async def test_a_revoked_token_is_replaced_at_once(contor: FakeContor, client: Client) -> None:
    device, sender = contor.add_device("Flat"), Sender(HttpDelivery(client))
    await sender.send(readings(device, 1))
    contor.good_tokens.clear()
    await sender.send(readings(device, 2))
    assert len(contor.stored) == 2


async def test_a_given_token_is_used_and_its_expiry_is_an_error(contor: FakeContor) -> None:
    async with Client(contor.url, Token("handed-out")) as client:
        device = contor.add_device("Flat")
        await Sender(HttpDelivery(client)).send(readings(device, 1))
        contor.good_tokens.clear()
        with pytest.raises(SimulatorError, match="refused"):
            await Sender(HttpDelivery(client)).send(readings(device, 1))


async def test_an_unreachable_server_is_an_error_at_sign_in(contor: FakeContor) -> None:
    async with Client("http://127.0.0.1:9", Password("ana", "right horse")) as client:
        with pytest.raises(SimulatorError, match="cannot be reached"):
            await client.sign_in()


async def test_a_rate_spreads_the_batches(contor: FakeContor, client: Client) -> None:
    naps, device = Naps(), contor.add_device("Flat")
    await Sender(HttpDelivery(client), batch=100, rate=50, sleep=naps).send(readings(device, 300))
    assert [round(nap) for nap in naps.taken] == [2, 4]


@pytest.mark.parametrize("batch", [0, 10_001])
async def test_a_batch_the_server_would_refuse_is_refused_here(client: Client, batch: int) -> None:
    with pytest.raises(SimulatorError, match="a batch must have"):
        Sender(HttpDelivery(client), batch=batch)


def test_retry_after_may_be_a_date() -> None:
    answer = httpx.Response(503, headers={"retry-after": formatdate(time() + 30, usegmt=True)})
    assert 25 < (retry_after(answer) or 0) <= 30
