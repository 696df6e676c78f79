"""Sales rung up while the server was away are booked exactly once, or wait unchanged for a manager."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApprovalRule, User
from billing.drawer import shifts
from billing.models import Bill, BillLine, OutageProblem, OutageSale, Register
from billing.outage.posting import post
from billing.outage.problems import settle
from inventory.models import Product
from pos.errors import ManagersOnly
from tests.at_once import at_once
from tests.counter import sell
from tests.outage import asked, left, sale, send


def test_sale_of_an_outage_becomes_a_marked_bill(ana_web: Client, leave: Register, tea: Product) -> None:
    answer = send(ana_web, asked((tea, "2")))
    bill = Bill.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"bill": bill.number})
    assert (bill.total, bill.change, left(tea)) == (Decimal("25.00"), Decimal("25.00"), Decimal(8))
    assert (bill.outage.provisional_number, bill.outage.rung_up_by) == ("R1-P1-0001", "Ana")
    assert "before this shift was opened" in bill.outage.differences[0]


def test_sale_sent_twice_is_one_bill(ana_web: Client, leave: Register, tea: Product) -> None:
    content = asked((tea, "1"))
    assert send(ana_web, content).json() == send(ana_web, content).json()
    assert Bill.objects.count() == 1


def test_sale_sent_again_by_another_cashier_is_the_same_bill(
    ana: User, ben: User, leave: Register, tea: Product
) -> None:
    rung = sale((tea, "1"))
    assert post(rung, by=ana).bill == post(rung, by=ben).bill


def test_other_content_under_the_same_key_waits_for_a_manager(ana_web: Client, leave: Register, tea: Product) -> None:
    content = asked((tea, "1"))
    send(ana_web, content)
    answers = [send(ana_web, {**content, "cash": "20.00"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    problem = OutageProblem.objects.get()
    assert (problem.is_readable, problem.differences) == (False, ["This key already belongs to another sale."])
    assert '"cash": "20.00"' in problem.content["sent"]
    assert Bill.objects.count() == 1


def test_key_of_another_sale_waits_for_a_manager(ana_web: Client, ana: User, leave: Register, tea: Product) -> None:
    content = asked((tea, "1"))
    sell((tea, "1"), by=ana, cash="20", key=content["key"])
    assert send(ana_web, content).status_code == 202
    assert OutageProblem.objects.get().differences == ["This key already belongs to another sale."]
    assert Bill.objects.count() == 1


@pytest.mark.parametrize("deed", ["price", "stock", "off sale", "unknown", "leave"])
def test_outage_sale_that_cannot_be_booked_as_sent_waits_for_a_manager(
    ana_web: Client, leave: Register, tea: Product, deed: str
) -> None:
    content = asked((tea, "3"))
    if deed == "price":
        Product.objects.filter(pk=tea.pk).update(price=Decimal("13.00"))
    elif deed == "stock":
        content = asked((tea, "11"), cash="200.00")
    elif deed == "off sale":
        Product.objects.filter(pk=tea.pk).update(is_active=False)
    elif deed == "unknown":
        content["lines"][0]["product"] = 10**9
    else:
        Register.objects.update(outage_sales=False)
    answers = [send(ana_web, content) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    problem = OutageProblem.objects.get()
    assert problem.content["lines"][0]["quantity"] == content["lines"][0]["quantity"]
    assert problem.differences
    assert not Bill.objects.exists()
    assert left(tea) == 10


def test_outage_sale_without_an_open_shift_waits_for_a_manager(
    ana_web: Client, r1: Register, ana: User, may: User, tea: Product
) -> None:
    Register.objects.update(outage_sales=True)
    content = asked((tea, "1"))
    assert send(ana_web, content).status_code == 202
    problem = OutageProblem.objects.get()
    assert problem.differences == ["This register has no open shift."]
    with pytest.raises(shifts.NoOpenShift):
        settle(problem.pk, by=may)
    shifts.open_shift("R1", opening_float=Decimal(0), by=ana)
    assert settle(problem.pk, by=may).outage.provisional_number == "R1-P1-0001"


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "x"},
        {"total": "NaN"},
        {"cash": "Infinity"},
        {"total": "-1"},
        {"lines": []},
        {"lines": "tea"},
        {"lines": [{}]},
        {"at": "yesterday"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"number": "R2-P1-0001"},
        {"number": {"no": ["number"]}},
        {"number": "\u202e" * 50},
        {"register": "R" * 500},
        {"register": 7},
        {"register": "R9", "number": "R9-P1-0001"},
        {"more": 1},
    ],
)
def test_malformed_outage_sale_is_kept_once_as_sent(
    ana_web: Client, may_web: Client, leave: Register, tea: Product, wrong: dict[str, Any]
) -> None:
    content = {**asked((tea, "1")), **wrong}
    answers = [send(ana_web, content) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    problem = OutageProblem.objects.get()
    assert problem.differences
    assert may_web.get("/reports/outage").status_code == 200
    assert may_web.post(f"/reports/outage/{problem.pk}", {"correct": "1"}).status_code in (400, 409)
    assert may_web.post(f"/reports/outage/{problem.pk}/close", {"reason": "written by hand"}).status_code == 302
    assert not Bill.objects.exists()


@pytest.mark.parametrize("wrong", [{"cash": 1e400}, {"number": "\0"}])
def test_outage_sale_with_invalid_values_is_400(
    ana_web: Client, leave: Register, tea: Product, wrong: dict[str, Any]
) -> None:
    assert send(ana_web, {**asked((tea, "1")), **wrong}).status_code == 400
    assert not OutageProblem.objects.exists()


def test_outage_sale_that_is_too_long_is_413(ana_web: Client, leave: Register, tea: Product) -> None:
    assert send(ana_web, {**asked((tea, "1")), "more": "x" * 200_000}).status_code == 413
    assert not OutageProblem.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"null", b"\xff", b"1" * 3_000_000])
def test_body_that_is_not_a_json_object_is_refused(ana_web: Client, leave: Register, body: bytes) -> None:
    assert send(ana_web, body).status_code in (400, 413)


@pytest.mark.django_db(transaction=True)
def test_twenty_tabs_posting_one_sale_at_once_make_one_bill(leave: Register, ana: User, tea: Product) -> None:
    rung = sale((tea, "2"))
    answers = at_once([lambda: post(rung, by=ana).bill] * 20)
    assert set(answers) == {Bill.objects.get()}
    assert (left(tea), OutageSale.objects.count()) == (Decimal(8), 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_tabs_posting_one_problem_at_once_report_it_once(leave: Register, ana: User, tea: Product) -> None:
    rung = sale((tea, "11"), cash="200.00")
    answers = at_once([lambda: post(rung, by=ana).problem] * 20)
    assert set(answers) == {OutageProblem.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_manager_accepting_twice_at_once_corrects_stock_and_sells_once(
    leave: Register, ana: User, may: User, tea: Product
) -> None:
    problem = post(sale((tea, "11"), cash="200.00"), by=ana).problem
    assert problem
    bills = at_once([lambda: settle(problem.pk, by=may, correct_stock=True)] * 4)
    assert set(bills) == {Bill.objects.get()}
    assert left(tea) == 0


@pytest.mark.django_db(transaction=True)
def test_accepted_sale_keeps_the_price_the_customer_paid(leave: Register, ana: User, may: User, tea: Product) -> None:
    rung = sale((tea, "1"))
    Product.objects.filter(pk=tea.pk).update(price=Decimal("13.00"))
    problem = post(rung, by=ana).problem
    assert problem
    bill = settle(problem.pk, by=may)
    line = BillLine.objects.get()
    assert (bill.total, line.list_price, line.priced_by) == (Decimal("12.50"), Decimal("13.00"), may)
    assert "13.00" in bill.outage.differences[0]
    assert post(rung, by=ana).bill == bill


def test_only_a_manager_settles_an_outage_sale(leave: Register, ana: User, tea: Product) -> None:
    problem = post(sale((tea, "11")), by=ana).problem
    assert problem
    with pytest.raises(ManagersOnly):
        settle(problem.pk, by=ana)


def test_manager_settles_an_outage_sale_on_the_page(may_web: Client, leave: Register, ana: User, tea: Product) -> None:
    problem = post(sale((tea, "11"), cash="200.00"), by=ana).problem
    assert problem
    assert "Green tea (10 left)" in may_web.get("/reports/outage").content.decode()
    ApprovalRule.objects.create(role="manager", action="sell_without_stock", allow_up_to=0, ask_up_to=0)
    assert may_web.post(f"/reports/outage/{problem.pk}").status_code == 409
    assert may_web.post(f"/reports/outage/{problem.pk}", {"correct": "1"}).status_code == 302
    page = may_web.get("/reports/outage").content.decode()
    assert "No sale of an outage waits" in page
    assert "R1-000001" in page
