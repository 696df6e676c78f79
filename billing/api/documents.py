"""Builds the API's documents of bills, quotes and shifts."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import User
from billing.models import Bill, BillKind, BillLine, BillTax, Shift
from billing.order import WantedProduct
from billing.price_steps import Step, explained
from billing.pricing import PricedLine, Quote, Tax
from billing.receipts import card_codes, origins
from billing.receipts.origins import Origins
from billing.returns.exchanges import Exchanged, Quoted
from billing.returns.refundable import Share, worth
from billing.sale import age_check, without_stock
from billing.sale.quotes import counted
from inventory.shelf.stock import Goods
from pos.money import ZERO, quantity_text, rate_text, rounded_to_cash, text

Document = dict[str, Any]


def bill(sold: Bill, reader: User | None = None, came_from: Origins | None = None) -> Document:
    """Everything on the receipt. `sold` must have its related rows prefetched. `reader` is the user who has just sold
    it, and may see the codes of new gift cards. `came_from` is read here unless it was read for a whole page."""
    sold_before = origins.of([sold]) if came_from is None else came_from
    return {
        "number": sold.number,
        "key": str(sold.key),
        "kind": sold.kind,
        "at": sold.at.isoformat().replace("+00:00", "Z"),
        "business_date": sold.business_date.isoformat(),
        "register": sold.register.code,
        "shift": sold.shift_id,
        "cashier": sold.cashier.username,
        "member": sold.member_id,
        "lines": [_line(line, sold_before) for line in sold.below("lines")],
        "currency": settings.CURRENCY,
        "prices_include_tax": sold.tax_included,
        "subtotal": text(sold.subtotal),
        "discount": text(sold.discount),
        "vip_discount": text(sold.vip_discount),
        "manual_discount": text(sold.manual_discount),
        "tax": text(sold.tax),
        "taxes": _taxes(sold.below("taxes")),
        "total": text(sold.total),
        "cards_sold": text(sold.cards_sold),
        "gift_cards": [
            {"last4": new.entry.card.last4, "amount": text(new.entry.amount), "code": new.code or None}
            for new in card_codes.to_print(sold, reader)
        ],
        "points_spent": text(sold.points_spent),
        "points_earned": text(sold.points_earned),
        "cash_rounding": text(sold.cash_rounding),
        "payments": [
            {"method": paid.method_id, "amount": text(paid.amount), "reference": paid.reference}
            for paid in sold.below("payments")
        ],
        "change": text(sold.change),
        "age_checked": sold.age_checked,
        "exchange": other_half(sold),
        "refunds": [refund.number for refund in sold.below("refunds")],
    }


def other_half(bill: Bill) -> str | None:
    """The number of the other bill of an exchange."""
    if bill.kind == BillKind.SALE:
        return bill.exchange.number if bill.exchange else None
    sale = getattr(bill, "exchanged_for", None)
    return sale.number if sale else None


def refund(bill_of_it: Bill, reader: User) -> Document:
    """The bill, and the code of store credit made with it, shown for 15 minutes to the user who made it."""
    return {**bill(bill_of_it), "store_credit": _store_credit(bill_of_it, reader)}


def _store_credit(made: Bill, reader: User) -> Document | None:
    entry = card_codes.made_with(made)
    if entry is None:
        return None
    return {"amount": text(entry.amount), "code": card_codes.code_to_show(entry, reader) or None}


def exchange(done: Exchanged, reader: User) -> Document:
    return {
        "store_credit": _store_credit(done.refund, reader),
        "refund": bill(done.refund),
        "sale": bill(done.sale),
        "difference": text(sum((one.total - one.points_spent for one in (done.refund, done.sale)), ZERO)),
    }


def exchange_quote(original: Bill, quoted: Quoted) -> Document:
    back, owed = quoted.back, quoted.owing
    return {
        "returned": [_back(original, share) for share in back.shares],
        "worth": text(back.figures.total),
        "points_back": text(back.figures.points_back),
        "points_taken": text(back.figures.points_taken),
        "sale": quote(quoted.lines, quoted.goods, quoted.sale),
        "carried": text(owed.carried),
        "difference": text(owed.difference),
        "due": text(owed.to_pay),
        "due_in_cash": text(rounded_to_cash(owed.to_pay)),
        "given_back": [{"method": paid.method, "amount": text(paid.amount)} for paid in back.payments],
    }


def _back(original: Bill, share: Share) -> Document:
    return {
        "line": share.line.position,
        "product": share.line.product_id,
        "sku": share.line.sku,
        "name": share.line.name,
        "quantity": quantity_text(share.quantity),
        "to_stock": share.to_shelf,
        "net": text(share.net),
        "tax": text(share.tax),
        "worth": text(worth(original, [share])),
    }


def _line(line: BillLine, sold_before: Origins) -> Document:
    origin = sold_before.get(line.original_id or 0)
    return {
        "line": line.position,
        "product": line.product_id,
        "sku": line.sku,
        "name": line.name,
        "sold_by": line.sold_by,
        "quantity": quantity_text(line.quantity),
        "list_price": text(line.list_price),
        "unit_price": text(line.unit_price),
        "discount": text(line.discount),
        "net": text(line.net),
        "tax_rate": rate_text(line.tax_rate),
        "tax": text(line.tax),
        "note": line.note,
        "oversold": quantity_text(line.oversold),
        "explanation": steps(line.explanation),
        "refund_of": {"number": origin[0], "line": origin[1]} if origin else None,
    }


def steps(told: Iterable[Step]) -> list[Document]:
    return [{"step": step.name, "amount": text(step.amount)} for step in told]


def _taxes(taxes: Iterable[BillTax | Tax]) -> list[Document]:
    return [{"rate": rate_text(t.rate), "base": text(t.base), "tax": text(t.tax)} for t in taxes]


def quote(lines: Sequence[WantedProduct], goods: Mapping[int, Goods], priced: Quote) -> Document:
    """The figures a sale would have now, with the steps of each line's price."""
    short = without_stock.of(lines, goods, counted(lines)).of_line
    return {
        "lines": [
            _quoted(position, goods[wanted.product], wanted, line, part)
            for position, (wanted, line, part) in enumerate(zip(lines, priced.lines, short, strict=True), 1)
        ],
        **figures(priced),
        "minimum_age": age_check.needed(goods.values()),
    }


def figures(priced: Quote) -> Document:
    return {
        "currency": settings.CURRENCY,
        "prices_include_tax": priced.tax_included,
        "subtotal": text(priced.subtotal),
        "discount": text(priced.discount),
        "vip_discount": text(priced.vip_discount),
        "manual_discount": text(priced.manual_discount),
        "tax": text(priced.tax),
        "taxes": _taxes(priced.taxes),
        "total": text(priced.total),
        "cards_sold": text(priced.cards),
        "points_spent": text(priced.points_spent),
        "points_earned": text(priced.points_earned),
        "due": text(priced.due),
        "cash_rounding": text(priced.cash_rounding),
        "due_in_cash": text(priced.due_in_cash),
    }


def _quoted(position: int, good: Goods, wanted: WantedProduct, line: PricedLine, oversold: Decimal) -> Document:
    told = explained(line, quantity=wanted.quantity, list_price=good.price, from_label=wanted.label_price is not None)
    return {
        "line": position,
        "product": good.id,
        "sku": good.sku,
        "name": good.name,
        "sold_by": good.sold_by,
        "quantity": quantity_text(line.item.quantity),
        "list_price": text(good.price),
        "unit_price": text(line.item.unit_price),
        "discount": text(line.discount),
        "net": text(line.net),
        "tax_rate": rate_text(good.tax_rate),
        "tax": text(line.tax),
        "note": wanted.note,
        "oversold": quantity_text(oversold),
        "explanation": steps(told),
        "refund_of": None,
    }


def shift(turn: Shift) -> Document:
    """A shift. Expected cash and difference are shown only after the count."""
    return {
        "id": turn.pk,
        "register": turn.register.code,
        "business_date": turn.business_date.isoformat(),
        "opened_at": turn.opened_at.isoformat().replace("+00:00", "Z"),
        "opened_by": turn.opened_by.username,
        "is_open": turn.is_open,
        "closed_at": turn.closed_at.isoformat().replace("+00:00", "Z") if turn.closed_at else None,
        "closed_by": turn.closed_by.username if turn.closed_by else None,
        "counted": text(turn.counted) if turn.counted is not None else None,
        "expected": text(turn.expected) if turn.expected is not None else None,
        "difference": text(turn.counted - turn.expected)
        if turn.counted is not None and turn.expected is not None
        else None,
    }
