from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from accounts.models import User
from billing.drawer import counting, shifts
from billing.drawer.cash import NotEnoughCash
from billing.models import Bill, CashMovement, Shift
from billing.order import Order, Tendered, Wanted
from billing.pricing import TenderTooSmall
from billing.returns import refunds, tenders_back
from billing.returns.refund_bill import Wish
from billing.returns.refundable import AlreadyRefunded, Returned
from billing.returns.refunds import NotRefundable
from billing.returns.tenders_back import RefundExceedsSale
from billing.sale import quotes, sales
from inventory.models import Product, Stock, StockMovement, TaxRate
from members import registry
from members.models import Member
from pos import exactly_once
from pos.errors import Invalid
from pos.models import StoreSettings
from tests import cast
from tests.proof import assert_books_are_right


def sold(cashier: User, *lines: Wanted, paid: list[Tendered] | None = None, **more: Any) -> Bill:
    payments = paid if paid is not None else [Tendered("cash", D(1000))]
    return sales.sell(Order(key=uuid4(), lines=lines, payments=payments, **more), cashier=cashier).bill


def back(bill: Bill, cashier: User, lines: list[Returned], paid: Sequence[Tendered], **more: Any) -> Bill:
    wish = Wish(**{"key": uuid4(), "bill": bill.number, "lines": lines, "payments": paid, "reason": "torn", **more})
    return refunds.refund(wish, cashier=cashier).bill


def cash(amount: str) -> list[Tendered]:
    return [Tendered("cash", D(amount))]


def test_full_refund_mirrors_the_sale(ana: User, tea: Product) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk))
    refund = back(bill, ana, [Returned(1, D(2))], cash("25.00"))
    assert (refund.number, refund.kind, refund.total, refund.original_id) == ("API-R000001", "refund", D(-25), bill.pk)
    assert Stock.objects.get(product=tea).quantity == 10
    assert CashMovement.objects.get(bill=refund).amount == D(-25)


def test_goods_with_a_price_label_are_refunded_at_the_label_price(ana: User, cheese: Product) -> None:
    bill = sold(ana, Wanted(D("0.300"), cheese.pk, label_price=D("5.99")), paid=cash("5.99"))
    refund = back(bill, ana, [Returned(1, D("0.300"))], cash("5.99"))
    line = Bill.objects.get(pk=refund.pk).lines.get()
    assert line.label_price == D("5.99")
    assert [(step.name, step.amount) for step in line.explanation][:2] == [
        ("list_price", D("-6.00")),
        ("label_price", D("0.01")),
    ]
    assert_books_are_right()


def test_refund_of_the_last_unit_takes_the_rounding_remainder(ana: User) -> None:
    trio = cast.product("Trio", "0.33", tax_rate=TaxRate.objects.create(name="7", rate=D("0.07")))
    bill = sold(ana, Wanted(D(3), trio.pk, discount_amount=D("0.01")))
    parts = [back(bill, ana, [Returned(1, D(1))], cash(amount)) for amount in ("0.33", "0.33", "0.32")]
    assert sum(part.total for part in parts) == -bill.total == D("-0.98")
    assert sum(part.tax for part in parts) == -bill.tax


def test_refund_of_more_than_is_left_is_refused_and_tells_what_is_left(ana: User, tea: Product) -> None:
    bill = sold(ana, Wanted(D(3), tea.pk))
    back(bill, ana, [Returned(1, D(2))], cash("25.00"))
    with pytest.raises(RefundExceedsSale) as refused:
        back(bill, ana, [Returned(1, D(2))], cash("25.00"))
    assert refused.value.facts == {"lines": {1: "1"}}
    back(bill, ana, [Returned(1, D(1))], cash("12.50"))
    with pytest.raises(AlreadyRefunded):
        back(bill, ana, [Returned(1, D(1))], cash("12.50"))


def test_refund_to_a_tender_cannot_exceed_what_it_paid(ana: User, tea: Product) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk), paid=[Tendered("card", D(20)), Tendered("cash", D(10))])
    with pytest.raises(RefundExceedsSale) as refused:
        back(bill, ana, [Returned(1, D(2))], cash("25.00"))
    assert refused.value.facts == {"tenders": {"cash": "5.00"}}
    refund = back(bill, ana, [Returned(1, D(2))], [Tendered("card", D(20)), *cash("5.00")])
    assert refund.total == D(-25)


@pytest.mark.parametrize(("amount", "refusal"), [("24.99", TenderTooSmall), ("25.01", RefundExceedsSale)])
def test_money_refunded_must_equal_the_price_of_the_goods(ana: User, tea: Product, amount: str, refusal: Any) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk), paid=cash("25.00"))
    with pytest.raises(refusal):
        back(bill, ana, [Returned(1, D(2))], cash(amount))


@pytest.mark.parametrize("price", ["5.03", "5.02", "0.03", "0.01"])
def test_rounded_cash_refunds_add_up_to_the_cash_paid(ana: User, settings: Any, price: str) -> None:
    settings.CURRENCY = "CHF"
    gum = cast.product("Gum", price)
    bill = sold(ana, Wanted(D(7), gum.pk), paid=cash("100.00"))
    for _ in range(7):
        back(bill, ana, [Returned(1, D(1))], refunds.preview(bill, [Returned(1, D(1))]).payments)
    refunded = Bill.objects.filter(original=bill)
    assert CashMovement.objects.aggregate(Sum("amount"))["amount__sum"] == 0
    assert sum(one.cash_rounding for one in refunded) == -bill.cash_rounding


def test_card_refund_is_not_rounded_to_coins(ana: User, settings: Any) -> None:
    settings.CURRENCY = "CHF"
    bill = sold(ana, Wanted(D(1), cast.product("Gum", "0.02").pk), paid=[Tendered("card", D("0.02"))])
    with pytest.raises(TenderTooSmall):
        back(bill, ana, [Returned(1, D(1))], [])
    assert back(bill, ana, [Returned(1, D(1))], [Tendered("card", D("0.02"))]).cash_rounding == 0


def test_cash_refund_cannot_exceed_the_cash_in_the_drawer(ana: User, may: User, tea: Product, shift: Shift) -> None:
    bill = sold(ana, Wanted(D(9), tea.pk))
    with pytest.raises(NotEnoughCash):
        back(bill, may, [Returned(1, D(9))], cash("112.50"), register="R1")
    back(bill, may, [Returned(1, D(8))], cash("100.00"), register="R1")


def test_api_register_rolls_its_shift_over_after_refunding_the_sale_of_a_till(
    ana: User, tea: Product, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    bill = sold(ana, Wanted(D(1), tea.pk), register="R1", paid=cash("12.50"))
    refund = back(bill, ana, [Returned(1, D(1))], cash("12.50"))
    Shift.objects.filter(pk=refund.shift_id).update(business_date=refund.business_date - timedelta(days=1))
    again = sold(ana, Wanted(D(1), tea.pk))
    assert again.shift_id != refund.shift_id
    assert Shift.objects.get(pk=refund.shift_id).counted == D("-12.50")


def test_part_of_a_weighed_quantity_is_refunded(ana: User, cheese: Product) -> None:
    bill = sold(ana, Wanted(D(1), cheese.pk), paid=cash("20.00"))
    assert back(bill, ana, [Returned(1, D("0.250"))], cash("5.00")).total == D("-5.00")


def test_bill_of_an_erased_member_is_refunded(ana: User, may: User, tea: Product, olga: Member) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk), member=olga.pk)
    registry.erase(olga.pk, by=may)
    refund = back(bill, ana, [Returned(1, D(2))], cash("25.00"))
    assert refund.points_earned == -bill.points_earned
    assert_books_are_right()


def test_preview_equals_the_refund(ana: User, tea: Product, olga: Member) -> None:
    bill = sold(ana, Wanted(D(3), tea.pk), member=olga.pk, paid=[Tendered("card", D(20)), *cash("20.00")])
    shown = refunds.preview(bill, [Returned(1, D(2))])
    refund = back(bill, ana, [Returned(1, D(2))], shown.payments)
    assert (shown.figures.total, shown.figures.points_taken) == (-refund.total, -refund.points_earned)
    assert [(p.method, p.amount) for p in shown.payments] == [("card", D(20)), ("cash", D("5.00"))]


def test_damaged_goods_are_not_put_back_in_stock(ana: User, tea: Product) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk))
    back(bill, ana, [Returned(1, D(1), to_stock=False)], cash("12.50"))
    assert Stock.objects.get(product=tea).quantity == 8
    kinds = StockMovement.objects.filter(reference="bill API-R000001").order_by("pk").values_list("kind", "quantity")
    assert list(kinds) == [("refund", D(1)), ("write_off", D(-1))]


def test_refund_takes_back_points_in_proportion(ana: User, tea: Product, olga: Member) -> None:
    StoreSettings.change(by="may", require_pin_for_points=False)
    first = sold(ana, Wanted(D(4), tea.pk), member=olga.pk)
    assert first.points_earned == D("7.50")
    second = sold(ana, Wanted(D(2), tea.pk), member=olga.pk, points=D("7.50"))
    half = back(second, ana, [Returned(1, D(1))], cash("8.75"))
    assert (half.points_spent, half.points_earned) == (D("-3.75"), D("-1.31"))
    rest = back(second, ana, [Returned(1, D(1))], cash("8.75"))
    assert half.points_earned + rest.points_earned == -second.points_earned
    back(first, ana, [Returned(1, D(4))], cash("50.00"))
    olga.refresh_from_db()
    assert olga.points == 0


def test_refund_after_the_points_were_spent_leaves_a_negative_balance_that_buys_nothing(
    ana: User, tea: Product, olga: Member
) -> None:
    StoreSettings.change(by="may", require_pin_for_points=False)
    first = sold(ana, Wanted(D(4), tea.pk), member=olga.pk)
    sold(ana, Wanted(D(1), tea.pk), member=olga.pk, points=D("7.50"))
    back(first, ana, [Returned(1, D(4))], cash("50.00"))
    olga.refresh_from_db()
    assert olga.points < 0
    with pytest.raises(refunds.points_ledger.NotEnoughPoints):
        sold(ana, Wanted(D(1), tea.pk), member=olga.pk, points=D("0.01"))


def test_refund_of_a_refund_is_refused(ana: User, tea: Product) -> None:
    refund = back(sold(ana, Wanted(D(1), tea.pk)), ana, [Returned(1, D(1))], cash("12.50"))
    with pytest.raises(NotRefundable):
        back(refund, ana, [Returned(1, D(1))], cash("12.50"))


def test_refund_belongs_to_the_shift_of_the_refunding_till(ana: User, tea: Product, shift: Shift) -> None:
    bill = sold(ana, Wanted(D(1), tea.pk), register="R1")
    counting.close_shift(shift.pk, counted=D("112.50"), by=ana)
    later = shifts.open_shift("R1", opening_float=D("50.00"), by=ana)
    refund = back(bill, ana, [Returned(1, D(1))], cash("12.50"), register="R1")
    assert refund.shift_id == later.pk
    z = counting.close_shift(later.pk, counted=D("37.50"), by=ana)
    assert (z.document["total"], z.document["cash"]["expected"], z.document["refunds"]) == ("-12.50", "37.50", 1)


def test_refund_with_the_same_key_happens_once(ana: User, tea: Product) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk))
    key = uuid4()
    first = back(bill, ana, [Returned(1, D(1))], cash("12.50"), key=key)
    assert back(bill, ana, [Returned(1, D(1))], cash("12.50"), key=key).pk == first.pk
    with pytest.raises(exactly_once.KeyReused):
        back(bill, ana, [Returned(1, D(2))], cash("25.00"), key=key)


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        ([], {}),
        ([Returned(9, D(1))], {}),
        ([Returned(1, D(0))], {}),
        ([Returned(1, D("-1"))], {}),
        ([Returned(1, D("NaN"))], {}),
        ([Returned(1, D("0.5"))], {}),
        ([Returned(1, D(1)), Returned(1, D(1))], {}),
        ([Returned(1, D(1))], {"reason": " "}),
        ([Returned(1, D(1))], {"reason": "x" * 201}),
        ([Returned(1, D(1))], {"reason": "to\0rn"}),
        ([Returned(1, D(1))], {"register": "R9"}),
        ([Returned(1, D(1))], {"paid": [Tendered("shells", D("12.50"))]}),
        ([Returned(1, D(1))], {"paid": [Tendered("cash", D("Infinity"))]}),
    ],
)
def test_malformed_refund_is_refused(ana: User, tea: Product, lines: list[Returned], more: dict[str, Any]) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk))
    with pytest.raises(Invalid):
        back(bill, ana, lines, more.pop("paid", cash("12.50")), **more)
    assert Bill.objects.filter(kind="refund").count() == 0


def test_refund_of_an_unknown_bill_is_refused(ana: User, tea: Product) -> None:
    with pytest.raises(Invalid, match="no such bill"):
        back(Bill(number="R1-999999"), ana, [Returned(1, D(1))], cash("12.50"))


LINES = st.lists(
    st.tuples(st.integers(1, 3), st.decimals("0.01", 99, places=2), st.sampled_from(["0", "0.07", "0.19"])),
    min_size=1,
    max_size=3,
)


@pytest.mark.django_db
@trying(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.booleans(), st.booleans(), st.integers(0, 40))
def test_sale_and_full_refund_leave_every_ledger_at_zero(
    ana: User, may: User, lines: list[Any], included: bool, vip: bool, spent: int
) -> None:
    StoreSettings.change(by="may", require_pin_for_points=False, prices_include_tax=included)
    member = cast.MemberFactory(is_vip=vip, points=D(10))
    rates = {rate: TaxRate.objects.get_or_create(name=rate, rate=D(rate))[0] for _, _, rate in lines}
    goods = [(cast.product(price=str(price), tax_rate=rates[rate]), D(quantity)) for quantity, price, rate in lines]
    wanted = [Wanted(quantity, product.pk) for product, quantity in goods]
    points = min(D(spent) / 4, quotes.quote(Order(key=uuid4(), lines=wanted, member=member.pk))[2].total)
    bill = sold(ana, *wanted, member=member.pk, points=points, paid=cash("9999.00"))
    for position, (_, quantity) in enumerate(goods, 1):
        for piece in [D(1)] * int(quantity):
            stored = Bill.objects.get(pk=bill.pk)
            proposed = refunds.preview(stored, [Returned(position, piece)]).payments
            back(bill, may, [Returned(position, piece)], proposed)
    member.refresh_from_db()
    assert member.points == 10
    bills = [bill, *Bill.objects.filter(original=bill)]
    for figure in (
        "subtotal",
        "discount",
        "vip_discount",
        "tax",
        "total",
        "points_spent",
        "points_earned",
        "cash_rounding",
    ):
        assert sum(getattr(one, figure) for one in bills) == 0, figure
    assert CashMovement.objects.filter(bill__in=bills).aggregate(Sum("amount", default=D(0)))["amount__sum"] == 0
    assert all(Stock.objects.get(product=product).quantity == 100 for product, _ in goods)


@pytest.mark.parametrize(
    ("paid", "more"),
    [
        ([Tendered("cash", D("12.50"))], {"reason": "back on 4111 1111 1111 1111"}),
        ([Tendered("cash", D("12.50"), "4111111111111111")], {}),
    ],
)
def test_refund_with_a_card_number_is_refused(
    ana: User, tea: Product, paid: list[Tendered], more: dict[str, Any]
) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk))
    with pytest.raises(Invalid) as refused:
        back(bill, ana, [Returned(1, D(1))], paid, **more)
    assert refused.value.reason == "card_number"


def test_limits_of_the_tenders_are_those_the_refund_enforces(ana: User, tea: Product) -> None:
    bill = sold(ana, Wanted(D(2), tea.pk), paid=[Tendered("card", D(5)), Tendered("cash", D(20))])
    tenders = {"cash": "cash", "card": "card", "other": "other", "store_credit": "store_credit"}
    most = tenders_back.limits(tenders_back.left_of(bill), tenders)
    assert most == {"cash": D(20), "card": D(5), "store_credit": None}
    for method, limit in most.items():
        if limit is not None:
            with pytest.raises(RefundExceedsSale):
                back(bill, ana, [Returned(1, D(2))], [Tendered(method, limit + D("0.01"))])
