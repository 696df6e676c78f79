"""Exchanges: a refund and a sale in one transaction, with one payment of the difference."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.counter import Counter
from billing.drawer import cash
from billing.drawer.bill_once import write_once
from billing.models import Basket, BasketReturn, Bill, BillKind
from billing.order import Carried, Order, WantedProduct
from billing.pricing import Quote
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.refunds import Part, Preview
from billing.sale import checks, quotes, sales
from billing.sale.bill_writer import Swap
from billing.sale.sales import TotalChanged, nothing_more
from billing.stored_value import balances
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from members import points as points_ledger
from pos.errors import Invalid
from pos.money import quantity_text
from pos.templatetags.money import money


@dataclass(frozen=True, slots=True)
class Exchange:
    """What comes back and what is sold. The sale's payments are what the customer adds, the refund's what the customer
    gets back: one of the two is empty. `shown_difference` is the amount shown as due, negative if money goes back. The
    exchange uses the sale's key."""

    back: Wish
    sale: Order
    shown_difference: Decimal | None = None

    def fingerprint(self, cashier: int) -> bytes:
        return hashlib.sha256(self.sale.fingerprint(cashier) + self.back.fingerprint(cashier)).digest()


@dataclass(frozen=True, slots=True)
class Exchanged:
    refund: Bill
    sale: Bill
    again: bool


@dataclass(frozen=True, slots=True)
class Owing:
    """The settlement: how much the returned goods pay, and what is left to pay or to give back."""

    carried: Decimal
    to_pay: Decimal
    to_give: Decimal

    @property
    def difference(self) -> Decimal:
        return self.to_pay - self.to_give


def owing(back: Decimal, due: Decimal) -> Owing:
    carried = min(back, due)
    return Owing(carried, due - carried, back - carried)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote for an exchange: the refund, the sale and the settlement."""

    back: Preview
    lines: Sequence[WantedProduct]
    goods: Mapping[int, Goods]
    sale: Quote
    owing: Owing


def quote(original: Bill, back: Sequence[Returned], sale: Order, *, by: User) -> Quoted:
    """What `exchange` would come to now. Locks and writes nothing."""
    refunds.check_lines(back)
    refuse_gift_cards(sale)
    lines, goods, priced = quotes.quote(sale, by=by)
    preview, owed = weighed(original, back, priced)
    return Quoted(preview, lines, goods, priced, owed)


def weighed(original: Bill, back: Sequence[Returned], sale: Quote) -> tuple[Preview, Owing]:
    preview = refunds.preview(original, back, goods_taken=sale.due)
    return preview, owing(preview.figures.due, sale.due)


def refuse_gift_cards(sale: Order) -> None:
    """Returned goods cannot pay for gift cards."""
    if sale.cards:
        raise balances.GiftCardsApart()


def returned(rows: Iterable[BasketReturn]) -> list[Returned]:
    return [Returned(row.line.position, row.quantity, row.to_shelf) for row in rows]


def of_basket(basket: Basket, original: Bill, sale: Order, shown_difference: Decimal) -> Exchange:
    """The exchange that a basket asks for. The payments go to the customer if the difference shown is negative."""
    back = returned(basket.returns.select_related("line"))
    given, paid = (sale.payments, ()) if shown_difference < 0 else ((), sale.payments)
    wish = Wish(sale.key, original.number, back, given, basket.return_reason)
    return Exchange(wish, replace(sale, payments=paid), shown_difference)


def refund_key(key: UUID) -> UUID:
    """The key of the refund, derived from the exchange's key."""
    return uuid5(key, "refund")


def exchange(
    asked: Exchange, *, cashier: User, tokens: Sequence[str] = (), closing: Callable[[Bill], None] = nothing_more
) -> Exchanged:
    """Takes goods back and sells others exactly once, or raises Refused and changes nothing.

    `tokens` are managers' approvals, for the refund and the sale alike. `closing` is called with the new sale inside
    the transaction.
    """
    asked = replace(
        asked,
        back=replace(asked.back, key=refund_key(asked.sale.key), register=asked.sale.register),
        sale=replace(asked.sale, approvals=tokens),
    )
    refunds.check_shape(asked.back)
    checks.check_shape(asked.sale)
    refuse_gift_cards(asked.sale)
    typed = [*asked.sale.payments, *asked.back.payments]
    with cash.refusals_of_cash_written_down(cashier), balances.guesses_counted(typed, by=cashier):
        sold = write_once(
            asked.sale.key,
            asked.sale.register,
            fingerprint=asked.fingerprint(cashier.pk),
            cashier=cashier,
            hold=partial(refunds.lock_original, asked.back.bill),
            write=partial(_write, asked, closing),
            of=asked.back.bill,
        )
    refund = sold.bill.exchange
    assert refund is not None  # a sale without a refund has another fingerprint
    return Exchanged(refund, sold.bill, sold.again)


def _write(asked: Exchange, closing: Callable[[Bill], None], at: Counter, original: Bill) -> Bill:
    due, taken = held(asked.sale, asked.back, original, at)
    goods = refunds.brought(asked.back, original)
    owed = owing(goods.figures.due, due)
    refuse_another_difference(asked, owed)
    _, number = at.next_number(BillKind.SALE)
    part = Part(owed.carried, number, {"for": taken})
    refund = refunds.take_back(goods, at, tokens=asked.sale.approvals, part=part)
    carried = [Carried(p.carried_from_id, -p.amount) for p in refund.payments.all() if p.carried_from_id]
    sale = sales.complete(asked.sale, at, asked.fingerprint(at.cashier.pk), Swap(refund, carried))
    closing(sale)
    return sale


def held(order: Order, back: Wish, original: Bill, counter: Counter) -> tuple[Decimal, list[str]]:
    """What the new goods cost, and a list of them. Locks all products and then all members that either half touches, in
    the usual order: locked half by half, two exchanges could deadlock."""
    lines = quotes.with_products(order.lines)
    counts = quotes.counted(lines)
    positions = [line.line for line in back.lines]
    returned = original.lines.filter(position__in=positions).values_list("product_id", flat=True)
    goods = stock.lock([*counts, *returned], location=counter.till.location)
    stock.check(goods, counts)
    members = sorted({member for member in (original.member_id, order.member) if member is not None})
    accounts = {member: points_ledger.lock(member, even_inactive=member != order.member) for member in members}
    quotes.check_prices(lines, goods)
    terms = counter.at_hand.terms(accounts.get(order.member or 0))
    priced = quotes.priced(lines, goods, terms, order.points, order.off)
    return priced.due, [f"{quantity_text(line.quantity)} x {goods[line.product].name}" for line in lines]


def refuse_another_difference(asked: Exchange, owed: Owing) -> None:
    """Refuses if the difference has changed since it was shown: a customer who was to pay must not be paid instead."""
    if asked.shown_difference is not None and asked.shown_difference != owed.difference:
        raise TotalChanged(
            _("The difference is now %(difference)s.") % {"difference": money(owed.difference)},
            difference=owed.difference,
        )
    if asked.sale.payments and not owed.to_pay:
        raise Invalid("payments", _("The goods brought back pay for everything: nothing is left to pay."), "overpaid")
