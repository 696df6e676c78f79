"""Cards in a basket: gift cards to sell with it, and cards presented to pay for it."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.basket import presented_cards, priced
from billing.basket.baskets import changed, hold
from billing.models import BasketGiftCard, PresentedCard, StoredValue, Tender
from billing.sale import checks
from billing.stored_value import balances
from pos.clock import Now
from pos.errors import Refused, Stale
from pos.templatetags.money import money


class NothingToPay(Refused):
    code = "nothing_to_pay"
    message = _("Nothing is left to pay.")


class NothingOnCard(Refused):
    code = "not_enough_on_card"
    message = _("There is nothing left on this card.")


@transaction.atomic
def add_gift_card(basket_id: int, amount: Decimal) -> BasketGiftCard:
    """Adds a new gift card of this amount, to be sold with the basket."""
    basket = hold(basket_id)
    if basket.original_id:
        raise balances.GiftCardsApart()
    already = basket.gift_cards.not_removed().values_list("amount", flat=True)
    checks.check_cards([*already, amount])
    added = BasketGiftCard.objects.create(basket=basket, amount=amount)
    if fault := priced.show(basket).fault:
        raise fault
    changed(basket)
    return added


@transaction.atomic
def remove_gift_card(basket_id: int, gift_card_id: int, *, version: int, by: User) -> None:
    """Removes a gift card from the basket. Needs no approval, because no goods can be stolen this way."""
    basket = hold(basket_id, version)
    if not basket.gift_cards.not_removed().filter(pk=gift_card_id).update(removed_at=Now(), removed_by=by):
        raise Stale()
    presented_cards.forget_where_empty(basket)
    changed(basket)


@transaction.atomic
def present(basket_id: int, card: StoredValue) -> None:
    """Adds a card that pays as much of the goods as it holds. The caller has looked it up by its code."""
    basket = hold(basket_id)
    if card.is_blocked:
        raise balances.CardBlocked()
    if not card.balance:
        raise NothingOnCard(balance=card.balance)
    if not Tender.objects.filter(kind=card.kind, is_active=True).exists():
        raise presented_cards.NotTaken()
    if basket.presented.filter(card=card).exists():
        return
    quote = priced.show(basket).quote
    due = presented_cards.due_for_goods(basket, quote)
    if due <= presented_cards.together(presented_cards.parts(basket, due)):
        raise why_not(quote.cards, due, card.balance)
    PresentedCard.objects.create(basket=basket, card=card)
    changed(basket)


def why_not(cards: Decimal, due: Decimal, balance: Decimal) -> Refused:
    if due:
        return NothingToPay()
    if cards:
        return balances.CardBuysCard()
    on_it = {"balance": money(balance)}
    return NothingToPay(_("There is %(balance)s on this card. Scan the goods first, then the card.") % on_it)


@transaction.atomic
def put_away(basket_id: int, presented_id: int, *, version: int) -> None:
    """Removes a presented card."""
    basket = hold(basket_id, version)
    basket.presented.filter(pk=presented_id).delete()
    changed(basket)
