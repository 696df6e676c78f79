"""`sales.sell`: what it writes, what it refuses, and that a refused sale leaves no trace."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.drawer import counting
from billing.models import Bill, Register, Shift
from billing.order import MOST_LINES, MOST_PAYMENTS, Order, Tendered, Wanted
from billing.sale import sales
from inventory.models import Product, Stock, StockMovement, TaxRate
from members import consents, points
from members.models import Member
from pos import clock
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from tests import cast
from tests.cast import PIN
from tests.counter import order, sell
from tests.proof import assert_books_are_right
from tests.traces import traces

STATEMENTS_BY_CARD, STATEMENTS_IN_CASH_BY_A_MEMBER = 5, 8


@pytest.fixture
def taxed(tea: Product, milk: Product) -> None:
    for product, name, rate in ((tea, "full", "0.19"), (milk, "less", "0.07")):
        Product.objects.filter(pk=product.pk).update(tax_rate=TaxRate.objects.create(name=name, rate=rate))


@pytest.fixture
def fifty_points(vera: Member, may: User) -> Member:
    points.adjust(vera.pk, D("50.00"), by=may, reason="welcome")
    return vera


def test_sale_moves_stock_cash_and_number_and_copies_what_it_prints(
    shift: Shift, taxed: None, tea: Product, ana: User
) -> None:
    Product.objects.filter(pk=tea.pk).update(cost="7.00")
    bill = Bill.objects.get(pk=sell((tea, "2"), by=ana, cash="30.00").pk)
    Product.objects.filter(pk=tea.pk).update(name="Renamed", price="99.00", cost="1.00", tax_rate=None)
    line = bill.lines.get()
    assert (bill.number, bill.sequence, bill.shift_id, bill.cashier_id) == ("R1-000001", 1, shift.pk, ana.pk)
    assert (line.name, line.sku, line.unit_price, line.unit_cost) == ("Green tea", tea.sku, D("12.50"), D("7.00"))
    assert (line.tax_name, line.tax_rate, line.tax) == ("full", D("0.19"), D("3.99"))
    assert (bill.total, bill.change, bill.cash_movement.amount) == (D("25.00"), D("5.00"), D("25.00"))
    assert Stock.objects.get(pk=tea.pk).quantity == 8
    moved = StockMovement.objects.get(reference=f"bill {bill.number}")
    assert (moved.kind, moved.quantity, moved.by_id) == ("sale", D("-2"), ana.pk)
    assert_books_are_right()


def test_tax_is_added_where_prices_exclude_it(
    shift: Shift, taxed: None, tea: Product, milk: Product, ana: User
) -> None:
    StoreSettings.change(by="may", prices_include_tax=False)
    bill = sell((tea, "2"), (milk, "3"), by=ana, cash="50.00")
    assert (bill.subtotal, bill.tax, bill.total) == (D("31.00"), D("5.17"), D("36.17"))
    assert_books_are_right()


def test_vip_pays_less_and_earns_on_what_was_paid(shift: Shift, tea: Product, vera: Member, ana: User) -> None:
    bill = sell((tea, "1"), by=ana, member=vera.pk, cash="20.00")
    assert (bill.vip_discount, bill.total, bill.points_earned) == (D("1.88"), D("10.62"), D("1.59"))
    assert Member.objects.get(pk=vera.pk).points == D("1.59")
    assert_books_are_right()


def test_points_are_spent_with_consent_and_the_rest_of_the_sale_earns_points(
    shift: Shift, tea: Product, fifty_points: Member, ana: User
) -> None:
    consent = consents.give(fifty_points.pk, PIN, by=ana)
    bill = sell((tea, "1"), by=ana, member=fifty_points.pk, points=D("0.62"), consent=consent, card="10.00")
    assert (bill.points_spent, bill.points_earned) == (D("0.62"), D("1.50"))
    assert Member.objects.get(pk=fifty_points.pk).points == D("50.88")
    assert_books_are_right()


def test_consent_is_valid_for_one_sale(shift: Shift, tea: Product, fifty_points: Member, ana: User) -> None:
    consent = consents.give(fifty_points.pk, PIN, by=ana)
    asked = {"by": ana, "member": fifty_points.pk, "points": D("0.62"), "consent": consent, "card": "10.00"}
    sell((tea, "1"), **asked)
    with pytest.raises(consents.ConsentUsed):
        sell((tea, "1"), **asked)


def test_shop_may_allow_points_without_a_pin(shift: Shift, tea: Product, fifty_points: Member, ana: User) -> None:
    StoreSettings.change(by="may", require_pin_for_points=False)
    assert sell((tea, "1"), by=ana, member=fifty_points.pk, points=D("0.62"), card="10.00").points_spent == D("0.62")


def test_payment_split_over_card_and_cash_gives_change_from_cash(shift: Shift, tea: Product, ana: User) -> None:
    bill = sell((tea, "1"), by=ana, card="5.00", cash="10.00")
    assert (bill.change, bill.cash_movement.amount) == (D("2.50"), D("7.50"))
    assert_books_are_right()


def test_swiss_cash_is_rounded_to_five_centimes_and_a_card_is_not(
    settings: Any, shift: Shift, vera: Member, tea: Product, ana: User
) -> None:
    settings.CURRENCY = "CHF"
    cash = sell((tea, "1"), by=ana, member=vera.pk, cash="20.00")
    assert (cash.total, cash.cash_rounding, cash.change) == (D("10.62"), D("-0.02"), D("9.40"))
    assert sell((tea, "1"), by=ana, member=vera.pk, card="10.62").cash_rounding == 0
    with pytest.raises(Refused, match="does not cover"):
        sell((tea, "1"), by=ana, member=vera.pk, card="10.60")
    assert_books_are_right()


def test_goods_are_sold_by_weight(shift: Shift, cheese: Product, ana: User) -> None:
    assert sell((cheese, "0.357"), by=ana, cash="10.00").total == D("7.14")
    assert Stock.objects.get(pk=cheese.pk).quantity == D("4.643")


def test_stock_check_adds_up_two_lines_of_one_product(shift: Shift, tea: Product, ana: User) -> None:
    bill = sell((tea, "6"), (tea, "4"), by=ana, card="125.00")
    assert len(bill.lines.all()) == 2
    assert Stock.objects.get(pk=tea.pk).quantity == 0
    assert_books_are_right()


def test_goods_allowed_below_zero_are_sold_without_stock(shift: Shift, ana: User) -> None:
    bread = cast.product("Bread", "3.00", "0", allow_negative=True)
    sell((bread, "2"), by=ana, cash="6.00")
    assert Stock.objects.get(pk=bread.pk).quantity == -2
    assert_books_are_right()


def test_repeated_sale_returns_the_first_bill(shift: Shift, tea: Product, ana: User) -> None:
    asked = order((tea, "1"), cash="12.50")
    first = sales.sell(asked, cashier=ana)
    before = traces()
    again = sales.sell(replace(asked, lines=[Wanted(D("1.000"), tea.pk)]), cashier=ana)
    assert (again.bill, again.again, first.again) == (first.bill, True, False)
    assert traces() == before


def test_key_is_remembered_after_the_shift_is_closed(shift: Shift, tea: Product, ana: User) -> None:
    asked = order((tea, "1"), cash="12.50")
    first = sales.sell(asked, cashier=ana).bill
    counting.close_shift(shift.pk, counted=D("112.50"), by=ana)
    assert sales.sell(asked, cashier=ana).bill == first


def test_new_settings_apply_from_the_next_sale_and_old_bills_keep_theirs(
    shift: Shift, tea: Product, vera: Member, ana: User
) -> None:
    before = sell((tea, "1"), by=ana, member=vera.pk, card="10.62")
    StoreSettings.change(by="may", point_multiplier=D("0.20"), vip_discount_rate=D("0.50"))
    after = sell((tea, "1"), by=ana, member=vera.pk, card="6.25")
    assert (after.vip_discount, after.points_earned) == (D("6.25"), D("1.25"))
    kept = Bill.objects.get(pk=before.pk)
    assert (kept.terms.vip_discount_rate, kept.vip_discount, kept.points_earned) == (D("0.15"), D("1.88"), D("1.59"))
    assert kept.terms_id < after.terms_id
    assert_books_are_right()


@pytest.fixture
def counter(
    tea: Product, milk: Product, cheese: Product, fifty_points: Member, shift: Shift, ana: User
) -> dict[str, Any]:
    Product.objects.filter(pk=milk.pk).update(is_active=False)
    cast.till("R2")
    key = sell((tea, "1"), by=ana, cash="12.50").key
    return {"tea": tea, "milk": milk, "cheese": cheese, "vera": fifty_points.pk, "key": key}


Make = Callable[[dict[str, Any]], Order]
NAN, INFINITY, HUGE = D("NaN"), D("Infinity"), D("1e400")
ONE_TEA = "12.50"


def tea_with(**changes: Any) -> Make:
    return lambda at: replace(order((at["tea"], "1"), cash=ONE_TEA), **changes)


def line_with(**changes: Any) -> Make:
    return lambda at: replace(order(cash=ONE_TEA), lines=[replace(Wanted(D(1), at["tea"].pk), **changes)])


def paid_with(amount: D, method: str = "cash") -> Make:
    return tea_with(payments=[Tendered(method, amount)])


REFUSALS: dict[str, tuple[Make, str]] = {
    "no line": (tea_with(lines=[]), "invalid"),
    "too many lines": (lambda at: order(*[(at["tea"], "1")] * (MOST_LINES + 1)), "invalid"),
    "too many payments": (tea_with(payments=[Tendered("cash", D("0.25"))] * (MOST_PAYMENTS + 1)), "invalid"),
    "a line of nothing": (tea_with(lines=[Wanted(D(1))]), "invalid"),
    "unknown product": (tea_with(lines=[Wanted(D(1), 10**30)]), "unknown_product"),
    "unknown barcode": (tea_with(lines=[Wanted(D(1), barcode="nothing")]), "unknown_product"),
    "off sale": (lambda at: order((at["milk"], "1"), cash="2.00"), "not_for_sale"),
    "out of stock": (lambda at: order((at["tea"], "10"), cash="125.00"), "needs_approval"),
    "out of stock over two lines": (
        lambda at: order((at["tea"], "5"), (at["tea"], "5"), cash="125.00"),
        "needs_approval",
    ),
    "half a piece": (line_with(quantity=D("0.5")), "invalid"),
    "too fine a weight": (lambda at: order((at["cheese"], "0.0001"), cash="1.00"), "invalid"),
    **{f"quantity {bad}": (line_with(quantity=bad), "invalid") for bad in (D(0), D(-1), NAN, INFINITY, HUGE)},
    **{f"percent {bad}": (line_with(discount_percent=bad), "invalid") for bad in (D(-1), D("100.01"), NAN, INFINITY)},
    **{f"off {bad}": (line_with(discount_amount=bad), "invalid") for bad in (D(-1), D("0.001"), NAN, INFINITY, HUGE)},
    **{f"cash {bad}": (paid_with(bad), "invalid") for bad in (D(0), D(-20), D("20.001"), NAN, INFINITY, HUGE)},
    **{f"points {bad}": (tea_with(points=bad), "invalid") for bad in (D(-1), D("0.001"), NAN, INFINITY, HUGE)},
    "points of nobody": (tea_with(points=D(1)), "invalid"),
    "unknown tender": (paid_with(D("12.50"), "cowries"), "invalid"),
    "card above what is due": (paid_with(D("12.51"), "card"), "invalid"),
    "too little": (paid_with(D("12.49")), "tender_too_small"),
    "nothing": (tea_with(payments=[]), "tender_too_small"),
    "another total": (tea_with(shown_total=D("12.49")), "total_changed"),
    "unknown member": (tea_with(member=10**30), "unknown_member"),
    "more points than there are": (
        lambda at: order((at["tea"], "9"), member=at["vera"], points=D("50.01")),
        "not_enough_points",
    ),
    "more points than due": (lambda at: tea_with(member=at["vera"], points=D("10.63"))(at), "points_exceed_due"),
    "points without consent": (lambda at: tea_with(member=at["vera"], points=D(5))(at), "consent_required"),
    "points with a false consent": (
        lambda at: tea_with(member=at["vera"], points=D(5), consent="guess")(at),
        "consent_required",
    ),
    "a key already used": (lambda at: order((at["tea"], "2"), key=at["key"], cash="25.00"), "key_reused"),
    "unknown register": (tea_with(register="R9"), "invalid"),
    "no open shift": (tea_with(register="R2"), "no_open_shift"),
}


@pytest.mark.parametrize("wish", REFUSALS)
def test_refused_sale_leaves_no_trace(counter: dict[str, Any], ana: User, wish: str) -> None:
    make, code = REFUSALS[wish]
    before = traces()
    with pytest.raises(Refused) as refused:
        sales.sell(make(counter), cashier=ana)
    assert refused.value.code == code
    assert refused.value.message
    assert traces() == before


def test_refusals_leave_no_gap_in_the_numbers(shift: Shift, tea: Product, ana: User) -> None:
    for n in range(1, 4):
        with pytest.raises(Refused):
            sell((tea, "1"), by=ana, cash="1.00")
        assert sell((tea, "1"), by=ana, cash="12.50").sequence == n
    assert_books_are_right()


def test_key_of_a_refused_sale_works_once_the_sale_is_corrected(shift: Shift, tea: Product, ana: User) -> None:
    key = uuid4()
    with pytest.raises(Refused):
        sell((tea, "11"), by=ana, key=key, card="137.50")
    assert sell((tea, "10"), by=ana, key=key, card="125.00").key == key


@pytest.mark.parametrize(
    ("quantity", "cash"), [("9999999", "99999990.00"), ("1", "999999999.00")], ids=["stock", "change"]
)
def test_sale_beyond_the_largest_number_is_refused(shift: Shift, ana: User, quantity: str, cash: str) -> None:
    coal = cast.product("Coal", "10.00", "-1", allow_negative=True)
    payments = [Tendered("cash", D(cash))] * 2
    before = traces()
    with pytest.raises(Invalid) as refused:
        sales.sell(replace(order((coal, quantity)), payments=payments), cashier=ana)
    assert refused.value.reason == "too_large"
    assert traces() == before


def test_sale_needs_no_query_per_line(shift: Shift, olga: Member, ana: User) -> None:
    shelf = [cast.product(f"Good {n}", "1.00", "100") for n in range(50)]
    counts = []
    for goods in (shelf[:1], shelf):
        for paid in ({"card": f"{len(goods)}.00"}, {"cash": "60.00", "member": olga.pk}):
            asked = order(*((good, "1") for good in goods), **paid)
            with CaptureQueriesContext(connection) as captured:
                sales.sell(asked, cashier=ana)
            counts.append(sum("SAVEPOINT" not in query["sql"] for query in captured))
    assert counts == [STATEMENTS_BY_CARD, STATEMENTS_IN_CASH_BY_A_MEMBER] * 2


def test_bill_of_675_lines_sells(shift: Shift, ana: User) -> None:
    shelf = [cast.product(f"Good {n}", "1.00", "5") for n in range(675)]
    bill = sell(*((good, "2") for good in shelf), by=ana, cash="1350.00")
    assert (bill.total, bill.lines.model.objects.filter(bill=bill).count()) == (D("1350.00"), 675)
    assert set(Stock.objects.values_list("quantity", flat=True)) == {D(3)}
    assert_books_are_right()


def test_api_register_rolls_its_shift_over_at_midnight(settings: Any, tea: Product, ana: User) -> None:
    settings.DEBUG = True
    evening = datetime(2026, 3, 28, 23, 59, 50, tzinfo=ZoneInfo("Europe/Berlin"))
    days = []
    for moment in (evening, evening + timedelta(seconds=9), evening + timedelta(seconds=10)):
        with clock.set_to(moment):
            days.append(sell((tea, "1"), by=ana, register="API", cash="12.50"))
    first, second, third = days
    assert first.shift_id == second.shift_id != third.shift_id
    assert [str(bill.business_date) for bill in days] == ["2026-03-28", "2026-03-28", "2026-03-29"]
    closed = Shift.objects.get(pk=first.shift_id)
    assert (closed.z.number, closed.z.document["sales"], closed.expected, closed.counted) == (1, 2, D(25), D(25))
    assert Register.objects.get(code="API").last_z == 1
    assert_books_are_right()


def test_sale_before_the_cut_off_belongs_to_the_day_before(settings: Any, tea: Product, ana: User) -> None:
    settings.DEBUG = True
    StoreSettings.change(by="may", cutoff_hour=4)
    before_four = datetime(2026, 3, 28, 3, 59, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    dates = []
    for moment in (before_four, before_four + timedelta(seconds=1)):
        with clock.set_to(moment):
            dates.append(sell((tea, "1"), by=ana, register="API", cash="12.50").business_date.isoformat())
    assert dates == ["2026-03-27", "2026-03-28"]
