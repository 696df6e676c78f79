"""Refunds, pay-outs, drawer openings and closes that need a manager, on the pages and in the API."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.approvals import approvals
from accounts.approvals.approvals import NeedsApproval
from accounts.models import Action, Approval, ApprovalRequest, ApprovalRule, User
from accounts.people import staff
from billing.drawer import cash_by_hand, counting
from billing.models import Bill, CashMovement, Shift
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product
from tests.at_once import at_once
from tests.cast import TILL_PIN, person
from tests.counter import sell
from tests.proof import assert_books_are_right, broken
from tests.traces import traces


def at_till(client: Client, code: str = "R1") -> Client:
    session = client.session
    session["register"] = code
    session.save()
    return client


def wish_for(bill: Bill, quantity: str = "5") -> Wish:
    paid = [Tendered("cash", D(quantity) * D("12.50"))]
    return Wish(uuid4(), bill.number, [Returned(1, D(quantity))], paid, "torn", "R1")


def granted(needed: NeedsApproval, by: User) -> str:
    return approvals.grant(
        Action(needed.facts["action"]),
        asker=by,
        approver="may",
        pin=TILL_PIN,
        facts=needed.facts["facts"],
        size=D(needed.facts["size"]),
    )


def test_refund_above_the_limit_needs_a_manager_once(shift: Shift, ana: User, may: User, tea: Product) -> None:
    wish = wish_for(sell((tea, "5"), by=ana, cash="62.50"))
    before = traces()
    with pytest.raises(NeedsApproval) as needed:
        refunds.refund(wish, cashier=ana)
    assert traces() == before
    assert needed.value.facts["size"] == "62.5"
    assert needed.value.facts["facts"]["goods"] == ["1: 5 x Green tea"]
    token = granted(needed.value, ana)
    refund = refunds.refund(wish, cashier=ana, tokens=[token]).bill
    assert Approval.objects.get(deed="used").reference == f"bill {refund.number}"
    assert refunds.refund(wish, cashier=ana, tokens=[token]).again
    assert_books_are_right()


def test_small_refunds_and_managers_refunds_need_no_approval(shift: Shift, ana: User, may: User, tea: Product) -> None:
    bill = sell((tea, "9"), by=ana, cash="112.50")
    refunds.refund(wish_for(bill, "4"), cashier=ana)
    refunds.refund(wish_for(bill, "5"), cashier=may)
    assert not Approval.objects.exists()
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_two_refunds_at_once_with_one_approval_make_one_refund(
    shift: Shift, ana: User, may: User, tea: Product
) -> None:
    ApprovalRule.objects.create(role="cashier", action="refund", allow_up_to=10)
    bill = sell((tea, "2"), by=ana, cash="25.00")
    with pytest.raises(NeedsApproval) as needed:
        refunds.refund(wish_for(bill, "1"), cashier=ana)
    token = granted(needed.value, ana)
    answers = at_once([lambda: refunds.refund(wish_for(bill, "1"), cashier=ana, tokens=[token]) for _ in range(2)])
    assert sorted(type(answer).__name__ for answer in answers) == ["NeedsApproval", "Sold"]
    assert Bill.objects.filter(kind="refund").count() == 1
    assert_books_are_right()


def test_refund_by_api_is_approved_on_request(
    shift: Shift, ana: User, may: User, ana_api: Client, tea: Product
) -> None:
    bill = sell((tea, "5"), by=ana, cash="62.50")
    body: dict[str, Any] = {
        "lines": [{"line": 1, "quantity": "5"}],
        "payments": [{"method": "cash", "amount": "62.50"}],
        "reason": "torn",
        "register": "R1",
    }

    def post(**more: Any) -> Any:
        key = {"Idempotency-Key": str(uuid4())}
        path = f"/api/v1/bills/{bill.number}/refunds"
        return ana_api.post(path, {**body, **more}, content_type="application/json", headers=key)

    answer = post()
    assert (answer.status_code, answer.json()["code"]) == (409, "needs_approval")
    asked = {name: answer.json()["facts"][name] for name in ("action", "size", "facts")}
    question = ana_api.post("/api/v1/approvals", asked, content_type="application/json")
    assert question.status_code == 201
    token, number = question.json()["approval"], question.json()["id"]
    assert post(approval=token).status_code == 409
    approvals.answer(number, by=may, granted=True)
    assert ana_api.get(f"/api/v1/approvals/{number}").json()["state"] == "granted"
    assert post(approval=token, reason="another reason").status_code == 409
    assert post(approval=token).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"action": "refund", "size": "NaN", "facts": {}},
        {"action": "refund", "size": "1", "facts": {"a": "\0"}},
        {"action": "refund", "size": "1", "facts": []},
        {"action": "refund", "size": "1", "facts": {"a": "x" * 9000}},
        {"action": "theft", "size": "1", "facts": {}},
        {"action": "refund", "facts": {}},
        {"action": "refund", "size": "-1", "facts": {}},
    ],
)
def test_malformed_approval_request_is_refused(ana_api: Client, body: dict[str, Any]) -> None:
    answer = ana_api.post("/api/v1/approvals", body, content_type="application/json")
    assert answer.status_code == 400
    assert not ApprovalRequest.objects.exists()


def test_approval_request_of_another_person_is_404(ana: User, may_api: Client) -> None:
    question, _ = approvals.ask(Action.VIP, asker=ana, facts={}, size=D(1))
    assert may_api.get(f"/api/v1/approvals/{question.pk}").status_code == 404


def test_pay_out_is_approved_at_the_till_by_pin(shift: Shift, ana: User, may: User, ana_web: Client) -> None:
    path = f"/shifts/{shift.pk}/cash"
    form = {"kind": "pay_out", "amount": "60", "reason": "window <cleaner>"}
    answer = at_till(ana_web).post(path, form)
    assert answer.status_code == 409
    assert 'name="reason" value="window &lt;cleaner&gt;"' in answer.content.decode()
    wrong = ana_web.post(path, {**form, "approver": "may", "approver_pin": "999817"})
    assert b"approve nothing here" in wrong.content
    assert b"999817" not in wrong.content
    assert not CashMovement.objects.filter(kind="pay_out").exists()
    right = ana_web.post(path, {**form, "approver": "may", "approver_pin": TILL_PIN})
    assert (right.status_code, right["Location"]) == (302, "/shift")
    assert CashMovement.objects.get(kind="pay_out").amount == D(-60)
    assert_books_are_right()


def test_pay_out_is_approved_remotely_without_javascript(
    shift: Shift, ana: User, ana_web: Client, may_web: Client
) -> None:
    path = f"/shifts/{shift.pk}/cash"
    form = {"kind": "pay_out", "amount": "60", "reason": "window cleaner"}
    waiting = at_till(ana_web).post(path, {**form, "approval_by": "phone"})
    token = waiting.context["refusal"].token
    question = ApprovalRequest.objects.get()
    assert ana_web.get(f"/approvals/asked/{question.pk}").json() == {"answered": False}
    assert b"window cleaner" in may_web.get("/approvals").content
    assert b"Asked the managers" in ana_web.post(path, {**form, "approval": token}).content
    assert may_web.post(f"/approvals/{question.pk}", {"answer": "yes"}).status_code == 302
    assert may_web.post(f"/approvals/{question.pk}", {"answer": "no"}).status_code == 409
    assert ana_web.get(f"/approvals/asked/{question.pk}").json() == {"answered": True}
    assert ana_web.post(path, {**form, "approval": token}).status_code == 302
    assert ana_web.post(path, {**form, "approval": token}).status_code == 409
    assert CashMovement.objects.filter(kind="pay_out").count() == 1
    report = may_web.get("/approvals/report", {"action": "pay_out", "who": ana.pk}).content.decode()
    assert report.count("<tr>") == 4
    assert b"Nothing was asked" in may_web.get("/approvals/report", {"day": "2020-01-01"}).content


def test_remote_denial_is_shown_at_the_till(shift: Shift, ana_web: Client, may_web: Client) -> None:
    path = f"/shifts/{shift.pk}/cash"
    form = {"kind": "pay_out", "amount": "60", "reason": "window cleaner"}
    token = at_till(ana_web).post(path, {**form, "approval_by": "phone"}).context["refusal"].token
    may_web.post(f"/approvals/{ApprovalRequest.objects.get().pk}", {"answer": "no"})
    assert b"May said no" in ana_web.post(path, {**form, "approval": token}).content
    assert not CashMovement.objects.filter(kind="pay_out").exists()


def test_fourth_opening_without_a_sale_needs_a_manager(shift: Shift, ana: User, may: User) -> None:
    def open_drawer(*tokens: str) -> None:
        cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="change", by=ana, tokens=tokens)

    for _ in range(3):
        open_drawer()
    with pytest.raises(NeedsApproval) as needed:
        open_drawer()
    open_drawer(granted(needed.value, ana))
    assert_books_are_right()


def test_close_with_a_large_difference_needs_a_reason_and_a_manager(shift: Shift, ana: User, may: User) -> None:
    close = {"counted": D(50), "by": ana, "reason": "fifty is missing"}
    with pytest.raises(NeedsApproval) as needed:
        counting.close_shift(shift.pk, **close)
    counting.close_shift(shift.pk, **close, tokens=[granted(needed.value, ana)])
    assert Approval.objects.get(deed="used").reference == f"shift {shift.pk}"
    assert_books_are_right()


def test_pay_out_denied_by_the_rules_is_recorded_and_moves_no_cash(shift: Shift, ana: User, ana_web: Client) -> None:
    ApprovalRule.objects.create(role="cashier", action="pay_out", allow_up_to=10, ask_up_to=20)
    path = f"/shifts/{shift.pk}/cash"
    answer = at_till(ana_web).post(path, {"kind": "pay_out", "amount": "21", "reason": "rent"})
    assert answer.status_code == 403
    assert Approval.objects.get().deed == "denied"
    assert not CashMovement.objects.filter(kind="pay_out").exists()


def test_old_refunds_of_a_demoted_manager_still_pass_the_audit(
    shift: Shift, ana: User, may: User, tea: Product
) -> None:
    refunds.refund(wish_for(sell((tea, "5"), by=ana, cash="62.50")), cashier=may)
    staff.change(may, by=person("mia", role="manager"), role="cashier")
    assert broken() == {}


def test_report_lists_approvals_and_denials_with_both_people(
    shift: Shift, ana: User, ben: User, may: User, ana_web: Client, may_web: Client
) -> None:
    at_till(ana_web)
    path, asked = f"/shifts/{shift.pk}/cash", {"kind": "pay_out", "amount": "60.00", "reason": "window cleaner"}
    assert ana_web.post(path, {**asked, "approver": "may", "approver_pin": TILL_PIN}).status_code == 302
    ApprovalRule.objects.create(role="cashier", action="no_sale", allow_up_to=0, ask_up_to=0)
    assert ana_web.post(path, {"kind": "no_sale", "reason": "a look"}).status_code == 403
    told = Approval.objects.order_by("pk").values_list("deed", "action", "asker__username", "approver__username")
    assert list(told) == [
        ("granted", "pay_out", "ana", "may"),
        ("used", "pay_out", "ana", "may"),
        ("denied", "no_sale", "ana", None),
    ]
    whole = may_web.get("/approvals/report").content.decode()
    for words in ("Ana", "May", "60", "window cleaner", "pay-out", "drawer opened without a sale"):
        assert words in whole
    assert "Nothing was asked" in may_web.get("/approvals/report", {"who": ben.pk}).content.decode()
    assert ana_web.get("/approvals/report").status_code == 403
