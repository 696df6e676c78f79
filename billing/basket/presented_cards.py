"""Gift cards and store credit presented at the till, and how much of the basket each of them pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from billing.models import Basket, PresentedCard, StoredValue, Tender
from billing.order import Presented
from billing.pricing import Quote
from billing.returns import exchanges
from pos.errors import Refused, Stale
from pos.money import ZERO
from pos.templatetags.money import money


class NotTaken(Refused):
    code = "unknown_tender"
    message = _("The shop does not take this kind of card.")


class CardsPayAnother(Stale):
    code = "total_changed"


@dataclass(frozen=True, slots=True)
class Part:
    """The amount that one card pays."""

    row: PresentedCard
    tender: str
    amount: Decimal

    @property
    def card(self) -> StoredValue:
        return self.row.card

    @property
    def left(self) -> Decimal:
        return self.card.balance - self.amount


def due_for_goods(basket: Basket, quote: Quote) -> Decimal:
    """The most that cards may pay: the goods, less points and returned goods."""
    if basket.original is None:
        return quote.due_for_goods
    back = exchanges.returned(basket.returns.select_related("line"))
    return exchanges.weighed(basket.original, back, quote)[1].to_pay


def parts(basket: Basket, due: Decimal) -> list[Part]:
    """The cards in the order presented, each paying as much as it holds and is still due."""
    found, rest = [], due
    rows = list(basket.presented.select_related("card"))
    active = Tender.objects.filter(is_active=True).order_by("-position") if rows else []
    tenders = {tender.kind: tender.code for tender in active}
    for row in rows:
        amount = ZERO if row.card.is_blocked else min(row.card.balance, rest)
        if row.card.kind in tenders:
            found.append(Part(row, tenders[row.card.kind], amount))
            rest -= amount
    return found


def together(found: Sequence[Part]) -> Decimal:
    return sum((part.amount for part in found), ZERO)


def payments(basket: Basket, quote: Quote, shown: Decimal | None) -> list[Presented]:
    """The cards' payments. Raises CardsPayAnother if the amount differs from the one shown on the screen."""
    found = parts(basket, due_for_goods(basket, quote))
    if shown is not None and shown != together(found):
        raise CardsPayAnother(
            _("The cards now pay %(amount)s.") % {"amount": money(together(found))}, amount=together(found)
        )
    return [
        Presented(part.tender, part.amount, reference=f"…{part.card.last4}", digest=bytes(part.card.digest))
        for part in found
        if part.amount
    ]


def forget_where_empty(basket: Basket) -> None:
    """Removes the presented cards of an empty basket, so that they do not pay for the next customer."""
    if not any(rows.not_removed().exists() for rows in (basket.lines, basket.gift_cards)):
        basket.presented.all().delete()
