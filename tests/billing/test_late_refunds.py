"""Refunds after the last return day of a sale need a manager's approval."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.approvals import approvals
from accounts.approvals.approvals import Denied, NeedsApproval
from accounts.models import Action, Approval, ApprovalRule, User
from billing.drawer import shifts
from billing.models import Bill, Register
from billing.order import Tendered
from billing.receipts import slip
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product
from pos import clock
from pos.models import StoreSettings
from tests.cast import TILL_PIN
from tests.counter import order, sell
from tests.proof import assert_books_are_right
from tests.traces import traces

BOUGHT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def bill(settings: Any, r1: Register, tea: Product, ana: User) -> Bill:
    """Three teas paid in cash on 2 March, returnable for 30 days."""
    settings.DEBUG = True  # allows setting the clock
    StoreSettings.change(by="may", return_days=30)
    with clock.set_to(BOUGHT):
        shifts.open_shift(r1.code, opening_float=D(100), by=ana)
        return sell((tea, "3"), by=ana, cash="37.50")


def wish(bill: Bill, back: str = "12.50") -> Wish:
    return Wish(uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D(back))], "torn", "R1")


def granted(needed: NeedsApproval, by: User) -> str:
    wanted = {"facts": needed.facts["facts"], "size": D(needed.facts["size"])}
    return approvals.grant(Action(needed.facts["action"]), asker=by, approver="may", pin=TILL_PIN, **wanted)


def test_refund_needs_a_manager_from_the_day_after_the_last_return_day(bill: Bill, ana: User, may: User) -> None:
    with clock.set_to(BOUGHT + timedelta(30)):
        refunds.refund(wish(bill), cashier=ana)
    late, before = wish(bill), traces()
    with clock.set_to(BOUGHT + timedelta(31)):
        with pytest.raises(NeedsApproval) as needed:
            refunds.refund(late, cashier=ana)
        assert traces() == before
        assert (needed.value.facts["action"], needed.value.facts["size"]) == ("late_refund", "1")
        assert needed.value.facts["facts"]["bought"] == "2026-03-02"
        refund = refunds.refund(late, cashier=ana, tokens=[granted(needed.value, ana)]).bill
        refunds.refund(wish(bill), cashier=may)
    assert Approval.objects.get(deed="used").reference == f"bill {refund.number}"
    assert_books_are_right()


def test_return_days_are_those_in_force_when_the_bill_was_made(bill: Bill, ana: User, tea: Product) -> None:
    StoreSettings.change(by="may", return_days=0)
    with clock.set_to(BOUGHT + timedelta(40)):
        endless = sell((tea, "1"), by=ana, cash="12.50")
        with pytest.raises(NeedsApproval):
            refunds.refund(wish(bill), cashier=ana)
    refunds.refund(wish(endless), cashier=ana)
    assert endless.return_until is None


def test_large_and_late_refund_needs_two_approvals(bill: Bill, ana: User, may: User) -> None:
    ApprovalRule.objects.create(role="cashier", action="refund", allow_up_to=10)
    late, tokens = wish(bill), list[str]()
    with clock.set_to(BOUGHT + timedelta(45)):
        for _ in range(2):
            with pytest.raises(NeedsApproval) as needed:
                refunds.refund(late, cashier=ana, tokens=tokens)
            tokens.append(granted(needed.value, ana))
        refunds.refund(late, cashier=ana, tokens=tokens)
        with pytest.raises(NeedsApproval):
            refunds.refund(wish(bill), cashier=ana, tokens=tokens)
    assert [used.action for used in Approval.objects.filter(deed="used")] == ["refund", "late_refund"]


def test_approval_rule_denies_a_refund_too_late(bill: Bill, ana: User) -> None:
    ApprovalRule.objects.create(role="cashier", action="late_refund", allow_up_to=0, ask_up_to=90)
    before = traces()
    with clock.set_to(BOUGHT + timedelta(30 + 91)), pytest.raises(Denied):
        refunds.refund(wish(bill), cashier=ana)
    assert traces() == before


def test_late_exchange_needs_a_manager_like_a_refund(bill: Bill, ana: User, may: User, milk: Product) -> None:
    swap = Exchange(wish(bill, "10.50"), order((milk, "1")))
    with clock.set_to(BOUGHT + timedelta(31)):
        with pytest.raises(NeedsApproval) as needed:
            exchanges.exchange(swap, cashier=ana)
        assert needed.value.facts["action"] == "late_refund"
        exchanges.exchange(swap, cashier=ana, tokens=[granted(needed.value, ana)])
    assert_books_are_right()


def test_refund_page_shows_the_last_day_and_takes_one_pin_for_both_approvals(
    bill: Bill, ana_web: Client, may: User
) -> None:
    ApprovalRule.objects.create(role="cashier", action="refund", allow_up_to=10)
    ana_web.post("/shift/join", {"register": "R1"})
    address = f"/bills/{bill.number}/refund"
    with clock.set_to(BOUGHT + timedelta(40)):
        assert "until 01 Apr 2026: that was 10 days ago" in ana_web.get(address).text
        form = {"key": str(uuid4()), "reason": "Faulty", "line_1": "1", "method": "cash", "amount": "12.50"}
        asked = ana_web.post(address, form)
        assert asked.status_code == 409
        by_may = {**form, "approver": "may", "approver_pin": TILL_PIN}
        assert ana_web.post(address, by_may).status_code == 302
    assert Approval.objects.filter(deed="used").count() == 2


def test_api_accepts_several_approvals(bill: Bill, ana_api: Client, may: User, ana: User) -> None:
    ApprovalRule.objects.create(role="cashier", action="refund", allow_up_to=10)
    body: dict[str, Any] = {"register": "R1", "lines": [{"line": 1, "quantity": "1"}], "reason": "torn"}
    body |= {"payments": [{"method": "cash", "amount": "12.50"}], "approvals": []}
    headers = {"Idempotency-Key": str(uuid4())}
    address = f"/api/v1/bills/{bill.number}/refunds"
    with clock.set_to(BOUGHT + timedelta(31)):
        for action in ("refund", "late_refund"):
            answer = ana_api.post(address, body, content_type="application/json", headers=headers)
            facts = answer.json()["facts"]
            assert (answer.status_code, facts["action"]) == (409, action)
            grant = {"approver": "may", "pin": TILL_PIN}
            given = approvals.grant(Action(action), asker=ana, facts=facts["facts"], size=D(facts["size"]), **grant)
            body["approvals"].append(given)
        assert ana_api.post(address, body, content_type="application/json", headers=headers).status_code == 201


@pytest.mark.parametrize("words", [["a"] * 6, "word", [None], ["\0"], [["a"]]])
def test_malformed_approvals_are_400(bill: Bill, ana_api: Client, words: Any) -> None:
    body = {"lines": [{"line": 1, "quantity": "1"}], "reason": "torn", "payments": [], "approvals": words}
    headers = {"Idempotency-Key": str(uuid4())}
    address = f"/api/v1/bills/{bill.number}/refunds"
    assert ana_api.post(address, body, content_type="application/json", headers=headers).status_code == 400


@pytest.mark.parametrize("days", [-1, 3651, "soon", None, 2**40, 1.5])
def test_invalid_number_of_return_days_is_400(may_api: Client, days: Any) -> None:
    answer = may_api.patch("/api/v1/settings", {"return_days": days}, content_type="application/json")
    assert answer.status_code == 400
    assert StoreSettings.in_force().return_days == 0


def test_receipts_show_the_last_return_day(bill: Bill, ana_web: Client, r1: Register) -> None:
    for kind in ("receipt", "gift"):
        assert "Returns until 01 Apr 2026" in [line.text.strip() for line in slip.lines(bill, kind, 0, 48)]
    assert "Returns until 01 Apr 2026" in ana_web.get(f"/bills/{bill.number}/receipt").text
