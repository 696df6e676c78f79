"""Only a manager closes an outage sale that cannot be booked: once, and with a reason."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.models import Bill, OutageProblem, Register
from billing.outage.posting import post
from billing.outage.problems import ProblemIsClosed, close, settle
from inventory.models import Product
from pos.errors import ManagersOnly, Refused
from tests.at_once import at_once
from tests.outage import sale, send


@pytest.fixture
def problem(leave: Register, ana: User, tea: Product) -> OutageProblem:
    """A sale of eleven teas with ten in stock."""
    found = post(sale((tea, "11"), cash="200.00"), by=ana).problem
    assert found
    return found


def test_manager_closes_a_problem_with_a_reason(may_web: Client, may: User, problem: OutageProblem) -> None:
    answer = may_web.post(f"/reports/outage/{problem.pk}/close", {"reason": "  rung up by hand as R1-000007 "})
    assert answer.status_code == 302
    problem.refresh_from_db()
    assert (problem.settled_by, problem.reason, problem.bill) == (may, "rung up by hand as R1-000007", None)
    page = may_web.get("/reports/outage").content.decode()
    assert "No sale of an outage waits" in page
    assert "rung up by hand as R1-000007" in page
    entry = AuditEntry.objects.get(action="outage.closed")
    assert (entry.actor, entry.subject, entry.facts["reason"]) == (may, "R1-P1-0001", problem.reason)


def test_cashier_may_not_close_a_problem(ana_web: Client, ana: User, problem: OutageProblem) -> None:
    assert ana_web.post(f"/reports/outage/{problem.pk}/close", {"reason": "mine"}).status_code == 403
    with pytest.raises(ManagersOnly):
        close(problem.pk, reason="mine", by=ana)
    assert OutageProblem.objects.filter(settled_at=None).exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "a\0b", "4111 1111 1111 1111"])
def test_close_without_a_proper_reason_is_400(may_web: Client, problem: OutageProblem, reason: str) -> None:
    assert may_web.post(f"/reports/outage/{problem.pk}/close", {"reason": reason}).status_code == 400
    assert OutageProblem.objects.filter(settled_at=None).exists()
    assert not AuditEntry.objects.filter(action="outage.closed").exists()


def test_close_of_an_unknown_problem_is_404(may_web: Client, db: None) -> None:
    assert may_web.post("/reports/outage/999999/close", {"reason": "gone"}).status_code == 404


def test_closed_problem_cannot_be_closed_again_or_sold(may_web: Client, may: User, problem: OutageProblem) -> None:
    close(problem.pk, reason="written by hand", by=may)
    assert may_web.post(f"/reports/outage/{problem.pk}/close", {"reason": "again"}).status_code == 409
    with pytest.raises(ProblemIsClosed):
        settle(problem.pk, by=may, correct_stock=True)
    assert not Bill.objects.exists()
    assert OutageProblem.objects.get().reason == "written by hand"


def test_closed_sale_posted_again_is_recognised(ana_web: Client, may: User, problem: OutageProblem) -> None:
    close(problem.pk, reason="written by hand", by=may)
    answer = send(ana_web, {**problem.content, "key": str(problem.key)})
    assert answer.status_code == 202
    assert OutageProblem.objects.count() == 1


def test_till_lists_a_problem_until_it_is_closed(
    ana_web: Client, may_web: Client, may: User, leave: Register, problem: OutageProblem
) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    page = ana_web.get("/till", follow=True).content.decode()
    assert "R1-P1-0001" in page
    assert "Green tea (10 left)" in page
    close(problem.pk, reason="written by hand", by=may)
    assert "R1-P1-0001" not in ana_web.get("/till", follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_closing_and_selling_at_once_only_one_happens(problem: OutageProblem, may: User) -> None:
    def sell() -> Bill:
        return settle(problem.pk, by=may, correct_stock=True)

    def put_away() -> str:
        close(problem.pk, reason="written by hand", by=may)
        return "closed"

    answers = at_once([sell, put_away] * 3)
    found = OutageProblem.objects.get()
    assert all(isinstance(answer, Bill | str | Refused) for answer in answers)
    if found.bill:
        assert "closed" not in answers
        assert found.reason == ""
    else:
        assert answers.count("closed") == 1
        assert not Bill.objects.exists()
