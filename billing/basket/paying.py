"""Pays for a basket: sells the order it stands for, once."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.basket import baskets, beside, presented_cards, priced
from billing.basket.baskets import BasketIsClosed
from billing.basket.customer import refuse_own_card
from billing.models import Basket, BasketState, Bill
from billing.order import Order, Tendered
from billing.receipts import practice
from billing.returns import exchanges
from billing.sale import sales
from pos import exactly_once
from pos.errors import Refused, Stale
from pos.postgres.rows import rows


class WeightNeeded(Refused):
    code = "weight_needed"
    message = _("Type the weight first.")


def pay(basket_id: int, payments: Sequence[Tendered], **asked: Any) -> Bill:
    return pay_once(basket_id, payments, **asked)[0]


def pay_once(
    basket_id: int,
    payments: Sequence[Tendered],
    *,
    version: int,
    shown_total: Decimal | None,
    register: str,
    by: User,
    tokens: Sequence[str] = (),
    shown_difference: Decimal | None = None,
    shown_on_cards: Decimal | None = None,
) -> tuple[Bill, bool]:
    """Sells the basket once; paying it again returns its bill. The answer also tells whether it was paid before.

    `tokens` are managers' approvals. With goods to return in the basket, the sign of `shown_difference` says which way
    the payments go. `shown_on_cards` is the amount that presented cards were shown to pay, in addition to the payments.
    """
    basket = baskets.look(basket_id)
    if basket is None:
        raise BasketIsClosed(_("There is no such basket."))
    if paid := basket.bill or practice.of_basket(basket):
        return paid, True
    if basket.version != version:
        raise Stale()
    refuse_own_card(basket, basket.member)
    closing = partial(_close, basket, version)
    try:
        order = asked(basket, payments, shown_on_cards, register=register, shown_total=shown_total, approvals=tokens)
        if basket.original is None:
            sold = sales.sell(order, cashier=by, closing=closing)
            return closed(basket, version, sold.bill), sold.again
        if shown_difference is None:
            raise Stale()
        swap = exchanges.of_basket(basket, basket.original, order, shown_difference)
        swapped = exchanges.exchange(swap, cashier=by, tokens=tokens, closing=closing)
        return closed(basket, version, swapped.sale), swapped.again
    except (exactly_once.KeyReused, Stale):
        if paid := Bill.objects.filter(key=basket.key).first() or practice.of_basket(basket):
            return paid, True
        raise


def asked(basket: Basket, payments: Sequence[Tendered], on_cards: Decimal | None, **more: Any) -> Order:
    """The basket's order. Presented cards pay before the other payments."""
    around = beside.read(basket)
    shown = priced.show(basket, around)
    if line := next((line for line in shown.lines if line.needs_weight), None):
        raise weight_needed(line.name, line.product)
    from_cards = presented_cards.payments(basket, shown.quote, on_cards) if around.has_presented else []
    return Order(
        key=basket.key,
        lines=shown.wanted,
        cards=[card.amount for card in shown.gift_cards],
        payments=[*from_cards, *payments],
        member=basket.member_id,
        points=shown.quote.points_spent,
        discount_percent=basket.discount_percent,
        discount_amount=basket.discount_amount,
        answered_discount=basket.answered_discount,
        age_checked=basket.age_checked,
        **more,
    )


def weight_needed(name: str, product: int) -> WeightNeeded:
    return WeightNeeded(_("Weigh %(name)s first.") % {"name": name}, product=product)


CLOSE = f"""
    UPDATE billing_basket SET state = %s, bill_id = %s, version = version + 1, updated_at = shop_now()
     WHERE id = %s AND version = %s AND is_practice = %s AND state = '{BasketState.OPEN}' RETURNING id
"""


def _close(basket: Basket, version: int, bill: Bill) -> None:
    """Marks the basket as paid, inside the sale. Raises Stale, and so undoes the sale, if the basket has changed since
    it was shown."""
    end = (BasketState.DROPPED, None) if bill.is_practice else (BasketState.PAID, bill.pk)
    if not rows(CLOSE, [*end, basket.pk, version, bill.is_practice]):
        raise Stale()


def closed(basket: Basket, version: int, bill: Bill) -> Bill:
    """A basket sold for practice is closed after its sale, which was undone with all it did."""
    if bill.is_practice:
        with suppress(Stale):
            _close(basket, version, bill)
    return bill
