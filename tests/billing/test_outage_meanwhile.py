"""Outage sales that somebody else changes between the check and the booking."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from billing.models import Bill, OutageProblem, Register
from billing.outage import posting, problems
from billing.outage.posting import post, report
from billing.outage.problems import ProblemIsClosed, close, settle
from billing.sale import sales
from inventory.models import Product, Stock
from pos.errors import Refused
from tests.at_once import at_once
from tests.outage import left, sale

pytestmark = pytest.mark.django_db(transaction=True)


def first(deed: Callable[[], Any], then: Callable[..., Any]) -> Callable[..., Any]:
    def both(*args: Any) -> Any:
        deed()
        return then(*args)

    return both


def test_problem_closed_while_a_manager_sells_it_stays_closed(
    leave: Register, ana: User, may: User, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = post(sale((tea, "11"), cash="200.00"), by=ana).problem
    assert problem
    Stock.objects.filter(product=tea).update(quantity=20)
    closing = first(lambda: close(problem.pk, reason="by hand", by=may), problems.order_of)
    monkeypatch.setattr(problems, "order_of", closing)
    with pytest.raises(ProblemIsClosed):
        settle(problem.pk, by=may)
    assert (Bill.objects.count(), left(tea), OutageProblem.objects.get().reason) == (0, Decimal(20), "by hand")


def test_problem_closed_during_its_stock_correction_leaves_the_stock_unchanged(
    leave: Register, ana: User, may: User, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = post(sale((tea, "11"), cash="200.00"), by=ana).problem
    assert problem
    elsewhere = first(lambda: at_once([lambda: close(problem.pk, reason="by hand", by=may)]), sales.complete)
    monkeypatch.setattr(sales, "complete", elsewhere)
    with pytest.raises(ProblemIsClosed):
        settle(problem.pk, by=may, correct_stock=True)
    assert (Bill.objects.count(), left(tea), OutageProblem.objects.get().reason) == (0, Decimal(10), "by hand")


def test_problem_of_an_inactive_register_leaves_the_stock_unchanged(
    leave: Register, ana: User, may: User, tea: Product
) -> None:
    problem = post(sale((tea, "11"), cash="200.00"), by=ana).problem
    assert problem
    Register.objects.filter(pk=leave.pk).update(is_active=False)
    with pytest.raises(Refused):
        settle(problem.pk, by=may, correct_stock=True)
    assert (Bill.objects.count(), left(tea)) == (0, Decimal(10))


def test_sale_reported_by_another_tab_meanwhile_waits_for_a_manager(
    leave: Register, ana: User, tea: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = sale((tea, "1"))
    reporting = first(lambda: report(rung, leave, ["said by the other tab"], ana), posting.differences)
    monkeypatch.setattr(posting, "differences", reporting)
    assert post(rung, by=ana).problem == OutageProblem.objects.get()
    assert not Bill.objects.exists()


def test_twenty_tabs_of_two_cashiers_posting_one_sale_make_one_bill(
    leave: Register, ana: User, ben: User, tea: Product
) -> None:
    rung = sale((tea, "2"))
    answers = at_once([lambda: post(rung, by=ana).bill, lambda: post(rung, by=ben).bill] * 10)
    assert set(answers) == {Bill.objects.get()}
    assert left(tea) == Decimal(8)


def test_twenty_tabs_report_a_sale_of_an_unknown_register_once(leave: Register, ana: User, tea: Product) -> None:
    rung = sale((tea, "1"), register="R9", number="R9-P1-0001")
    assert set(at_once([lambda: post(rung, by=ana).problem] * 20)) == {OutageProblem.objects.get()}
