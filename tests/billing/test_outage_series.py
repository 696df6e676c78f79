"""Two browsers at one register never give two sales the same provisional number."""

from decimal import Decimal
from functools import partial

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.models import Bill, OutageProblem, OutageSale, Register
from billing.outage.posting import post
from billing.outage.problems import settle
from billing.outage.series import NoLeave, hand_out
from inventory.models import Product
from pos.errors import Invalid
from tests.at_once import at_once
from tests.outage import sale

URL = "/till/outage-series"


def test_each_browser_has_its_own_series(ana_web: Client, ana: User, leave: Register) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    assert [ana_web.post(URL).json()["series"] for _ in range(2)] == ["R1-P1", "R1-P2"]
    entries = AuditEntry.objects.filter(action="outage.series").order_by("pk")
    assert [(entry.actor, entry.subject) for entry in entries] == [(ana, "R1-P1"), (ana, "R1-P2")]


def test_register_without_outage_sales_has_no_series(ana_web: Client, ana: User, leave: Register) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    Register.objects.update(outage_sales=False)
    assert ana_web.post(URL).status_code == 404
    with pytest.raises(NoLeave):
        hand_out("R1", by=ana)
    assert Register.objects.get(code="R1").last_outage_series == 0


@pytest.mark.parametrize("code", ["R9", "", "%"])
def test_series_for_an_unknown_register_is_refused(ana: User, leave: Register, code: str) -> None:
    with pytest.raises(Invalid):
        hand_out(code, by=ana)


@pytest.mark.django_db(transaction=True)
def test_twenty_browsers_asking_at_once_have_twenty_series(leave: Register, ana: User) -> None:
    series = at_once([lambda: hand_out("R1", by=ana)] * 20)
    assert sorted(series) == sorted(f"R1-P{number}" for number in range(1, 21))


def test_number_used_twice_waits_for_a_manager_and_gets_a_suffix(
    leave: Register, ana: User, may: User, tea: Product
) -> None:
    post(sale((tea, "1")), by=ana)
    problem = post(sale((tea, "2")), by=ana).problem
    assert problem
    assert "Another sale has the number R1-P1-0001" in problem.differences[0]
    bill = settle(problem.pk, by=may)
    assert bill.outage.provisional_number == "R1-P1-0001 (2)"
    assert "Another sale" in bill.outage.differences[0]


@pytest.mark.django_db(transaction=True)
def test_number_posted_at_once_by_several_browsers_is_on_one_bill_only(
    leave: Register, ana: User, tea: Product
) -> None:
    sales = [sale((tea, "1")) for _ in range(6)]
    at_once([partial(post, each, by=ana) for each in sales])
    numbers = list(OutageSale.objects.values_list("provisional_number", flat=True))
    assert len(set(numbers)) == len(numbers) == Bill.objects.count()
    assert Bill.objects.count() + OutageProblem.objects.count() == 6
    told = OutageSale.objects.exclude(provisional_number="R1-P1-0001")
    assert all("Another sale has the number" in copy.differences[-1] for copy in told)
    assert Decimal(0) not in [bill.total for bill in Bill.objects.all()]
