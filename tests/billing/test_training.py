"""A till in training: everything is done as always, and nothing of it stays but what is for practice."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.approvals.approvals import NeedsApproval
from accounts.models import Action, Approval, ApprovalRule, User
from billing.basket import baskets, paying, returned_goods, scanning, whose
from billing.drawer import shifts
from billing.models import (
    PRACTICE_AFTER,
    Basket,
    Bill,
    OutageProblem,
    OutboundJob,
    PracticeBill,
    Register,
    bill_number,
)
from billing.order import Tendered
from billing.outage import problems
from billing.receipts import copies, practice
from billing.returns import refunds, without_receipt
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from billing.sale import sales
from inventory.models import Product
from members.models import Member
from pos import clock
from pos.calendar import today
from reports.figures import cashier_activity, periods
from tests import cast
from tests.approving import granted
from tests.at_once import at_once, outcomes_of
from tests.counter import order, sell
from tests.keys import machine
from tests.late_sales import asked, send
from tests.proof import assert_books_are_right
from tests.traces import traces

pytestmark = pytest.mark.django_db
SAID = "TRAINING: not a receipt"


@pytest.fixture
def r1(db: None) -> Register:
    """A till in training."""
    till = cast.till("R1")
    Register.objects.filter(pk=till.pk).update(is_training=True)
    till.refresh_from_db()
    return till


@pytest.fixture
def at_r1(r1: Register, ana_web: Client) -> Client:
    assert ana_web.post("/shift/join", {"register": "R1"})["Location"] == "/till"
    return ana_web


def page_of(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def basket_of(client: Client) -> Basket:
    client.get("/till", follow=True)
    return Basket.objects.latest("pk")


def practise(client: Client, tea: Product, *, more: Callable[[int], Any] = bool) -> tuple[Basket, Any]:
    """Ana scans a tea and takes 20.00 for it."""
    basket = basket_of(client)
    client.post(f"/till/{basket.pk}/scan", {"code": "4006381333931"})
    more(basket.pk)
    basket.refresh_from_db()
    form = {"version": basket.version, "shown_total": "12.50", "method": "cash", "amount": "20.00"}
    return basket, client.post(f"/till/{basket.pk}/pay", form)


def changed(before: dict[str, Any]) -> set[str]:
    """The tables that hold something else than before."""
    return {table for table, rows in traces().items() if rows != before[table]}


def test_numbers_of_practice_bills_are_no_numbers_of_the_books() -> None:
    assert bill_number("R1", PRACTICE_AFTER + 7) == "R1-T000007"
    assert bill_number("R1", PRACTICE_AFTER + 7, "refund") == "R1-TR000007"
    assert not practice.is_number("R1-000007")
    assert not practice.is_number("T1-R000007")
    assert practice.is_number("r1-tr000007")


def test_a_sale_practised_at_the_till_leaves_no_trace(at_r1: Client, tea: Product) -> None:
    basket_of(at_r1)
    before = traces()
    basket, answer = practise(at_r1, tea)
    assert answer["Location"] == "/bills/R1-T000001/receipt"
    of_the_till = {"billing_basket", "billing_basketline", "billing_scanseen", "django_session"}
    assert changed(before) <= {"billing_practicebill", *of_the_till}
    receipt = page_of(at_r1, answer["Location"])
    assert receipt.count(SAID) == 2
    assert "Nothing here is booked" in receipt
    assert page_of(at_r1, f"/till/{basket.pk}").count(SAID) == 2
    assert "TRAINING" in page_of(at_r1, "/till")
    assert page_of(at_r1, "/bills/r1-t000001").count("R1-T000001") >= 1
    assert at_r1.get("/bills", {"q": "R1-T000001"})["Location"] == "/bills/R1-T000001"
    assert_books_are_right()


def test_paying_again_answers_the_same_practice_bill(at_r1: Client, ana: User, tea: Product) -> None:
    basket, first = practise(at_r1, tea)
    form = {"version": basket.version, "shown_total": "12.50", "method": "cash", "amount": "20.00"}
    assert at_r1.post(f"/till/{basket.pk}/pay", form)["Location"] == first["Location"]
    assert PracticeBill.objects.count() == 1


def test_a_basket_paid_twice_at_once_is_one_practice_bill(
    transactional_db: None, ana: User, r1: Register, tea: Product
) -> None:
    basket = baskets.start(r1, ana)
    scanning.scan(basket.pk, "4006381333931")
    basket.refresh_from_db()

    def pay() -> str:
        asked = {"version": basket.version, "shown_total": D("12.50"), "register": "R1", "by": ana}
        return paying.pay(basket.pk, [Tendered("cash", D("20.00"))], **asked).number

    assert set(at_once([pay, pay])) == {"R1-T000001"}
    assert PracticeBill.objects.count() == 1
    assert outcomes_of(*[lambda: sell((tea, "1"), by=ana, cash="20.00")] * 3) == ["done"] * 3
    assert sorted(PracticeBill.objects.values_list("number", flat=True)) == [f"R1-T00000{n}" for n in (1, 2, 3, 4)]
    assert not Bill.objects.exists()


def test_a_key_used_for_practice_does_not_sell_in_earnest(r1: Register, ana: User, tea: Product) -> None:
    asked = order((tea, "1"), cash="20.00")
    first = sales.sell(asked, cashier=ana)
    Register.objects.filter(pk=r1.pk).update(is_training=False)
    again = sales.sell(asked, cashier=ana)
    assert (again.bill.number, again.again) == (first.bill.number, True)


def test_an_approval_used_for_practice_is_spent(r1: Register, ana: User, may: User, tea: Product) -> None:
    def refund(word: str | None = None) -> Bill:
        claim = Claim(uuid4(), [Claimed(D(1), tea.pk)], "no receipt", register="R1")
        return without_receipt.refund(claim, cashier=ana, approval=word).bill

    with pytest.raises(NeedsApproval) as needed:
        refund()
    word = granted(needed.value, ana)
    assert refund(word).is_practice
    Register.objects.filter(pk=r1.pk).update(is_training=False)
    shifts.open_shift("R1", opening_float=D(0), by=ana)
    with pytest.raises(NeedsApproval, match="was used, is too old"):
        refund(word)
    assert not Bill.objects.exists()


def test_a_practice_bill_never_stays_in_the_books(
    transactional_db: None, r1: Register, ana: User, tea: Product
) -> None:
    number = sell((tea, "1"), by=ana, cash="20.00").number
    with pytest.raises(IntegrityError, match="was made for practice"), transaction.atomic():
        practice.lay_out(number)
    assert not Bill.objects.exists()


def test_no_shift_and_no_gift_card_at_a_till_in_training(at_r1: Client, ana_api: Client, r1: Register) -> None:
    answer = ana_api.post("/api/v1/registers/R1/shifts", {"float": "10.00"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "in_training")
    assert at_r1.get("/shift")["Location"] == "/shift/open"
    card = {"register": "R1", "amount": "20.00", "tender": "cash"}
    sold = ana_api.post("/api/v1/gift-cards", card, content_type="application/json")
    assert (sold.status_code, sold.json()["code"]) == (409, "in_training")
    assert "in training" in page_of(at_r1, "/shift/open")


def test_baskets_do_not_cross(db: None, r1: Register, ana: User, tea: Product, at_r1: Client) -> None:
    real_till = cast.till("R2")
    basket = baskets.start(r1, ana)
    baskets.add(basket.pk, tea.pk)
    baskets.park(basket.pk, "for later", version=Basket.objects.get(pk=basket.pk).version)
    with pytest.raises(whose.OtherKind):
        whose.resume(basket.pk, register=real_till, by=ana)
    assert not baskets.unpaid().exists()
    assert whose.resume(basket.pk, register=r1, by=ana).pk == basket.pk


def test_refund_at_the_till(at_r1: Client, tea: Product, vera: Member) -> None:
    _basket, sold = practise(at_r1, tea)
    number = sold["Location"].split("/")[2]
    before = traces()
    page = page_of(at_r1, f"/bills/{number}/refund")
    assert "Nothing here is booked" in page
    form = {"key": str(uuid4()), "line_1": "1", "reason": "torn", "method": "cash", "amount": "12.50"}
    answer = at_r1.post(f"/bills/{number}/refund", form)
    assert answer["Location"] == "/bills/R1-TR000001/receipt", answer.content.decode()
    assert SAID in page_of(at_r1, answer["Location"])
    assert changed(before) <= {"billing_practicebill", "django_session"}
    again = at_r1.post(f"/bills/{number}/refund", {**form, "key": str(uuid4())})
    assert again.status_code == 409


def test_papers_say_what_they_are(at_r1: Client, r1: Register, ana: User, tea: Product, settings: Any) -> None:
    settings.SENDS_MAIL = True
    practise(at_r1, tea)
    for kind in ("receipt", "gift", "invoice"):
        answer = at_r1.post("/bills/R1-T000001/print", {"kind": kind})
        assert SAID in page_of(at_r1, answer["Location"])
    assert at_r1.get("/bills/R1-T000001/practice/nonsense").status_code == 404
    assert at_r1.get("/bills/R1-000001/practice/receipt").status_code == 404
    Register.objects.filter(pk=r1.pk).update(printer_host="127.0.0.1")
    r1.refresh_from_db()
    of_before = {"subject": "receipt R1-T000001", "created_at": clock.now() - timedelta(hours=1)}
    OutboundJob.objects.create(kind="print", register=r1, by=ana, payload=b"wiped since", **of_before)
    for _press in range(2):
        copies.hand_over(PracticeBill.objects.get().bill(), by=ana, at=r1)
    job = OutboundJob.objects.latest("pk")
    assert (SAID.encode() in bytes(job.payload), job.opens_drawer) == (True, False)
    asked = {"kind": "receipt", "key": str(uuid4())}
    for _press in range(2):
        at_r1.post("/bills/R1-T000001/print", asked)
    assert OutboundJob.objects.count() == 3
    letter = copies.mail("R1-T000001", to="vera@example.org", by=ana)
    assert bytes(letter.payload).count(SAID.encode()) == 4


def test_what_is_taken_out_for_practice_is_in_no_figure(at_r1: Client, ana: User, tea: Product) -> None:
    def take_out(basket: int) -> None:
        at_r1.post(f"/till/{basket}/scan", {"code": "4006381333931"})
        line = Basket.objects.get(pk=basket).lines.get()
        at_r1.post(f"/till/{basket}/lines/{line.pk}", {"quantity": "1"})

    practise(at_r1, tea, more=take_out)
    assert Basket.objects.get().lines.count() >= 1
    Basket.objects.get().lines.update(removed_at=clock.now(), removed_by=ana)
    assert not list(cashier_activity.of_removed(periods.day(today())))
    assert_books_are_right()


def test_wiping_takes_practice_and_nothing_else(at_r1: Client, ana: User, ben: User, tea: Product) -> None:
    cast.till("R2")
    shifts.open_shift("R2", opening_float=D(0), by=ben)
    kept = sell((tea, "1"), by=ben, register="R2", cash="20.00")
    practise(at_r1, tea)
    call_command("wipe_training")
    call_command("wipe_training")
    assert not PracticeBill.objects.exists()
    assert not Basket.objects.filter(is_practice=True).exists()
    assert Bill.objects.get() == kept
    assert_books_are_right()


def test_what_was_sold_in_earnest_is_not_posted_for_practice(r1: Register, may: User, tea: Product) -> None:
    kiosk = machine(may, "late-sales:write", "bills:read")
    posted = send(kiosk, asked(tea, register="R1"))
    assert posted.status_code == 202
    with pytest.raises(shifts.InTraining):
        problems.settle(OutageProblem.objects.get().pk, by=may)
    assert not PracticeBill.objects.exists()
    assert OutageProblem.objects.get().settled_at is None


def test_what_is_denied_for_practice_is_in_no_figure(at_r1: Client, tea: Product) -> None:
    ApprovalRule.objects.create(role="cashier", action=Action.LINE_DISCOUNT, allow_up_to=0, ask_up_to=0)
    line = {"product": tea.pk, "quantity": "1", "discount_percent": "50"}
    body = {"lines": [line], "payments": [{"method": "cash", "amount": "20.00"}], "register": "R1"}
    ana_api = cast.with_token(User.objects.get(username="ana"))
    denied = ana_api.post("/api/v1/bills", body, content_type="application/json")
    assert (denied.status_code, denied.json()["code"]) == (403, "denied")
    assert not Approval.objects.exists()


def test_the_api_counts_no_papers_of_a_practice_bill(at_r1: Client, ana_api: Client, tea: Product) -> None:
    practise(at_r1, tea)
    path = "/api/v1/bills/R1-T000001/prints"
    assert ana_api.get(path).json()["results"] == []
    refused = ana_api.post(path, {"kind": "receipt"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_printer")
    Register.objects.update(printer_host="127.0.0.1")
    refused = ana_api.post(path, {"kind": "receipt"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_counted")


def test_goods_of_a_real_bill_are_exchanged_for_practice_and_can_still_be_returned(
    r1: Register, ana: User, ben: User, tea: Product, milk: Product
) -> None:
    cast.till("R2")
    shifts.open_shift("R2", opening_float=D(0), by=ben)
    real = sell((tea, "1"), by=ben, register="R2", cash="20.00")
    basket = baskets.start(r1, ana)
    baskets.add(basket.pk, milk.pk)
    returned_goods.bring_back(basket.pk, real, [Returned(1, D(1))], reason="too strong")
    basket.refresh_from_db()
    asked = {"version": basket.version, "shown_total": D("2.00"), "register": "R1", "by": ana}
    bill = paying.pay(basket.pk, [Tendered("cash", D("10.50"))], **asked, shown_difference=D("-10.50"))
    assert (bill.number, bill.exchange and bill.exchange.number) == ("R1-T000001", "R1-TR000001")
    assert paying.pay(basket.pk, [], **asked).number == "R1-T000001"
    assert not Bill.objects.filter(original=real).exists()
    wish = Wish(uuid4(), real.number, [Returned(1, D(1))], [Tendered("cash", D("12.50"))], "too strong", "R2")
    assert refunds.refund(wish, cashier=ben).bill.number == "R2-R000001"
    assert_books_are_right()
