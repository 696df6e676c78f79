"""Builds the API's documents of baskets."""

from billing.api import documents
from billing.api.documents import Document
from billing.basket import beside, presented_cards, priced, returned_goods
from billing.basket.priced import ShownLine
from billing.models import Basket
from pos.api.fields import MomentField
from pos.money import quantity_text, text

MOMENT = MomentField()


def head(basket: Basket) -> Document:
    return {
        "id": basket.pk,
        "key": str(basket.key),
        "version": basket.version,
        "state": basket.state,
        "register": basket.register.code,
        "cashier": basket.cashier.username,
        "label": basket.label,
        "member": basket.member_id,
        "bill": basket.bill.number if basket.bill else None,
        "created_at": MOMENT.to_representation(basket.created_at),
        "updated_at": MOMENT.to_representation(basket.updated_at),
    }


def row(basket: Basket) -> Document:
    return {**head(basket), "line_count": basket.line_count}  # type: ignore[attr-defined]


def whole(basket: Basket) -> Document:
    """The basket priced as it would be sold now."""
    around = beside.read(basket)
    shown = priced.show(basket, around)
    swap = returned_goods.shown(basket, shown.quote)
    due = swap.paying.due if swap and swap.paying else shown.quote.due
    cards = presented_cards.parts(basket, due - shown.quote.cards) if around.has_presented else []
    return {
        **head(basket),
        **documents.figures(shown.quote),
        "lines": [_line(line) for line in shown.lines],
        "gift_cards": [{"id": card.pk, "amount": text(card.amount)} for card in shown.gift_cards],
        "discount_percent": f"{basket.discount_percent:.2f}",
        "discount_amount": text(basket.discount_amount),
        "age_checked": basket.age_checked,
        "minimum_age": shown.minimum_age,
        "on_cards": text(presented_cards.together(cards)),
        "exchange": {"number": swap.original.number, "difference": text(swap.owing.difference) if swap.owing else None}
        if swap
        else None,
        "fault": {"field": shown.fault.field, "code": shown.fault.reason, "detail": shown.fault.message}
        if shown.fault
        else None,
    }


def _line(line: ShownLine) -> Document:
    return {
        "id": line.id,
        "product": line.product,
        "sku": line.sku,
        "name": line.name,
        "sold_by": line.sold_by,
        "quantity": None if line.needs_weight else quantity_text(line.quantity),
        "list_price": text(line.list_price),
        "unit_price": text(line.unit_price),
        "price_reason": line.price_reason,
        "discount_percent": f"{line.discount_percent:.2f}",
        "discount_amount": text(line.discount_amount),
        "discount": text(line.line_discount + line.bill_discount),
        "net": text(line.net),
        "note": line.note,
        "left": None if line.short_of_stock is None else quantity_text(line.short_of_stock),
        "is_off_sale": line.is_off_sale,
        "needs_price": line.needs_price,
        "explanation": documents.steps(line.explanation),
    }
