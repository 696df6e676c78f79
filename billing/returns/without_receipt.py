"""Refunds without a receipt: only as store credit, only with approval, at the lowest price of the last 90 days."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, Min
from django.utils.translation import gettext_lazy as _

from accounts.models import Action, User
from billing import pricing
from billing.counter import AtHand, Counter
from billing.drawer import running_totals
from billing.drawer.bill_once import Sold, nothing_else, write_once
from billing.models import Bill, BillKind, BillLine, BillTax, StoredValueKind, TenderKind
from billing.order import Tendered, Wanted, WantedProduct
from billing.pricing import PricedLine, Quote
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import quotes
from billing.sale.bill_lines import copied_of, line_of
from billing.sale.bill_writer import Written, heading, payments_of, write
from billing.sale.sales import TotalChanged
from billing.stored_value import balances
from billing.stored_value.balances import Move
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from members import points as points_ledger
from pos import clock
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from pos.money import ZERO, plainly, quantity_text, rounded_down, text
from pos.templatetags.money import money

ONE = Decimal(1)
LATELY = timedelta(days=90)
LOWEST = "lowest price of the last 90 days"


class NoStoreCredit(Refused):
    code = "no_store_credit"
    message = _("Without a receipt money goes back as store credit only, and this shop gives none.")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A quantity of one product, named by id or by barcode."""

    quantity: Decimal
    product: int | None = None
    barcode: str | None = None
    to_stock: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """A refund without receipt as requested. `code` is the customer's store credit; if empty, new store credit is made.
    `shown_total` is the amount the customer was told."""

    key: UUID
    lines: Sequence[Claimed]
    reason: str
    register: str = "API"
    member: int | None = None
    code: str = ""
    shown_total: Decimal | None = None

    def fingerprint(self, cashier: int) -> bytes:
        asked = {**asdict(self), "cashier": cashier, "receipt": None}
        del asked["key"], asked["shown_total"]
        return hashlib.sha256(json.dumps(asked, default=plainly, sort_keys=True).encode()).digest()


@dataclass(frozen=True, slots=True)
class Valued:
    """The goods and what they are worth today."""

    lines: Sequence[WantedProduct]
    goods: Mapping[int, Goods]
    quote: Quote

    @property
    def rows(self) -> list[tuple[Goods, PricedLine]]:
        return [(self.goods[w.product], p) for w, p in zip(self.lines, self.quote.lines, strict=True)]


def refund(claim: Claim, *, cashier: User, approval: str | None = None) -> Sold:
    """Takes goods back exactly once, or raises Refused and changes nothing. Needs a manager's approval."""
    check_shape(claim)
    return write_once(
        claim.key,
        claim.register,
        fingerprint=claim.fingerprint(cashier.pk),
        cashier=cashier,
        hold=nothing_else,
        write=partial(_write, claim, [approval] if approval else []),
    )


def _write(claim: Claim, tokens: Sequence[str], at: Counter, held: None) -> Bill:
    at_hand, cashier = at.at_hand, at.cashier
    if cashier.bounds:
        cashier.bounds.refuse_refund()
    found = valued(claim.lines, tax_included=at_hand.tax_included, held=True)
    if claim.shown_total is not None and claim.shown_total != found.quote.total:
        told_now = _("The total is now %(total)s.") % {"total": money(found.quote.total)}
        raise TotalChanged(told_now, total=found.quote.total)
    if claim.member is not None:
        points_ledger.lock(claim.member)
    move = to_credit(claim, found.quote.total, at_hand)
    bill = unproven(claim, found.quote, at)
    reference = f"bill {bill.number}"
    running_totals.hold(cashier)
    together = found.quote.total + running_totals.refunded(bill)
    running_totals.answer(
        [(Action.REFUND_WITHOUT_RECEIPT, found.quote.total), (Action.REFUNDS_TOGETHER, together)],
        told(claim, found),
        by=cashier,
        tokens=tokens,
        reference=reference,
    )
    write(bill, hanging(bill, claim, found, balances.masked([move.payment], [move])))
    for to_stock, put in ((True, stock.put_back), (False, stock.put_aside)):
        wanted = [w for w, c in zip(found.lines, claim.lines, strict=True) if c.to_stock == to_stock]
        put(quotes.counted(wanted), reference=reference, by=cashier.pk, location=at.till.location)
    balances.refund_to([move], bill=bill.pk, by=cashier.pk)
    return bill


def check_shape(claim: Claim) -> None:
    lines = [Returned(n, line.quantity) for n, line in enumerate(claim.lines)]
    refunds.check_shape(Wish(claim.key, "", lines, (), claim.reason, claim.register))


def preview(lines: Sequence[Claimed]) -> Valued:
    """What the goods would bring now. Locks and writes nothing."""
    return valued(lines, tax_included=StoreSettings.in_force().prices_include_tax)


def valued(claimed: Sequence[Claimed], *, tax_included: bool, held: bool = False) -> Valued:
    wanted = quotes.with_products([Wanted(line.quantity, line.product, line.barcode) for line in claimed])
    counts = quotes.counted(wanted)
    goods = stock.lock(counts) if held else stock.look(counts)
    if unknown := [product for product in counts if product not in goods]:
        raise stock.UnknownProduct(products=unknown)
    lowest = lowest_lately(counts, tax_included)
    lines = [replace(line, unit_price=price_of(goods[line.product], lowest)) for line in wanted]
    terms = pricing.Terms(ZERO, tax_included, ZERO)
    quote = pricing.quote([quotes.item(line, goods[line.product]) for line in lines], terms)
    for good, line in zip((goods[w.product] for w in lines), quote.lines, strict=True):
        if not line.net:
            message = _("%(name)s is worth nothing without its receipt.") % {"name": good.name}
            raise Invalid("lines", message, "worthless")
    return Valued(lines, goods, quote)


def lowest_lately(products: Mapping[int, Decimal], tax_included: bool) -> dict[int, Decimal]:
    """The lowest price paid per unit of each product lately, except for free ones."""
    sold = BillLine.objects.filter(product__in=list(products), quantity__gt=0, net__gt=0)
    sold = sold.filter(bill__kind=BillKind.SALE, bill__tax_included=tax_included, bill__at__gt=clock.now() - LATELY)
    rows = sold.values_list("product").annotate(least=Min(F("net") / F("quantity"))).order_by()
    return {product: rounded_down(price) for product, price in rows}


def price_of(good: Goods, lowest: Mapping[int, Decimal]) -> Decimal:
    """The lowest price paid, but never more than today's list price. Open-price goods have no list price."""
    paid = lowest.get(good.id, good.price)
    return paid if good.open_price else min(paid, good.price)


def to_credit(claim: Claim, amount: Decimal, at_hand: AtHand) -> Move:
    tenders = [code for code, kind in at_hand.tenders.items() if kind == TenderKind.STORE_CREDIT]
    if not tenders:
        raise NoStoreCredit()
    payment = Tendered(tenders[0], amount, claim.code)
    card = balances.receiving(TenderKind.STORE_CREDIT, claim.code, claim.key, claim.member)
    return Move(card, payment, StoredValueKind.REFUND_TO)


def told(claim: Claim, found: Valued) -> dict[str, Any]:
    """What the approving manager is shown."""
    return {
        "goods": [
            f"{quantity_text(priced.item.quantity)} x {good.name}{'' if line.to_stock else ', damaged'}"
            for line, (good, priced) in zip(claim.lines, found.rows, strict=True)
        ],
        "store_credit": text(found.quote.total),
        "reason": claim.reason.strip(),
        "register": claim.register,
    }


def unproven(claim: Claim, quote: Quote, counter: Counter) -> Bill:
    return Bill(
        **heading(BillKind.REFUND, counter),
        key=claim.key,
        fingerprint=claim.fingerprint(counter.cashier.pk),
        reason=claim.reason.strip(),
        member_id=claim.member,
        tax_included=quote.tax_included,
        subtotal=-quote.subtotal,
        discount=ZERO,
        vip_discount=ZERO,
        manual_discount=ZERO,
        tax=-quote.tax,
        total=-quote.total,
        points_spent=ZERO,
        points_earned=ZERO,
        cash_rounding=ZERO,
        change=ZERO,
    )


def hanging(bill: Bill, claim: Claim, found: Valued, payments: Sequence[Tendered]) -> Written:
    rows = zip(claim.lines, found.rows, strict=True)
    return Written(
        lines=[_line(bill, n, line, good, priced) for n, (line, (good, priced)) in enumerate(rows, 1)],
        taxes=[BillTax(bill=bill, rate=t.rate, base=-t.base, tax=-t.tax) for t in found.quote.taxes],
        payments=payments_of(bill, [Tendered(p.method, -p.amount, p.reference) for p in payments]),
    )


def _line(bill: Bill, position: int, claimed: Claimed, good: Goods, priced: PricedLine) -> BillLine:
    price = priced.item.unit_price
    lower = price != good.price
    return line_of(
        bill,
        position,
        copied_of(good),
        priced.item.quantity,
        priced,
        list_price=max(good.price, price),
        unit_price=price,
        priced_by_id=bill.cashier_id if lower else None,
        price_reason=LOWEST if lower else "",
        to_shelf=claimed.to_stock,
    )
