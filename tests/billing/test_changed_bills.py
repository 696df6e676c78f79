"""Bills in order of change are the same page by page, forward and backward, as all at once."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Max
from django.test import Client

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from pos import clock
from tests.counter import sell
from tests.ledgers import plant

pytestmark = pytest.mark.django_db
SALE = "/api/v1/bills"


def change_times(since: datetime, **only: Any) -> list[str]:
    """The numbers in the order a program should hear of them."""
    bills = Bill.objects.filter(**only).annotate(back=Max("refunds__at"))
    changes = [(max(bill.at, bill.back or bill.at), bill.pk, bill.number) for bill in bills]
    return [number for at, _pk, number in sorted(changes) if at >= since]


def walked(client: Client, address: str, **asked: Any) -> tuple[list[str], list[str]]:
    """What the pages say on the way forward, and on the way back from the last one."""
    page = client.get(address, asked).json()
    forward = [bill["number"] for bill in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        forward += [bill["number"] for bill in page["results"]]
    backward = [bill["number"] for bill in page["results"]]
    while page["previous"]:
        page = client.get(page["previous"]).json()
        backward = [bill["number"] for bill in page["results"]] + backward
    return forward, backward


@pytest.fixture
def history(ana: User, shift: Shift, tea: Product, milk: Product, ana_api: Client) -> datetime:
    """Thirty sales on as many minutes, ten pieces of them back at any moment, two of one sale at the same one."""
    chance = random.Random(5)
    begun = clock.now() - timedelta(hours=2)
    sales = [sell((milk, "3"), by=ana, cash="6.00", register="R1" if n % 3 else "API") for n in range(30)]
    for sale in [*chance.sample(sales[1:], 7), sales[0], sales[0], sales[0]]:
        back = {"lines": [{"line": 1, "quantity": "1"}], "payments": [{"method": "cash", "amount": "2.00"}]}
        asked = {**back, "reason": "sour", "register": "R1"}
        answer = ana_api.post(f"{SALE}/{sale.number}/refunds", asked, content_type="application/json")
        assert answer.status_code == 201, answer.json()
    ids = list(Bill.objects.order_by("pk").values_list("pk", flat=True))
    moments = [begun + timedelta(minutes=n) for n in range(30)]
    moments += [begun + timedelta(minutes=n) for n in (42, *(chance.randint(-5, 40) for _ in range(7)), 41, 41)]
    plant([f"UPDATE billing_bill SET at = '{at}' WHERE id = {pk}" for pk, at in zip(ids, moments, strict=True)])
    return begun


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize("after", [-10, 12, 25, 60], ids=["all", "some", "few", "none"])
def test_pages_hold_each_bill_once_where_it_last_changed(
    history: datetime, ana_api: Client, size: int, after: int
) -> None:
    since = history + timedelta(minutes=after)
    expected = change_times(since)
    assert bool(expected) == (after < 60)
    found = walked(ana_api, SALE, updated_since=since.isoformat(), page_size=size)
    assert found == (expected, expected)


@pytest.mark.parametrize(
    ("asked", "only"),
    [
        ({"register": "API"}, {"register__code": "API"}),
        ({"kind": "refund"}, {"kind": "refund"}),
        ({"kind": "sale"}, {"kind": "sale"}),
    ],
    ids=["register", "refunds", "sales"],
)
def test_filters_are_of_the_bills_that_changed(
    history: datetime, ana_api: Client, asked: dict[str, str], only: dict[str, str]
) -> None:
    expected = change_times(history, **only)
    assert expected
    for size in (1, 3):
        found = walked(ana_api, SALE, updated_since=history.isoformat(), page_size=size, **asked)
        assert found == (expected, expected)


@pytest.mark.parametrize("cursor", ["x", "W2ZhbHNlLCBbIngiLCAiMSJdXQ", "W2ZhbHNlLCBbIjEiXV0"])
def test_foreign_cursor_is_refused(ana_api: Client, cursor: str) -> None:
    answer = ana_api.get(SALE, {"updated_since": "2026-01-01T00:00:00Z", "cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")
