"""Gift cards sold in a basket like goods, but booked separately from revenue."""

from dataclasses import replace
from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.basket import basket_cards, baskets, beside, lines, paying, returned_goods, whose
from billing.basket.scan_once import once
from billing.basket.whose import Standing
from billing.drawer import counting, zreport
from billing.drawer.cash import expected_cash
from billing.models import Basket, Bill, PaperKind, Register, Shift, StoredValue, StoredValueEntry
from billing.order import Tendered
from billing.receipts import card_codes, slip
from billing.returns import refunds
from billing.returns.refundable import Returned
from billing.returns.tenders_back import RefundExceedsSale
from billing.sale import quotes, sales
from billing.stored_value import balances
from inventory.models import Product
from members import points
from members.models import Member
from pos import calendar, exactly_once
from pos.errors import Invalid, Stale
from reports.figures import periods, queries
from tests.at_once import at_once
from tests.billing.test_credit import back, balance
from tests.counter import order, sell
from tests.proof import assert_books_are_right
from tests.traces import traces


@pytest.fixture
def basket(shift: Shift, r1: Register, ana: User) -> Basket:
    return baskets.current(r1, ana)


def pay(basket: Basket, *paid: Tendered, by: User) -> Bill:
    basket.refresh_from_db()
    shown = {"version": basket.version, "shown_total": None, "register": "R1"}
    return paying.pay(basket.pk, paid, **shown, by=by)  # type: ignore[arg-type]


def cash(amount: str) -> Tendered:
    return Tendered("cash", D(amount))


def codes(bill: Bill, reader: User) -> list[str]:
    return [sold.code for sold in card_codes.to_print(Bill.objects.get(pk=bill.pk), reader)]


def test_card_and_goods_are_one_bill_and_the_card_is_not_revenue(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk, D(2))
    basket_cards.add_gift_card(basket.pk, D("30.00"))
    bill = pay(basket, cash("60.00"), by=ana)
    assert (bill.subtotal, bill.total, bill.cards_sold, bill.change) == (25, 25, 30, 5)
    assert [line.name for line in bill.lines.all()] == ["Green tea"]
    (code,) = codes(bill, ana)
    assert balance(code) == 30
    day = queries.revenue(periods.day(calendar.today()))
    assert (day.revenue, day.cards_sold) == (25, 30)
    z = counting.close_shift(bill.shift_id, counted=D("155.00"), by=ana).document
    assert (z["total"], z["gross"], z["grand_total"]) == ("25.00", "25.00", "25.00")
    assert (z["stored_value"]["sold"], z["stored_value"]["on_bills"]) == ("30.00", "30.00")
    assert (z["cash"]["sale"], z["cash"]["voucher"], z["stored_value"]["paid"]) == ("55.00", "0.00", [])
    assert_books_are_right()


def test_each_card_sold_has_its_own_code(basket: Basket, ana: User) -> None:
    for amount in ("10.00", "20.00", "20.00"):
        basket_cards.add_gift_card(basket.pk, D(amount))
    bill = pay(basket, Tendered("card", D(50)), by=ana)
    assert (bill.total, bill.cards_sold, bill.tax, bill.lines.all()) == (0, 50, 0, [])
    assert len(set(codes(bill, ana))) == 3
    assert sorted(StoredValue.objects.values_list("balance", flat=True)) == [10, 20, 20]
    assert_books_are_right()


def test_card_gets_no_discount_no_tax_and_earns_no_points(shift: Shift, tea: Product, vera: Member, ana: User) -> None:
    alone = quotes.quote(order((tea, "1"), member=vera.pk, discount_percent=D(10)))[2]
    beside = quotes.quote(order((tea, "1"), member=vera.pk, discount_percent=D(10), cards=[D(100)]))[2]
    assert beside.due == alone.due + 100
    for figure in ("subtotal", "discount", "vip_discount", "manual_discount", "tax", "total", "points_earned"):
        assert getattr(beside, figure) == getattr(alone, figure)


def test_points_cannot_pay_for_a_card(shift: Shift, tea: Product, vera: Member, may: User, ana: User) -> None:
    points.adjust(vera.pk, D(50), reason="moved over", by=may)
    asked = order((tea, "1"), member=vera.pk, points=D(20), cards=[D(30)], cash="100")
    with pytest.raises(quotes.pricing.PointsExceedDue):
        sales.sell(asked, cashier=ana)


@pytest.mark.parametrize(("on_card", "is_taken"), [("12.50", True), ("12.51", False)])
def test_gift_card_pays_for_goods_but_not_for_another_card(
    shift: Shift, tea: Product, ana: User, on_card: str, is_taken: bool
) -> None:
    code = codes(sales.sell(order(cards=[D(40)], cash="40"), cashier=ana).bill, ana)[0]
    paid = [Tendered("gift_card", D(on_card), code), Tendered("cash", D(30))]
    asked = order((tea, "1"), cards=[D("25.00")])
    asked = replace(asked, payments=paid)
    before = traces("accounts_attempts")
    if is_taken:
        assert sales.sell(asked, cashier=ana).bill.cards_sold == 25
    else:
        with pytest.raises(balances.CardBuysCard):
            sales.sell(asked, cashier=ana)
        assert traces("accounts_attempts") == before
    assert_books_are_right()


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN", "1e9"])
def test_card_with_an_impossible_amount_is_refused(basket: Basket, amount: str) -> None:
    before = traces()
    with pytest.raises(Invalid):
        basket_cards.add_gift_card(basket.pk, D(amount))
    assert traces() == before


def test_more_than_fifty_cards_are_refused(basket: Basket) -> None:
    for _ in range(50):
        basket_cards.add_gift_card(basket.pk, D(1))
    with pytest.raises(Invalid):
        basket_cards.add_gift_card(basket.pk, D(1))


def test_cards_beyond_the_largest_amount_are_refused(basket: Basket) -> None:
    basket_cards.add_gift_card(basket.pk, D(999_999_999))
    with pytest.raises(Invalid):
        basket_cards.add_gift_card(basket.pk, D(1))


def test_removed_card_is_recorded_and_not_sold(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    card = basket_cards.add_gift_card(basket.pk, D(30))
    basket.refresh_from_db()
    basket_cards.remove_gift_card(basket.pk, card.pk, version=basket.version, by=ana)
    with pytest.raises(Stale):
        basket_cards.remove_gift_card(basket.pk, card.pk, version=basket.version + 1, by=ana)
    assert pay(basket, cash("12.50"), by=ana).cards_sold == 0
    card.refresh_from_db()
    assert card.removed_by == ana
    assert not StoredValue.objects.exists()


def test_card_is_parked_resumed_and_dropped_with_its_basket(
    basket: Basket, r1: Register, tea: Product, ana: User, ben: User
) -> None:
    baskets.add(basket.pk, tea.pk)
    basket_cards.add_gift_card(basket.pk, D(30))
    basket.refresh_from_db()
    baskets.park(basket.pk, "", version=basket.version)
    parked = beside.read(basket).parked
    assert [(one.id, one.line_count) for one in parked] == [(basket.pk, 2)]
    taken = whose.resume(basket.pk, register=r1, by=ben)
    assert baskets.unpaid().get().line_count == 2  # type: ignore[attr-defined]
    baskets.drop(basket.pk, version=taken.version, by=ben)
    assert not basket.gift_cards.filter(removed_at=None).exists()


def test_basket_with_only_a_card_counts_as_unpaid(basket: Basket) -> None:
    basket_cards.add_gift_card(basket.pk, D(30))
    assert baskets.unpaid().get() == basket


def test_same_key_sells_the_cards_once(shift: Shift, ana: User) -> None:
    asked = order(cards=[D(20)], cash="20", key=uuid4())
    assert sales.sell(asked, cashier=ana).bill == sales.sell(asked, cashier=ana).bill
    assert StoredValueEntry.objects.count() == 1
    with pytest.raises(exactly_once.KeyReused):
        sales.sell(replace(asked, cards=[D(21)]), cashier=ana)


def test_gift_card_sent_twice_by_one_press_is_added_once(basket: Basket, ana_web: Client) -> None:
    asked = {"amount": "30", "once": str(uuid4())}
    ana_web.post("/shift/join", {"register": "R1"})
    for _ in range(2):
        assert ana_web.post(f"/till/{basket.pk}/gift-cards", asked).status_code == 302
    assert basket.gift_cards.count() == 1


@pytest.mark.django_db(transaction=True)
def test_gift_card_sent_by_eight_tabs_at_once_is_added_once(basket: Basket) -> None:
    name = str(uuid4())
    at = Standing(basket.cashier, basket.register.code)
    add = lambda held: basket_cards.add_gift_card(held.pk, D(30))  # noqa: E731
    answers = at_once([lambda: once(basket.pk, name, add, at=at)] * 8)
    assert answers == [basket] * 8
    assert basket.gift_cards.count() == 1


@pytest.mark.django_db(transaction=True)
def test_basket_with_a_card_paid_twice_at_once_sells_one_card(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    basket_cards.add_gift_card(basket.pk, D(30))
    basket.refresh_from_db()
    shown = {"version": basket.version, "shown_total": D("12.50"), "register": "R1", "by": ana}
    answers = at_once([lambda: paying.pay(basket.pk, [cash("42.50")], **shown)] * 8)  # type: ignore[arg-type]
    assert {answer.pk for answer in answers} == {Bill.objects.get().pk}
    assert StoredValue.objects.get().balance == 30
    assert_books_are_right()


def test_refused_sale_creates_no_card(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    basket_cards.add_gift_card(basket.pk, D(30))
    before = traces()
    with pytest.raises(quotes.pricing.TenderTooSmall):
        pay(basket, cash("42.49"), by=ana)
    assert traces() == before


def test_refund_of_goods_leaves_the_card_sold(shift: Shift, tea: Product, ana: User) -> None:
    bill = sales.sell(order((tea, "2"), cards=[D(30)], cash="60"), cashier=ana).bill
    back(bill, "2", ana, cash("25.00"))
    assert StoredValue.objects.get().balance == 30
    assert expected_cash(shift) == D("130.00")
    assert_books_are_right()


def test_cash_paid_for_a_gift_card_is_not_refunded_for_goods_paid_by_card(
    shift: Shift, tea: Product, ana: User
) -> None:
    bill = sales.sell(order((tea, "2"), cards=[D(30)], cash="30", card="25"), cashier=ana).bill
    with pytest.raises(RefundExceedsSale):
        back(bill, "2", ana, cash("25.00"))
    back(bill, "2", ana, Tendered("card", D("25.00")))
    assert_books_are_right()


def test_bill_of_a_gift_card_is_not_refunded(shift: Shift, ana: User) -> None:
    bill = sales.sell(order(cards=[D(30)], cash="30"), cashier=ana).bill
    with pytest.raises(refunds.NotRefundable, match="gift card"):
        back(bill, "1", ana, cash("30"))


def test_basket_cannot_hold_an_exchange_and_a_gift_card(basket: Basket, tea: Product, milk: Product, ana: User) -> None:
    bought = sell((tea, "1"), by=ana, cash="12.50")
    basket_cards.add_gift_card(basket.pk, D(30))
    with pytest.raises(balances.GiftCardsApart):
        returned_goods.bring_back(basket.pk, bought, [Returned(1, D(1))], reason="too green")
    other = baskets.start(basket.register, ana)
    returned_goods.bring_back(other.pk, bought, [Returned(1, D(1))], reason="too green")
    with pytest.raises(balances.GiftCardsApart):
        basket_cards.add_gift_card(other.pk, D(30))


def test_printed_receipt_shows_card_and_total(shift: Shift, tea: Product, ana: User) -> None:
    bill = sales.sell(order((tea, "1"), cards=[D(30)], cash="42.50"), cashier=ana).bill
    printed = [line.text for line in slip.lines(bill, PaperKind.RECEIPT, 0, 48)]
    last4 = StoredValue.objects.get().last4
    assert any(line.startswith(f"Gift card …{last4}") and line.endswith("30.00") for line in printed)
    assert any(line.startswith("TOTAL") and line.endswith("42.50") for line in printed)


def test_x_report_includes_cards_sold_on_bills(shift: Shift, tea: Product, ana: User) -> None:
    sales.sell(order((tea, "1"), cards=[D(30)], cash="42.50"), cashier=ana)
    x = zreport.figures(shift)
    assert (x["total"], x["tenders"][0]["amount"], x["stored_value"]["moves"]) == ("12.50", "42.50", 1)


def test_removing_a_line_leaves_the_card_in_the_basket(basket: Basket, tea: Product, ana: User) -> None:
    line = baskets.add(basket.pk, tea.pk)
    basket_cards.add_gift_card(basket.pk, D(30))
    basket.refresh_from_db()
    lines.remove(basket.pk, line.pk, version=basket.version, by=ana)
    assert pay(basket, cash("30"), by=ana).cards_sold == 30
