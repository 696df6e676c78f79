"""The sale: books stock, points, cash, number and bill together, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import pricing
from billing.counter import AtHand, Counter
from billing.drawer.bill_once import Sold, nothing_else, write_once
from billing.drawer.cash import take_in
from billing.drawer.shifts import InTraining
from billing.models import Bill
from billing.order import Order, Tendered
from billing.sale import age_check, price_approvals, without_stock
from billing.sale.bill_writer import Sale, Swap, write_sale
from billing.sale.checks import check_shape
from billing.sale.quotes import check_prices, counted, priced, with_products
from billing.stored_value import balances
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from members import consents
from members import points as points_ledger
from pos.errors import Invalid, Refused
from pos.exactly_once import KeyReused
from pos.money import ZERO
from pos.templatetags.money import money


class TotalChanged(Refused):
    code = "total_changed"
    message = _("The total is no longer what was shown.")


def nothing_before() -> None:
    """Default for `opening`: does nothing."""


def nothing_more(bill: Bill) -> None:
    """Default for `closing`: does nothing."""


def sell(
    order: Order,
    *,
    cashier: User,
    opening: Callable[[], None] = nothing_before,
    closing: Callable[[Bill], None] = nothing_more,
) -> Sold:
    """Turns an order into a paid bill exactly once, or raises Refused and changes nothing.

    Inside the transaction, `opening` is called once the register is locked and `closing` with the new bill. If either
    raises, the sale is undone.
    """
    check_shape(order)
    asked = order.fingerprint(cashier.pk)

    def write(at: Counter, held: None) -> Bill:
        if at.at_hand.reported_as is not None and closing is nothing_more:
            raise KeyReused  # the sale of this key waits for a manager
        if at.till.is_training and (order.is_past or order.sold_at):
            raise InTraining(register=at.till.code)  # what was sold in earnest is not booked for practice
        opening()
        bill = complete(order, at, asked)
        closing(bill)
        return bill

    with balances.guesses_counted(order.payments, by=cashier):
        return write_once(order.key, order.register, fingerprint=asked, cashier=cashier, hold=nothing_else, write=write)


def complete(order: Order, counter: Counter, fingerprint: bytes, swap: Swap | None = None) -> Bill:
    """Sells within the caller's transaction, which must hold the register's lock. `fingerprint` is that of what was
    asked under the key, `swap` pays a part of the sale."""
    at_hand, cashier = counter.at_hand, counter.cashier
    lines = with_products(order.lines)
    counts = counted(lines)
    goods = at_rates(stock.lock(counts, location=counter.till.location), order.tax_rates)
    stock.check(goods, counts, also_off_sale=order.is_past)
    account = points_ledger.lock(order.member) if order.member is not None else None
    if account:
        points_ledger.refuse_own(account.staff, cashier.pk)
    check_prices(lines, goods)
    age = age_check.checked(order, goods.values())
    quote = priced(lines, goods, at_hand.terms(account), order.points, order.off, order.cards_worth)
    if cashier.bounds:
        cashier.bounds.refuse_amount(quote.total + quote.cards)
    price_approvals.answer_for_sale(order, lines, goods, quote, cashier=cashier)
    short = without_stock.answered(order, lines, goods, counts, counter=counter)
    if order.points:
        agree_to_points(order, account, needed=at_hand.pin_for_points)
    if order.shown_total is not None and order.shown_total != quote.total:
        raise TotalChanged(_("The total is now %(total)s.") % {"total": money(quote.total)}, total=quote.total)
    settlement = settled(quote.due - (swap.amount if swap else ZERO), order.payments, at_hand)
    balances.refuse_cards_for_cards(order, quote.due_for_goods, at_hand.tenders)
    charges = balances.charged(order.payments, at_hand.tenders)
    payments = balances.masked(order.payments, charges)
    bill = write_sale(
        Sale(order, fingerprint, lines, goods, quote, settlement, payments, short.of_line, age, swap), counter
    )
    stock.take(
        counts,
        reference=f"bill {bill.number}",
        by=cashier.pk,
        oversold=short.of_product,
        location=counter.till.location,
    )
    if account:
        points_ledger.settle(
            account,
            spent=quote.points_spent,
            earned=bill.points_earned,
            reference=f"bill {bill.number}",
            by=cashier.pk,
        )
    if settlement.cash:
        take_in(shift=counter.shift, bill=bill.pk, amount=settlement.cash - settlement.change, by=cashier.pk)
    balances.redeem(charges, bill=bill.pk, by=cashier.pk)
    balances.issue(order.cards, order.key, bill=bill, by=cashier.pk)
    return bill


def at_rates(goods: dict[int, Goods], rates: Mapping[int, Decimal]) -> dict[int, Goods]:
    """The goods as they were taxed when a past sale was made."""
    return (
        {number: replace(good, tax_rate=rates.get(number, good.tax_rate)) for number, good in goods.items()}
        if (rates)
        else goods
    )


def agree_to_points(order: Order, account: points_ledger.Account | None, *, needed: bool) -> None:
    """Checks that the balance covers the points and that the member typed the PIN for this sale."""
    assert account is not None
    if order.points > account.points:
        raise points_ledger.NotEnoughPoints(points=account.points)
    purpose = f"sale {order.key}"
    if order.consent is not None:
        consents.use(order.consent, member=account.id, purpose=purpose)
    elif needed:
        consents.require(member=account.id, purpose=purpose)


def settled(due: Decimal, payments: Sequence[Tendered], at_hand: AtHand) -> pricing.Settlement:
    if unknown := [payment.method for payment in payments if payment.method not in at_hand.tenders]:
        raise Invalid("payments", _("The shop does not take %(name)s.") % {"name": unknown[0]}, "unknown_tender")
    cash = sum((p.amount for p in payments if p.method in at_hand.cash_tenders), ZERO)
    return pricing.settle(due, cash=cash, other=sum((p.amount for p in payments), ZERO) - cash)
