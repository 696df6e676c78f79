"""A machine posts late sales while the server is killed: each gets one outcome, and the machine learns it."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest

from accounts.models import User
from bench.late_sales import Sale, counted, post, sales_of
from bench.wire import Unreachable, Wire
from tests.cast import product
from tests.journeys.mortal import Mortal
from tests.keys import made
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)
SALES = 40


@pytest.fixture
def queued(server: Mortal, may: User) -> Iterator[list[Sale]]:
    """For the first sale the server dies after storing it and before answering."""
    goods = {"plain": product(price="4.30", stock="1000").pk, "gone": product(price="4.30", stock="0", sku="GONE").pk}
    yield sales_of(SALES, goods)
    server.kill()


def stored_without_an_answer(server: Mortal, bearer: str, sale: Sale) -> None:
    server.start("after")
    headers = f"Content-Type: application/json\r\nAuthorization: Bearer {bearer}\r\nIdempotency-Key: {sale.key}\r\n"
    with suppress(Unreachable):
        Wire(server.base).ask("POST", "/api/v1/late-sales", headers, json.dumps(sale.body).encode())
    server.bury()
    server.start()


def test_server_killed_while_late_sales_are_posted_loses_and_doubles_none(
    server: Mortal, may: User, queued: list[Sale]
) -> None:
    bearer = made(may, "late-sales:write").secret
    stored_without_an_answer(server, bearer, queued[0])
    posting = post(server, bearer, queued, senders=4, kills=1, careless=False)
    told = counted(queued)
    assert (posting.answered, told["outcomes"], told["bills"], told["waiting"]) == (SALES, SALES, 32, 8)
    assert (told["lost"], told["doubled"], told["told_otherwise"]) == (0, 0, 0)
    assert told["stored_unanswered"] >= 1
    assert_books_are_right()


def test_count_of_outcomes_sees_a_sale_posted_anew_under_another_key(
    server: Mortal, may: User, queued: list[Sale]
) -> None:
    bearer, few = made(may, "late-sales:write").secret, queued[:3]
    stored_without_an_answer(server, bearer, few[0])
    post(server, bearer, few, senders=1, kills=0, careless=True)
    assert (counted(few)["doubled"], counted(few)["outcomes"]) == (1, 4)
