"""Small amounts add up towards the limit, another person's drawer needs a manager, and guessing its cash is stopped."""

from decimal import Decimal as D
from time import sleep
from typing import Any
from uuid import uuid4

import pytest

from accounts import trail
from accounts.approvals import approvals
from accounts.approvals.approvals import NeedsApproval
from accounts.models import Action, Approval, ApprovalRule, AuditEntry, User
from billing.drawer import cash, cash_by_hand, counting, shifts
from billing.models import Bill, CashMovement, Shift
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product
from tests import cast
from tests.at_once import at_once, outcomes_of
from tests.cast import TILL_PIN
from tests.counter import sell
from tests.proof import assert_books_are_right

WORD = {"approver": "may", "approver_pin": TILL_PIN}


@pytest.fixture
def full(shift: Shift, may: User) -> Shift:
    """A shift with 1,100.00 in the drawer."""
    cash_by_hand.move_cash(shift.pk, kind="pay_in", amount=D(1000), reason="change from the bank", by=may)
    return shift


def take(shift: Shift, amount: str, by: User, kind: str = "pay_out", tokens: tuple[str, ...] = ()) -> CashMovement:
    return cash_by_hand.move_cash(
        shift.pk, kind=kind, amount=D(amount), reason="the window cleaner", by=by, tokens=tokens
    )


def asked(deed: object, *args: object, **kwargs: object) -> NeedsApproval:
    with pytest.raises(NeedsApproval) as needed:
        deed(*args, **kwargs)  # type: ignore[operator]
    return needed.value


def granted(needed: NeedsApproval, by: User) -> str:
    wish = {"asker": by, "facts": needed.facts["facts"], "size": needed.size}
    return approvals.grant(Action(needed.facts["action"]), **wish, approver="may", pin=TILL_PIN)


def back(bill: Bill, by: User, line: int = 1, tokens: tuple[str, ...] = (), register: str = "R1") -> Bill:
    wish = Wish(uuid4(), bill.number, [Returned(line, D(1))], [Tendered("cash", D(40))], "torn", register)
    return refunds.refund(wish, cashier=by, tokens=tokens).bill


@pytest.fixture
def coats(shift: Shift, ana: User, full: Shift) -> Bill:
    coat = cast.product("Coat", "40.00", stock="50")
    return sell((coat, "20"), by=ana, cash="800.00")


def test_large_drop_needs_a_manager_like_a_pay_out(full: Shift, ana: User, may: User) -> None:
    needed = asked(take, full, "900.00", ana, "drop")
    assert (needed.facts["action"], needed.facts["size"]) == ("drop", "900")
    moved = take(full, "900.00", ana, "drop", (granted(needed, ana),))
    assert Approval.objects.get(deed="used").reference == f"cash movement {moved.pk}"
    assert_books_are_right()


def test_pay_outs_and_drops_add_up(full: Shift, ana: User, may: User) -> None:
    for kind in ("pay_out", "drop", "pay_out"):
        take(full, "50.00", ana, kind)
    needed = asked(take, full, "0.01", ana, "drop")
    assert (needed.facts["action"], needed.facts["size"]) == ("cash_out_together", "150.01")
    take(full, "0.01", ana, "drop", (granted(needed, ana),))
    asked(take, full, "0.01", ana)  # approved amounts do not count towards the limit, unapproved ones do
    take(full, "500.00", may, "drop")
    assert_books_are_right()


def test_amounts_of_one_person_add_up_over_all_tills(full: Shift, ana: User, may: User) -> None:
    for _ in range(3):
        take(full, "50.00", ana)
    second = shifts.open_shift(cast.till("R2").code, opening_float=D(100), by=ana)
    assert asked(take, second, "10.00", ana).facts["action"] == "cash_out_together"


def test_one_approval_covers_all_limits_a_pay_out_exceeds(full: Shift, ben: User, may: User) -> None:
    needed = asked(take, full, "200.00", ben)
    assert needed.facts["action"] == "pay_out"
    assert needed.facts["facts"]["drawer_of"] == str(full.opened_by)
    take(full, "200.00", ben, tokens=(granted(needed, ben),))
    assert_books_are_right()


@pytest.mark.parametrize("kind", ["pay_out", "drop"])
def test_taking_cash_from_anothers_drawer_needs_a_manager(full: Shift, ben: User, may: User, kind: str) -> None:
    assert asked(take, full, "1.00", ben, kind).facts["action"] == "others_drawer"
    cash_by_hand.move_cash(full.pk, kind="pay_in", amount=D(1), reason="coins", by=ben)
    ben_web = cast.signed_in(ben)
    ben_web.post("/shift/join", {"register": "R1"})
    form = {"kind": kind, "amount": "1.00", "reason": "stamps"}
    page = ben_web.post(f"/shifts/{full.pk}/cash", form)
    assert (page.status_code, "in the shift of Ana" in page.text) == (409, True)
    assert ben_web.post(f"/shifts/{full.pk}/cash", {**form, **WORD}).status_code == 302
    assert_books_are_right()


def test_closing_anothers_shift_needs_a_manager(shift: Shift, ben: User, may: User) -> None:
    ben_api, body = cast.with_token(ben), {"counted": "100.00"}
    path = f"/api/v1/shifts/{shift.pk}/close"
    answer = ben_api.post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["facts"]["action"]) == (409, "others_drawer")
    facts = answer.json()["facts"]["facts"]
    token = approvals.grant(Action.OTHERS_DRAWER, asker=ben, facts=facts, size=D(1), approver="may", pin=TILL_PIN)
    assert ben_api.post(path, {**body, "approvals": [token]}, content_type="application/json").status_code == 200
    assert_books_are_right()


def test_refused_close_tells_no_sum_and_leaves_the_shift_open(shift: Shift, ben: User, ana: User) -> None:
    web = cast.signed_in(ben)
    page = web.post(f"/shifts/{shift.pk}/close", {"counted": "3.00"})
    assert page.status_code == 409
    for answer in (page, web.get(f"/shifts/{shift.pk}/close")):
        assert "€100.00" not in answer.text
    assert not AuditEntry.objects.filter(action="shift.count_refused").exists()
    assert counting.close_shift(shift.pk, counted=D("100.00"), by=ana).number == 1


def test_approval_rule_can_allow_shared_drawers(full: Shift, ben: User) -> None:
    ApprovalRule.objects.create(role="cashier", action="others_drawer", allow_up_to=None)
    take(full, "1.00", ben)
    counting.close_shift(full.pk, counted=D("1099.00"), by=ben)
    assert_books_are_right()


def test_refunds_of_one_bill_add_up(coats: Bill, ana: User, may: User) -> None:
    for _ in range(3):
        back(coats, ana)
    needed = asked(back, coats, ana)
    assert (needed.facts["action"], needed.facts["size"]) == ("refunds_together", "160")
    wish = Wish(uuid4(), coats.number, [Returned(1, D(1))], [Tendered("cash", D(40))], "torn", "R1")
    refunds.refund(wish, cashier=ana, tokens=[granted(needed, ana)])
    assert_books_are_right()


def test_refunds_of_many_bills_add_up_per_shift_and_per_person(coats: Bill, ana: User, ben: User) -> None:
    shifts.open_shift(cast.till("R2").code, opening_float=D(500), by=ben)
    coat = Product.objects.get(name="Coat")
    others = [sell((coat, "1"), by=ana, cash="40.00") for _ in range(3)]
    for bill in others:
        back(bill, ana)
    assert asked(back, coats, ana, register="R2").facts["action"] == "refunds_together"
    assert asked(back, coats, ben).facts["action"] == "refunds_together"
    back(coats, ben, register="R2")
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_pay_outs_at_once_at_two_tills_respect_the_limit(full: Shift, ana: User) -> None:
    second = shifts.open_shift(cast.till("R2").code, opening_float=D(500), by=ana)
    tries = [lambda shift=shift: take(shift, "50.00", ana) for shift in (full, second) * 4]
    answers = at_once(tries)
    assert sum(isinstance(answer, CashMovement) for answer in answers) == 3
    assert_books_are_right()


def test_pay_outs_beyond_the_cash_are_recorded_and_stopped_after_three(shift: Shift, ana: User, may: User) -> None:
    ApprovalRule.objects.create(role="cashier", action="pay_out", allow_up_to=None)
    ApprovalRule.objects.create(role="cashier", action="cash_out_together", allow_up_to=None)
    for amount in ("800.00", "400.00", "200.00"):
        with pytest.raises(cash.NotEnoughCash) as refused:
            take(shift, amount, ana)
        assert refused.value.facts == {}
    with pytest.raises(cash.TooManyRefused):
        take(shift, "50.00", ana)
    written = AuditEntry.objects.filter(action="cash.refused", subject=f"shift {shift.pk}").order_by("pk")
    assert list(written.values_list("actor", "facts__amount")) == [
        (ana.pk, "800.00"),
        (ana.pk, "400.00"),
        (ana.pk, "200.00"),
    ]
    take(shift, "50.00", may)
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_pay_outs_beyond_the_cash_at_once_are_told_three_times(
    shift: Shift, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*args: Any, **facts: Any) -> None:
        sleep(0.3)  # all others are refused before the first refusal is recorded
        record(*args, **facts)

    record = trail.record
    monkeypatch.setattr(trail, "record", late)
    ApprovalRule.objects.create(role="cashier", action="pay_out", allow_up_to=None)
    ApprovalRule.objects.create(role="cashier", action="cash_out_together", allow_up_to=None)
    tries = [lambda amount=amount: take(shift, f"{amount}.00", ana) for amount in range(300, 1100, 100)]
    assert outcomes_of(*tries) == ["not_enough_cash"] * 3 + ["too_many_refused"] * 5


def test_refunds_beyond_the_cash_are_stopped_after_three(shift: Shift, ana: User, may: User) -> None:
    ApprovalRule.objects.create(role="cashier", action="refund", allow_up_to=None)
    ApprovalRule.objects.create(role="cashier", action="refunds_together", allow_up_to=None)
    coat = cast.product("Coat", "40.00", stock="50")
    bill = sell((coat, "3"), by=ana, cash="120.00")
    cash_by_hand.move_cash(shift.pk, kind="drop", amount=D("190.00"), reason="safe", by=may)
    for _ in range(3):
        with pytest.raises(cash.NotEnoughCash):
            back(bill, ana)
    with pytest.raises(cash.TooManyRefused):
        back(bill, ana)
    assert AuditEntry.objects.filter(action="cash.refused").count() == 3
    assert_books_are_right()
