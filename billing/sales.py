"""The purchase: stock, points, drawer, number and bill together, or nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import ages, clearing, credit, drawer, pricing, without_stock
from billing.models import Bill
from billing.order import MOST_LINES, MOST_PAYMENTS, Order, Tendered, Wanted
from billing.writing import Counter, Swap, write_sale
from inventory import stock
from inventory.stock import Goods
from members import consents
from members import points as points_ledger
from pos.cards import refuse_card_number
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, rounded
from pos.patience import patiently, sqlstate
from pos.templatetags.money import money

MOST_CARDS = 50
LONGEST_WORDS = 200
BEYOND_A_CHECK = "23514"


class KeyReused(Refused):
    code = "key_reused"
    status = 422
    message = _("This key already belongs to another sale.")


class TotalChanged(Refused):
    code = "total_changed"
    message = _("The total is no longer what was shown.")


class PriceNeeded(Refused):
    code = "price_needed"
    message = _("Type the price first.")


@dataclass(frozen=True, slots=True)
class Sold:
    """`again` is true when the key had been sold before: the first bill, not a second."""

    bill: Bill
    again: bool


def nothing_before() -> None:
    """Mostly the shelf is sold from as it is."""


def nothing_more(bill: Bill) -> None:
    """An API sale has no basket to close."""


def sell(
    order: Order,
    *,
    cashier: User,
    opening: Callable[[], None] = nothing_before,
    closing: Callable[[Bill], None] = nothing_more,
) -> Sold:
    """Turn an order into a paid bill exactly once, or raise Refused and leave no trace.

    `opening` is called inside the transaction once the register is held, `closing` with the new bill; what either
    refuses undoes the sale.
    """
    check_shape(order)
    try:
        return _sell(order, cashier, opening, closing)
    except IntegrityError as error:
        if sqlstate(error) == BEYOND_A_CHECK:
            raise Invalid("lines", _("This is more than the books can hold."), "too_large") from None
        if not Bill.objects.filter(key=order.key).exists():
            raise
        return _sell(order, cashier, opening, closing)  # another register was faster with the same key


@patiently
@transaction.atomic(durable=True)
def _sell(order: Order, cashier: User, opening: Callable[[], None], closing: Callable[[Bill], None]) -> Sold:
    till = drawer.lock(order.register)
    at_hand = drawer.at_hand(till, order.key)
    if at_hand.sold_as is not None:
        return already_sold(at_hand.sold_as, order, cashier)
    opening()
    bill = complete(order, Counter(till, at_hand, drawer.shift_for_sale(till, at_hand, cashier), cashier))
    closing(bill)
    return Sold(bill, again=False)


def complete(order: Order, counter: Counter, swap: Swap | None = None) -> Bill:
    """The sale within the caller's transaction, whose register is held; a swap pays for a part of it."""
    at_hand, cashier = counter.at_hand, counter.cashier
    lines = with_products(order.lines)
    counts = counted(lines)
    goods = stock.lock(counts)
    stock.check(goods, counts)
    account = points_ledger.lock(order.member) if order.member is not None else None
    if account:
        points_ledger.refuse_own(account.staff, cashier.pk)
    check_prices(lines, goods)
    age = ages.checked(order, goods.values())
    quote = priced(lines, goods, at_hand.terms(account), order.points, order.off, order.cards_worth)
    clearing.answer_for_sale(order, lines, goods, quote, cashier=cashier)
    short = without_stock.answered(order, lines, goods, counts, counter=counter)
    if order.points:
        agree_to_points(order, account, needed=at_hand.pin_for_points)
    if order.shown_total is not None and order.shown_total != quote.total:
        raise TotalChanged(_("The total is now %(total)s.") % {"total": money(quote.total)}, total=quote.total)
    settlement = settled(quote.due - (swap.amount if swap else ZERO), order.payments, at_hand)
    credit.refuse_cards_for_cards(order, quote.due_for_goods, at_hand.tenders)
    charges = credit.charged(order.payments, at_hand.tenders)
    payments = credit.masked(order.payments, charges)
    write = partial(write_sale, order, lines, goods, quote, settlement, payments, counter=counter)
    bill = write(swap=swap, age=age, oversold=short.of_line)
    stock.take(counts, reference=f"bill {bill.number}", by=cashier.pk, oversold=short.of_product)
    if account:
        points_ledger.settle(
            account,
            spent=quote.points_spent,
            earned=bill.points_earned,
            reference=f"bill {bill.number}",
            by=cashier.pk,
        )
    if settlement.cash:
        drawer.take_in(shift=counter.shift, bill=bill.pk, amount=settlement.cash - settlement.change, by=cashier.pk)
    credit.redeem(charges, bill=bill.pk, by=cashier.pk)
    credit.issue(order.cards, order.key, bill=bill, by=cashier.pk)
    return bill


def already_sold(bill: int, order: Order, cashier: User) -> Sold:
    found = Bill.objects.get(pk=bill)
    if bytes(found.fingerprint) != order.fingerprint(cashier.pk):
        raise KeyReused()
    return Sold(found, again=True)


def quote(order: Order) -> tuple[list[Wanted], dict[int, Goods], pricing.Quote]:
    """What `sell` would charge now; nothing is held or written."""
    check_shape(order)
    drawer.see(order.register)
    lines = with_products(order.lines)
    goods = stock.look(counted(lines))
    stock.check(goods, counted(lines))
    account = points_ledger.look(order.member) if order.member is not None else None
    if order.member is not None and (account is None or not account.is_active):
        raise points_ledger.UnknownMember(member=order.member)
    if account and order.points > account.points:
        raise points_ledger.NotEnoughPoints(points=account.points)
    check_prices(lines, goods)
    return (
        lines,
        goods,
        priced(lines, goods, drawer.terms_in_force(account), order.points, order.off, order.cards_worth),
    )


def check_shape(order: Order) -> None:
    """Refuse as badly asked what no shop could sell."""
    if not order.lines and not order.cards:
        raise Invalid("lines", _("A sale has at least one line."), "empty")
    if len(order.lines) > MOST_LINES:
        raise Invalid("lines", _("A sale has at most %(most)s lines.") % {"most": MOST_LINES}, "too_many")
    for line in order.lines:
        check_line(line)
    check_cards(order.cards)
    check_discount(order.discount_percent, order.discount_amount, "discount")
    if not payable(order.points):
        raise Invalid("points", _("Points are an amount of the shop's currency."))
    if order.points and order.member is None:
        raise Invalid("points", _("Points need the member they belong to."), "member_required")
    check_payments(order.payments)


def check_payments(payments: Sequence[Tendered]) -> None:
    if len(payments) > MOST_PAYMENTS:
        raise Invalid("payments", _("A bill has at most %(most)s payments.") % {"most": MOST_PAYMENTS}, "too_many")
    for payment in payments:
        if not payment.amount or not payable(payment.amount):
            raise Invalid("payments", _("A payment is an amount of the shop's currency, more than zero."))
        refuse_card_number("payments", payment.reference)


def check_cards(amounts: Sequence[Decimal]) -> None:
    if len(amounts) > MOST_CARDS:
        raise Invalid("gift_cards", _("A sale has at most %(most)s gift cards.") % {"most": MOST_CARDS}, "too_many")
    for amount in amounts:
        if not amount or not payable(amount):
            raise Invalid("gift_cards", _("A card holds an amount of the shop's currency, more than zero."))


def check_line(line: Wanted) -> None:
    if not line.quantity.is_finite() or not 0 < line.quantity <= MOST_QUANTITY:
        raise Invalid("lines", _("A quantity must be more than zero."))
    if line.quantity != line.quantity.quantize(Decimal("0.001")):
        raise Invalid("lines", _("A quantity has at most three decimals."))
    check_discount(line.discount_percent, line.discount_amount, "lines")
    for price in (line.unit_price, line.label_price):
        if price is not None and not payable(price):
            raise Invalid("lines", _("A price is an amount of the shop's currency."))
    if line.unit_price is not None and line.label_price is not None:
        raise Invalid("lines", _("A label's price cannot be changed."))
    for words in (line.note, line.price_reason):
        if len(words) > LONGEST_WORDS or "\0" in words:
            raise Invalid(
                "lines",
                _("At most %(longest)s characters, none of them NUL.") % {"longest": LONGEST_WORDS},
                "max_length",
            )


def check_discount(percent: Decimal, amount: Decimal, field: str) -> None:
    if not percent.is_finite() or not 0 <= percent <= 100 or percent != round(percent, 2):
        raise Invalid(field, _("A discount is between 0 and 100 per cent."))
    if not payable(amount):
        raise Invalid(field, _("A discount is an amount of the shop's currency."))


def payable(amount: Decimal) -> bool:
    """Zero or more, no larger than a bill can hold, and no finer than the currency."""
    return amount.is_finite() and 0 <= amount <= MOST_MONEY and amount == rounded(amount)


def with_products(lines: Sequence[Wanted]) -> list[Wanted]:
    """The same lines, each naming its product by id."""
    codes = [line.barcode for line in lines if line.product is None and line.barcode is not None]
    if not codes:
        return list(lines)
    found = stock.find(codes)
    if unknown := [code for code in codes if code not in found]:
        raise stock.UnknownProduct(
            _("No product has the barcode %(name)s.") % {"name": ", ".join(unknown)}, barcodes=unknown
        )
    return [
        line if line.product is not None or line.barcode is None else replace(line, product=found[line.barcode])
        for line in lines
    ]


def counted(lines: Sequence[Wanted]) -> dict[int, Decimal]:
    """How many of each product: two lines of one product count together."""
    counts = defaultdict[int, Decimal](Decimal)
    for line in lines:
        if line.product is None:
            raise Invalid("lines", _("A line names a product or a barcode."), "required")
        counts[line.product] += line.quantity
    return dict(counts)


def check_prices(lines: Sequence[Wanted], goods: Mapping[int, Goods]) -> None:
    """What is priced at the till has a price by now, and another price than the list's has a reason."""
    for line in lines:
        good = goods[line.product]  # type: ignore[index]
        if good.open_price and line.unit_price is None and line.label_price is None:
            raise PriceNeeded(_("Type the price of %(name)s.") % {"name": good.name}, product=good.id)
        if line.unit_price is not None and not good.open_price and not line.price_reason.strip():
            raise Invalid("lines", _("Say why %(name)s has another price.") % {"name": good.name}, "required")


def priced(
    lines: Sequence[Wanted],
    goods: Mapping[int, Goods],
    terms: pricing.Terms,
    points: Decimal,
    off: pricing.BillDiscount = pricing.NOTHING_OFF,
    cards: Decimal = ZERO,
) -> pricing.Quote:
    items = [item(line, goods[line.product]) for line in lines]  # type: ignore[index]
    return pricing.quote(items, terms, points, off, cards)


def priced_alone(line: Wanted, good: Goods) -> pricing.PricedLine:
    """One line before anything comes off the whole bill."""
    return pricing.quote([item(line, good)], pricing.Terms()).lines[0]


def item(line: Wanted, good: Goods) -> pricing.Item:
    if not stock.in_whole_pieces(good, line.quantity):
        raise Invalid("lines", _("%(name)s is sold by the piece.") % {"name": good.name}, "whole_pieces")
    return pricing.Item(
        good.price if line.unit_price is None else line.unit_price,
        line.quantity,
        good.tax_rate,
        line.discount_percent,
        line.discount_amount,
        line.label_price,
    )


def agree_to_points(order: Order, account: points_ledger.Account | None, *, needed: bool) -> None:
    """The balance covers the points, and the member typed the PIN for this very sale."""
    assert account is not None
    if order.points > account.points:
        raise points_ledger.NotEnoughPoints(points=account.points)
    purpose = f"sale {order.key}"
    if order.consent is not None:
        consents.use(order.consent, member=account.id, purpose=purpose)
    elif needed:
        consents.require(member=account.id, purpose=purpose)


def settled(due: Decimal, payments: Sequence[Tendered], at_hand: drawer.AtHand) -> pricing.Settlement:
    if unknown := [payment.method for payment in payments if payment.method not in at_hand.tenders]:
        raise Invalid("payments", _("The shop does not take %(name)s.") % {"name": unknown[0]}, "unknown_tender")
    cash = sum((p.amount for p in payments if p.method in at_hand.cash_tenders), ZERO)
    return pricing.settle(due, cash=cash, other=sum((p.amount for p in payments), ZERO) - cash)
