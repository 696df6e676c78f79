"""Goods to return in exchange for a basket's goods. They are taken back only when the basket is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.basket import baskets
from billing.models import Basket, BasketReturn, Bill
from billing.pricing import Quote
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Owing
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.refunds import Preview
from billing.stored_value import balances
from pos.errors import Refused
from pos.money import rounded_to_cash


class OtherBill(Refused):
    code = "other_bill"
    message = _("Goods of another bill come back in this basket: pay it first, or begin a new one.")


@dataclass(frozen=True, slots=True)
class Paying:
    """What is to pay once the returned goods have paid their part."""

    total: Decimal
    due: Decimal

    @property
    def due_in_cash(self) -> Decimal:
        return rounded_to_cash(self.due)

    @property
    def cash_rounding(self) -> Decimal:
        return self.due_in_cash - self.due


@dataclass(frozen=True, slots=True)
class Swapping:
    """The returned goods and the settlement, or `mistake` if they cannot be returned any more."""

    original: Bill
    rows: Sequence[BasketReturn]
    preview: Preview | None
    owing: Owing | None
    paying: Paying | None
    mistake: Refused | None = None


@transaction.atomic
def bring_back(basket_id: int, original: Bill, lines: Sequence[Returned], *, reason: str) -> None:
    """Notes the goods to return, replacing earlier notes. Attaches the member who bought them, unless that is the
    basket's cashier: staff may not use their own card."""
    basket = baskets.hold(basket_id)
    refunds.check_shape(Wish(basket.key, original.number, lines, (), reason))
    if basket.original_id not in (None, original.pk):
        raise OtherBill()
    if basket.gift_cards.not_removed().exists():
        raise balances.GiftCardsApart()
    shares = refunds.preview(original, lines).shares
    basket.returns.all().delete()
    BasketReturn.objects.bulk_create(
        BasketReturn(basket=basket, line=share.line, quantity=share.quantity, to_shelf=share.to_shelf)
        for share in shares
    )
    basket.original, basket.return_reason = original, reason.strip()
    bought = original.member
    if basket.member is None and bought and bought.is_active and bought.staff_id != basket.cashier_id:
        basket.member = bought
    baskets.changed(basket)


@transaction.atomic
def keep(basket_id: int, *, version: int) -> None:
    """Cancels the return: the customer keeps everything."""
    basket = baskets.hold(basket_id, version)
    basket.returns.all().delete()
    basket.original, basket.return_reason = None, ""
    baskets.changed(basket)


def shown(basket: Basket, quote: Quote) -> Swapping | None:
    """The exchange as it would be settled now."""
    if basket.original is None:
        return None
    rows = list(basket.returns.select_related("line"))
    try:
        preview, owed = exchanges.weighed(basket.original, exchanges.returned(rows), quote)
    except Refused as mistake:
        return Swapping(basket.original, rows, None, None, None, mistake)
    return Swapping(basket.original, rows, preview, owed, Paying(quote.total, owed.to_pay))
